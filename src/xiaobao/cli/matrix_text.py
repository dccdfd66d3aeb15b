"""The matrix of reports in words: one sign a day, explained below."""

from xiaobao.cli.tables import Shown, table
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.matrix import Matrix
from xiaobao.submissions.receipt_words import MARKS

_SIGNS: dict[str, tuple[Words, Words]] = {
    "arrived": (Words(zh="已", en="A"), Words(zh="已报", en="arrived")),
    "late": (Words(zh="迟", en="L"), Words(zh="迟报", en="late")),
    "nil": (Words(zh="零", en="N"), Words(zh="零报告", en="nil")),
    "supplementary": (Words(zh="补", en="S"), Words(zh="补报", en="supplementary")),
    "superseded": (Words(zh="旧", en="O"), Words(zh="被取代（旧版次）", en="superseded (older revision)")),
    "returned": (Words(zh="退", en="R"), Words(zh="退回，尚未重报", en="returned, not resent yet")),
    "missing": (Words(zh="缺", en="M"), Words(zh="未报", en="missing")),
    "pending": (Words(zh="待", en="P"), Words(zh="待报", en="pending")),
    "not_due": (Words(zh="·", en="·"), Words(zh="非应报", en="not due")),
}


def matrix_words(matrix: Matrix) -> Words:
    """A line a source, a column a day, and what the signs mean."""
    titles = [Words(zh="来源", en="source"), Words(zh="名称", en="name")]
    titles += [Words(zh=f"{day:%m-%d}", en=f"{day:%m-%d}") for day in matrix.days]
    titles.append(Words(zh="已报/应报", en="reported/due"))
    rows: list[list[Shown]] = [
        [row.source_code, row.name, *(_SIGNS[cell][0] for cell in row.cells), f"{row.reported}/{row.due}"]
        for row in matrix.rows
    ]
    seen = {cell for row in matrix.rows for cell in row.cells}
    return joined([_head(matrix), table(titles, rows), _legend(seen)])


def _head(matrix: Matrix) -> Words:
    mark, as_of = MARKS[matrix.mark], matrix.as_of_sequence
    first, last = matrix.days[0], matrix.days[-1]
    return Words(
        zh=f"{mark.zh}{first} 至 {last} 报送情况" + ("" if as_of is None else f"（截至流水 {as_of}）"),
        en=f"{mark.en}reports of {first} to {last}"
        + ("" if as_of is None else f" (as of journal record {as_of})"),
    )


def _legend(seen: set[str]) -> Words:
    told = [(sign, meaning) for status, (sign, meaning) in _SIGNS.items() if status in seen]
    return Words(
        zh="，".join(f"{sign.zh} {meaning.zh}" for sign, meaning in told),
        en=", ".join(f"{sign.en} {meaning.en}" for sign, meaning in told),
    )
