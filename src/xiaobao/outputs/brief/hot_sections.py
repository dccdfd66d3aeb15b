"""The hot issues of a day or a week: what people newly say, how many, of whom, one masked case each."""

from xiaobao.analysis.topics.told import ToldDemand, ToldIssue
from xiaobao.outputs.brief.document import Block, Heading, Paragraph, Text, Tokens, text_of
from xiaobao.outputs.brief.hot import HotDay, hot_figure, issue_figure
from xiaobao.outputs.brief.sections import sentences
from xiaobao.outputs.brief.sentences import Part, write
from xiaobao.outputs.brief.writer import Writer

_ENDS = tuple("。！？….!?")


def hot_issues(writer: Writer) -> tuple[Block, ...]:
    """A paragraph an issue; nothing where the last day has no run."""
    hot = writer.facts.hot
    if hot is None:
        return ()
    words = writer.sentences
    basis = write(words.hot_basis) if hot.issues else ()
    said = (_opening(writer, hot), _not_judged(writer, hot), basis)
    return (
        Heading(tokens=write(words.hot)),
        Paragraph(tokens=sentences(writer, *said)),
        *(Paragraph(tokens=_issue(writer, hot, one)) for one in hot.issues),
        *(Paragraph(tokens=_demand(writer, kind, told)) for kind, told in hot.demands),
    )


def _opening(writer: Writer, hot: HotDay) -> Tokens:
    words, days = writer.sentences, writer.period(hot.window)
    if hot.path is None:
        return write(words.hot_refused)
    if not hot.path.judged:
        return write(words.hot_unjudged, days=days)
    if not hot.path.can_be_judged:
        return write(words.hot_unread, days=days, complaints=writer.count(hot_figure(hot, "hot.complaints")))
    numbers: dict[str, Part] = {
        "days": days,
        "complaints": writer.count(hot_figure(hot, "hot.complaints")),
        "without": writer.count(hot_figure(hot, "hot.without_text")),
    }
    return write(words.hot_judged if hot.issues else words.hot_none, **numbers)


def _not_judged(writer: Writer, hot: HotDay) -> Tokens:
    """Institutions of which nobody can say whether their complaints are new."""
    if hot.path is None or not hot.path.can_be_judged or not hot.path.not_judged:
        return ()
    names = [(writer.naming.member("institution", one),) for one in hot.path.not_judged]
    return write(writer.sentences.hot_not_judged, names=writer.row_of(names))


def _issue(writer: Writer, hot: HotDay, issue: ToldIssue) -> Tokens:
    words, naming = writer.sentences, writer.naming
    state = write(words.hot_state, state=naming.label("issue_state", issue.id)) if issue.state else ()
    return write(
        words.hot_issue,
        state=state,
        name=writer.row_of(
            [(naming.member(dimension, member),) for dimension, member in reversed(issue.where)],
            separator=" · ",
        ),
        label=naming.label("issue", issue.id),
        days=writer.period(issue.period),
        all=writer.count(issue_figure(hot, issue, "hot.all")),
        distinct=writer.count(issue_figure(hot, issue, "hot.distinct")),
        institutions=_institutions(writer, hot, issue),
        case=_case(writer, issue),
    )


def _demand(writer: Writer, kind: str, told: tuple[ToldDemand, ...]) -> Tokens:
    """A kind of condition: institutions side by side, each with what one of its complaints says."""
    naming = writer.naming
    items = [
        write(
            writer.sentences.hot_demand_quote,
            name=naming.member("institution", one.institution),
            quote=naming.label("demand_quote", f"{kind}:{one.institution}"),
        )
        for one in told
    ]
    return write(
        writer.sentences.hot_demand,
        kind=naming.label("demand_kind", kind),
        items=writer.row_of(items),
        stop=_stop(writer, text_of(items[-1][-2])),
    )


def _case(writer: Writer, issue: ToldIssue) -> Tokens:
    if not issue.excerpts:
        return ()
    case = writer.naming.label("issue_case", issue.id)
    return write(writer.sentences.hot_case, case=case, stop=_stop(writer, case.text))


def _stop(writer: Writer, quote: str) -> Tokens:
    """The full stop after a quotation, unless that ends its own sentence."""
    return () if quote.endswith(_ENDS) else (Text(text=writer.sentences.stop),)


def _institutions(writer: Writer, hot: HotDay, issue: ToldIssue) -> Tokens:
    """Of an issue over several institutions how many are whose; of one's own nothing more."""
    if len(issue.institutions) == 1:
        return ()
    items = [
        write(
            writer.sentences.hot_institution,
            name=writer.naming.member("institution", one.member),
            count=writer.count(
                issue_figure(hot, issue, "hot.institution", of=(("institution", one.member),))
            ),
        )
        for one in issue.institutions
    ]
    return write(writer.sentences.hot_institutions, items=writer.row_of(items))
