"""Masking of texts: personal numbers go, everything else stays as written."""

import time

import polars as pl
import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.masking import MaskingWords
from xiaobao.privacy.identity_cards import is_plausible, long_form
from xiaobao.privacy.masking import Masker


@pytest.fixture(scope="module")
def masker() -> Masker:
    """By the words of the installed catalog."""
    return Masker(reading.load().masking)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证11010119900307771X，请核实", "身份证[ID]，请核实"),
        ("身份证１１０１０１１９９００３０７７７１Ｘ", "身份证[ID]"),
        ("身份证 110101 19900307 771x 已提供", "身份证 [ID] 已提供"),
        ("旧证110101900307771号", "旧证[ID]号"),
        ("卡号6222021234567890128", "卡号[CARD]"),
        ("卡号 4111 1111 1111 1111 被盗刷", "卡号 [CARD] 被盗刷"),
        ("card 5500-0000-0000-0004 was charged", "card [CARD] was charged"),
        ("请回电13812345678", "请回电[PHONE]"),
        ("请回电 138-1234-5678 或 138 1234 5678", "请回电 [PHONE] 或 [PHONE]"),
        ("手机：１３８１２３４５６７８。", "手机：[PHONE]。"),
        ("+86 13812345678", "[PHONE]"),
        ("（+86）138-1234-5678 可联系", "[PHONE] 可联系"),
        ("请拨一三八一二三四五六七八", "请拨[PHONE]"),
        ("手机幺三八 一二三四 五六七八一直关机", "手机[PHONE]一直关机"),
        ("联系电话一13812345678，二13912345678", "联系电话一[PHONE]，二[PHONE]"),
        ("1 3 8 1 2 3 4 5 6 7 8 13912345678", "[PHONE] [PHONE]"),
        ("座机010-62345678转2", "座机[PHONE]"),
        ("座机0755 8234 5678", "座机[PHONE]"),
        ("(021)62345678", "[PHONE]"),
        ("电话：82345678、8234567", "电话：[PHONE]、[PHONE]"),
        ("请拨打0731—82345678-802或（0731）8234 5678", "请拨打[PHONE]或[PHONE]"),
        ("向13812345678转1000元", "向[PHONE]转1000元"),
        ("身份证壹壹零壹零壹壹玖玖零零叁零柒柒柒壹X", "身份证[ID]"),
        ("身份证110101·19900307·771X", "身份证[ID]"),
        ("证件号 110101199003077712（校验位有误）", "证件号 [ID]（校验位有误）"),
        ("护照号E12345678", "护照号[ID]"),
        ("护照号码 EA1234567", "护照号码 [ID]"),
        ("微信号wx_abc123，加我", "微信号[CONTACT]，加我"),
        ("抖音号nobody_12，快手号：98765432", "抖音号[CONTACT]，快手号：[CONTACT]"),
        ("抖音号 wang.88 骗我", "抖音号 [CONTACT] 骗我"),
        ("wechat number wx_abc123.", "wechat number [CONTACT]."),
        ("证件号码：军字第01234567号", "证件号码：[ID]"),
        ("军官证南字第1234567号、武字第123456号", "军官证[ID]、[ID]"),
        ("军官证号军字第０１２３４５６号", "军官证号[ID]"),
        ("驾驶证档案编号：4201 0012 3456", "驾驶证档案编号：[ID]"),
        ("驾照丢了，档案编号是420100123456。", "驾照丢了，档案编号是[ID]。"),
        ("VX：Zhang-1990", "VX：[CONTACT]"),
        ("微信公众号推送了两次", "微信公众号推送了两次"),
        (
            "WeChat account was closed, telegram channel too",
            "WeChat account was closed, telegram channel too",
        ),
        ("身份证4303221956********", "身份证[ID]********"),
        ("账号：1901022009200123456", "账号：[ACCOUNT]"),
        ("账号（建设银行长沙支行）：4367 4222 0000 123", "账号（建设银行长沙支行）：[ACCOUNT]"),
        ("对公账户12345678901转出", "对公账户[ACCOUNT]转出"),
        ("账号12345678901和98765432109", "账号[ACCOUNT]和[ACCOUNT]"),
        ("卡号6222021234567890123（末位有误）", "卡号[CARD]（末位有误）"),
        ("支付宝账号13812345678", "支付宝账号[PHONE]"),
        ("加我QQ：123456789", "加我QQ：[CONTACT]"),
        ("车牌京A12345和沪AD12345、粤B·1234学", "车牌[PLATE]和[PLATE]、[PLATE]"),
        ('邮箱"li si"@example.com，a+b@[192.168.0.1]', "邮箱[EMAIL]，[EMAIL]"),
        ("my account number is 123456789.", "my account number is [ACCOUNT]."),
        ("Acct # 1234-5678 was closed", "Acct # [ACCOUNT] was closed"),
        ("SSN 123456789", "SSN [SSN]"),
        ("call +1 (415) 555-2671 ext. 12", "call [PHONE]"),
        ("订单号110101199003077715，其实是证件号", "订单号[ID]，其实是证件号"),
        ("邮箱 zhang.san_01@mail.example.com.cn 谢谢", "邮箱 [EMAIL] 谢谢"),
        ("邮箱zhangsan＠example．com", "邮箱[EMAIL]"),
        ("13812345678@qq.com", "[EMAIL]"),
        ("my SSN is 123-45-6789.", "my SSN is [SSN]."),
        ("call (555) 234-5678 now", "call [PHONE] now"),
        ("call 555-234-5678 or 1-555-234-5678", "call [PHONE] or [PHONE]"),
        ("my phone number is 5552345678", "my phone number is [PHONE]"),
        ("2020-03-01 13812345678 2020-03-02", "2020-03-01 [PHONE] 2020-03-02"),
        ("两个号码13812345678、13912345678", "两个号码[PHONE]、[PHONE]"),
    ],
)
def test_what_names_a_person_is_masked(masker: Masker, text: str, masked: str) -> None:
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2020年3月1日投诉，金额12345.67元",
        "2020-03-01 10:30:00 至 2020-03-02 11:45:10",
        "订单号 20200301123456",
        "信贷档案编号420100123456",
        "驾驶证（档案编号：0000-00000000）",
        "银罚字第2020001号，护士字第201012345678号，土国用字第001234号",
        "护士字第0123456号执业证",
        "抖音2020直播，抖音号，2019-2020年都有投诉",
        "QQ：见 weixin.qq1.com",
        "流水号 100000000000000000",
        "客服95588和12363",
        "partial XXXX-XXXX and 12/31/2020 and $1,234,567.89",
        "account ending 1234, zip 12345-6789",
        "利率 4.35% 至 18.25%，2019-2020 年",
        "a@b 与 @某人",
        "a loan@2.99 %, mos@26.99 %",
        "投诉到总部400-889-3333",
        "编号 000-00-0000",
        "12345 23456 34567",
        "订单号13812345678",
        "流水号：6222021234567890128，金额5元",
        "快递单号SF13812345678已签收",
        "交易流水号 622202 1234567890128、13812345678",
        "案件编号2020-0301-13812345678",
        "order number 4111111111111111",
        "claim # 4155552671 was denied",
        "共计13812345678元",
        "余额：13812345678.90",
        "（2020）湘0102民初12345678号",
        "拨打12345 12369均无人接听，致电0731-12333、拨打0731-96111也是",
        "电话0000-00000000",
        "我的账户2019-03-01被冻结，账户20190301开立",
        "成绩 700 900 1200 1500 分",
        "访问 192.168.1.101",
        "一二三四五，上山打老虎",
        "A股B12345、云南A12345x",
        "没有收到订单12345678",
        "",
    ],
)
def test_what_names_nobody_stays_as_written(masker: Masker, text: str) -> None:
    assert masker.mask(text) == text


