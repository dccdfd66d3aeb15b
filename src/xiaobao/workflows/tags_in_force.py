"""A share of tagged complaints is asked only where the tag's rule has run over them: untagged is not zero."""

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import QuestionError
from xiaobao.catalog.measures import Measure
from xiaobao.lib.words import Words, counted
from xiaobao.submissions import manifest, tagging
from xiaobao.submissions.home import Home


def require_tagged(home: Home, statistic: Measure, reading: Reading) -> None:
    """QuestionError where a run of the tag's rule would change tags of the period, as of the sequence."""
    if statistic.tag is None:
        return
    catalog = home.catalog()
    tag = catalog.tags[statistic.tag]
    changes = manifest.asking(
        home,
        lambda snapshot: tagging.changes_of(tag, snapshot, catalog, within=reading.period),
        as_of=reading.posted_seq,
    )
    if not changes.is_empty():
        raise QuestionError(_not_run(tag.id, changes.height, reading))


def _not_run(tag: str, complaints: int, reading: Reading) -> Words:
    return Words(
        zh=f"截至记账序号 {reading.posted_seq}，标签 {tag} 的规则尚未对期间内 {complaints:,} 件投诉运行，"
        f"占比无从计算；请先执行 xiaobao tag {tag}，再以其后的记账序号提问",
        en=f"as of posting sequence {reading.posted_seq} the rule of the tag {tag} has not run over "
        f"{counted(complaints, 'complaint')} of the period, so there is no share; run xiaobao tag {tag} "
        "and ask as of a later sequence",
    )
