"""`xiaobao coder quality`: how well the banks code."""

from datetime import date
from pathlib import Path

import click

from xiaobao.catalog.codes import Facet
from xiaobao.cli.coder_audit_text import audit_words, plan_words
from xiaobao.cli.coder_quality_text import as_json, as_words
from xiaobao.cli.options import ENGINE_EPILOG, DayType, as_of_option, home_option, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.text_options import facet_option
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows.audit_coding import estimate_audit, plan_audit
from xiaobao.workflows.find_surges import days_to_find
from xiaobao.workflows.judge_coding import Call, find_quality, show_quality

_on_option = click.option(
    "--on",
    "on",
    required=True,
    type=DayType(),
    help=text(zh="末日（已日结），如 2020-03-27", en="The last day, a closed one, as 2020-03-27."),
)


@click.group(help=text(zh="各机构编码的质量", en="How well the banks code."))
def quality() -> None:
    """The group of the commands."""


@quality.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="截至某日的编码质量：各机构报送的代码与文本读出的代码之间的 κ 及区间（按级、按代码），"
        "哪个代码被当成哪个，"
        "某日前后的变化，记为咨询而读来是投诉的占比。读代码的模型不从该机构自己的代码学习。"
        "已有运行结果的取自该结果，否则现算",
        en="The coding up to a day: κ of submitted codes and those read from the texts, with intervals, by "
        "bank, "
        "level and code; which code is taken for which; drift after a day; enquiries that read as "
        "complaints. "
        "No bank is read by a coder that has learned from it. Taken from the run where there is one.",
    ),
)
@home_option
@_on_option
@click.option(
    "--since",
    type=DayType(),
    help=text(
        zh="变化自哪一日起；不给则为目录所定的最近若干日",
        en="Drift since which day; without it the recent days of the catalog.",
    ),
)
@as_of_option
@click.option(
    "--institution", help=text(zh="只列此机构的细目，如 GY01", en="Details of this bank, such as GY01.")
)
@pass_session
def show(
    session: Session,
    home_path: Path,
    on: date,
    since: date | None,
    as_of: int | date | None,
    institution: str | None,
) -> None:
    """Ask, show."""
    home = open_home(home_path)
    shown = show_quality(home, Call(day=on, since=since, as_of=as_of))
    session.give(
        as_json(shown.told, stored=shown.stored, simulated=home.simulated),
        words=as_words(shown, home=home, institution=institution),
    )


@quality.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="评价已日结各日截至当日的编码质量，结果写入家目录 runs/。同样的台账给出同样的字节",
        en="Judge the coding up to closed days, as known at their closes, and write it to runs/ of the home. "
        "The same ledger gives the same bytes.",
    ),
)
@home_option
@click.option("--from", "first_on", required=True, type=DayType(), help=text(zh="首日", en="First day."))
@click.option(
    "--to",
    "last_on",
    type=DayType(),
    help=text(zh="末日；不给则只此一日", en="Last day; the first alone without it."),
)
@pass_session
def find(session: Session, home_path: Path, first_on: date, last_on: date | None) -> None:
    """Judge, keep, say how many complaints."""
    home = open_home(home_path)
    found = [find_quality(home, day) for day in days_to_find(home, first_on, last_on or first_on)]
    counts = [sum(one.complaints for one in each.path.counts) for each in found]
    session.give(
        [
            {"day": each.day.isoformat(), "complaints": count}
            for each, count in zip(found, counts, strict=True)
        ],
        words=joined(
            [
                Words(
                    zh=f"{each.day}：{each.first_day} 起 {count} 件投诉的编码已评价",
                    en=f"{each.day}: the codes of {count} complaints since {each.first_day} judged",
                )
                for each, count in zip(found, counts, strict=True)
            ]
        ),
    )


@quality.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="抽取供人工核查的投诉：按代码的可疑程度分层，入样概率已知。写出文件夹：plan.json（方案）与 "
        "sheet.csv"
        "（核查表，只有键，供填写 right_code、author、decided_at）",
        en="Draw complaints for auditors to read: by how doubtful their codes are, with known probabilities. "
        "Writes a folder: plan.json, and sheet.csv with keys alone, to be filled with right_code, author and "
        "decided_at.",
    ),
)
@home_option
@_on_option
@facet_option(Facet.BUSINESS, Facet.CAUSE)
@click.option(
    "--of-bank",
    type=click.IntRange(min=10),
    help=text(zh="每家机构读多少件；不给则依目录", en="Complaints of each bank; the catalog's without it."),
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help=text(zh="随机种子", en="Seed of what is drawn."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help=text(zh="写到哪个文件夹，不得已存在", en="The folder to write, which must not exist."),
)
@pass_session
def plan(
    session: Session, home_path: Path, on: date, facet: str, of_bank: int | None, seed: int, out: Path
) -> None:
    """Draw, write, say how many."""
    refuse_existing(out)
    drawn = plan_audit(
        open_home(home_path), Call(day=on), facet=Facet(facet), of_bank=of_bank, seed=seed, out=out
    )
    session.give(
        {"folder": str(out), "drawn": len(drawn.drawn), "banks": drawn.banks}, words=plan_words(drawn, out)
    )


@quality.command(
    help=text(
        zh="由核查结果估计各机构的错码占比：无偏，附区间，按级列出",
        en="Estimate from auditors' decisions the share of wrong codes of every bank and level: unbiased, "
        "with "
        "intervals.",
    )
)
@home_option
@click.option(
    "--plan",
    "plan_path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=text(zh="抽样方案 plan.json", en="The plan, plan.json."),
)
@click.option(
    "--decisions",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=text(zh="填好的核查表（CSV）", en="The sheet, filled in (CSV)."),
)
@pass_session
def estimate(session: Session, home_path: Path, plan_path: Path, decisions: Path) -> None:
    """Read, estimate, show."""
    home = open_home(home_path)
    found = estimate_audit(home, plan=plan_path, decisions=decisions)
    session.give(found, words=audit_words(found, home=home))