def test_a_phone_after_a_comma_is_not_of_the_order_before_it(masker: Masker) -> None:
    assert masker.mask("没有收到订单，13812345678是我的电话") == "没有收到订单，[PHONE]是我的电话"


def test_masking_again_changes_nothing(masker: Masker) -> None:
    once = masker.mask("电话13812345678，证11010119900307771X，卡6222021234567890128，a@b.cn，123-45-6789")

    assert once == "电话[PHONE]，证[ID]，卡[CARD]，[EMAIL]，[SSN]"
    assert masker.mask(once) == once


def test_a_column_is_masked_as_its_texts_are_and_keeps_its_gaps(masker: Masker) -> None:
    texts = pl.Series(["电话13812345678", None, "没有号码", "ａ＠ｂ．ｃｎ", "", "138\n1234 5678 x"])

    masked = masker.mask_all(texts)

    assert masked.to_list() == [None if text is None else masker.mask(text) for text in texts.to_list()]
    assert texts.to_list()[0] == "电话13812345678"


def test_long_rows_of_digits_or_letters_are_masked_without_delay(masker: Masker) -> None:
    started = time.process_time()
    for part in ("1", "1 ", "12-", "123 ", "a", "a@", "1.a@", "a@b.c ", "123456789 "):
        masker.mask(part * ((1 << 17) // len(part)) + "@")

    assert time.process_time() - started < 20  # a quadratic step takes minutes


def test_the_version_changes_with_the_words() -> None:
    words = reading.load().masking
    fewer = MaskingWords(joining=words.joining, before=words.before[1:], nobody_after=words.nobody_after)

    assert Masker(words).version == Masker(words).version != Masker(fewer).version
    assert Masker(fewer).mask("护照号E12345678") == "护照号E12345678"


def test_an_identity_card_is_checked_by_region_date_and_form() -> None:
    assert is_plausible("11010119900307771X")
    assert not is_plausible("11010119900230771X")
    assert not is_plausible("99010119900307771X")
    assert long_form("110101900307771") == "110101199003077715"
    assert long_form("123456789012345") == "123456789012345"
