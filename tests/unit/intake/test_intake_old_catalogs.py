"""Files read under a catalog from before some rules were made: as they were read then."""

from dataclasses import replace
from pathlib import Path

import pytest
from bank_report_files import KEYS, catalog, checked, content, row, rules_of

from xiaobao.catalog.catalog import Catalog, CatalogError

LATER = {
    *("date_serial", "code_other_facet", "region_parent", "region_out_of_force", "personal_masked"),
    *("text_empty", "amount_implausible", "limit_exceeded", "longest_limit_exceeded", "stated_sum"),
}


def _without(*rule_ids: str) -> Catalog:
    known = catalog()
    return replace(known, rules={key: rule for key, rule in known.rules.items() if key not in rule_ids})


def test_a_catalog_without_the_later_rules_tells_what_it_told_then(tmp_path: Path) -> None:
    rows = [row(f"OK{number}") for number in range(10)]
    rows.append(row("T1", 收到日期="43891", 业务类别="C01", 地区="湖北省济南市", 证件号="1101**7715"))
    rows.append(row("T2", 业务类别="C01", 地区="371200", 证件号="1101**7715", 投诉内容="测试"))

    result = checked(tmp_path, content(rows), using=_without(*LATER), keys=KEYS)

    told = {"type_date", "code_unmapped", "region_unknown", "identity_form"}
    assert set(rules_of(result)) <= told
    assert not LATER & set(result.checks_run)
    assert result.batch["identity_key"].is_not_null().sum() == 1


def test_a_catalog_without_a_rule_that_reading_needs_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as raised:
        checked(tmp_path, content([row("T1", 收到日期="昨天")]), using=_without("type_date"))

    assert "type_date" in raised.value.words.en
