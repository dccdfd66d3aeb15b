"""The peer that validates by a schema: frictionless, with the types, lists and unique numbers."""

from pathlib import Path

from frictionless import Field, Resource, Schema, fields

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet

_REQUIRED = {"required": True}


def validate(path: Path, catalog: Catalog, rows: int) -> None:
    """Validate a file of so many rows, all of them valid."""
    report = Resource(path=str(path.name), basepath=str(path.parent), schema=_schema(catalog)).validate()
    assert report.valid and report.task.stats["rows"] == rows, report.flatten(["rowNumber", "message"])[:3]


def _schema(catalog: Catalog) -> Schema:
    tables = catalog.standards["jrt0169-2018"].tables
    regions = catalog.regions[catalog.domain("pbc").region_standard]
    found: list[Field] = [
        fields.StringField(name="投诉编号", constraints={**_REQUIRED, "unique": True}),
        _listed("事件", ["新增", "更正", "撤销", "撤销后重报"]),
        _listed("类别", ["投诉", "咨询", "举报", "建议", "其他"]),
        fields.DateField(name="收到日期", constraints=_REQUIRED),
        fields.DateField(name="受理日期"),
        fields.DateField(name="办结日期"),
        fields.StringField(name="被投诉机构", constraints=_REQUIRED),
        _listed("业务办理渠道", list(tables[Facet.CHANNEL].codes)),
        _listed("业务类别", list(tables[Facet.BUSINESS].codes)),
        _listed("投诉原因", list(tables[Facet.CAUSE].codes)),
        _listed("地区", list(regions)),
        fields.StringField(name="产品"),
        fields.NumberField(name="金额", constraints={"minimum": 0}),
        *(fields.StringField(name=name) for name in ("证件号", "联系电话", "投诉内容")),
    ]
    return Schema(fields=found)


def _listed(name: str, values: list[str]) -> Field:
    return fields.StringField(name=name, constraints={**_REQUIRED, "enum": values})
