"""A demand is told from a wish, by the bureau's own words, in Chinese and English."""

from dataclasses import replace
from datetime import date

import pytest

from xiaobao.analysis.topics.conditions import demands_of, quotes
from xiaobao.catalog import reading
from xiaobao.workflows.detect_topics import settings_on

SETTINGS = settings_on(reading.load(), date(2020, 3, 1))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("网点要我到社区开收入证明才给办", {"proof", "income"}),
        ("办按揭必须买一份意外险", {"tied_product"}),
        ("非让本人到网点去,当面签", {"in_person"}),
        ("They refuse to close it unless I provide a notarized letter. Nothing else.", {"proof"}),
        ("要求退还手续费", set()),
        ("本人要求银行书面答复并出示录音", set()),
        ("我的收入不高。客服态度差，要下班了", set()),
        ("必须马上处理，" + "这件事情已经拖了很久很久没有任何人管" * 3 + "，我有收入证明", set()),
        ("", set()),
        ("\x00<b>", set()),
    ],
)
def test_a_demand_is_a_word_of_a_kind_near_one_that_demands(text: str, kinds: set[str]) -> None:
    assert {one.kind for one in demands_of(text, SETTINGS)} == kinds
    assert set(quotes(text, SETTINGS)) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("柜台说拿结婚证来才肯改名字", {"proof"}),
        ("销户被要求补一份委托书", {"papers"}),
        ("信贷员嫌我工资太低，不给批", {"income"}),
        ("没有社保记录就不给开户", {"income"}),
        ("资料补了四次最后还是打回来", {"papers"}),
        ("没提供发票就不给赎回", {"papers"}),
        ("贷款得追加一个保证人", {"guarantee"}),
        ("提前还贷被要求交违约金", {"fee"}),
        ("一直说不符合条件", {"eligibility"}),
        ("The teller insisted that I come back with a marriage certificate.", {"proof"}),
        ("I was asked to send pay stubs for the third time.", {"income"}),
        ("She said I don't qualify for the hardship plan.", {"eligibility"}),
        ("The loan was declined because of my credit history.", {"credit_record"}),
        ("They would not reopen it without a notarized letter.", {"proof"}),
    ],
)
def test_what_the_bank_asks_or_refuses_without_is_a_demand(text: str, kinds: set[str]) -> None:
    assert set(quotes(text, SETTINGS)) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "要求银行按合同履行",
        "我们要求网点把材料退还本人",
        "希望尽快开出结清证明",
        "保单原件在支行那里，不给我复印件",
        "理财合同厚厚一本，没给我看",
        "柜员拒绝出具收入证明",
        "公司面试要查征信",
        "房东要我付两个月押金",
        "手续费不肯退，转账也退回来了",
        "工资卡被锁，钱取不出来",
        "施工不符合国家标准",
        "家里条件不好，必须省着花",
        "网点只接待老人，公告说没有收入来源也可以",
        "需要多久才能拿到保单",
        "I need them to remove it from my credit report.",
        "I asked for proof that the debt is mine and they never provided any documents.",
        "The bureau must correct my credit history under the Fair Credit Reporting Act.",
        "The agency failed to provide a certificate as required by law.",
        "I can provide receipts and a bank statement.",
        "The machine kept my deposit and refused to give it back.",
    ],
)
def test_what_is_asked_of_the_bank_or_by_others_is_no_demand(text: str) -> None:
    assert quotes(text, SETTINGS) == {}


def test_what_is_demanded_stands_where_its_pattern_says() -> None:
    plain = replace(
        SETTINGS, demands=(), demands_first=("bring",), demands_last=("or nothing",), no_demands=()
    )

    assert set(quotes("bring a certificate", plain)) == {"proof"}
    assert set(quotes("a certificate or nothing", plain)) == {"proof"}
    assert quotes("a certificate they bring", plain) == {}
    assert quotes("or nothing, no certificate", plain) == {}
    assert quotes("bring a certificate", replace(plain, no_demands=("certif",))) == {}


def test_a_catalog_without_the_newer_keys_finds_what_it_found() -> None:
    older = replace(SETTINGS, demands=("要求",), demands_first=(), demands_last=(), no_demands=())

    assert set(quotes("合同上写着，我要求按它执行", older)) == {"papers"}


def test_words_that_overlap_both_count() -> None:
    words = {one.word for one in demands_of("让我补一份居住证明", SETTINGS)}

    assert words == {"居住证", "证明"}


def test_a_hundred_thousand_letters_are_read() -> None:
    assert list(demands_of("要" * 100_000, SETTINGS)) == []


def test_a_hundred_thousand_letters_full_of_demands_are_read_in_one_pass() -> None:
    assert sum(1 for _ in demands_of("要证明" * 33_000, SETTINGS)) == 33_000
