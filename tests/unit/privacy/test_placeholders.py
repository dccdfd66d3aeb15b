"""Placeholders of masked texts are said in the reader's language."""

from xiaobao.privacy.placeholders import placeholders_said


def test_a_placeholder_is_said_in_both_languages_and_other_brackets_stay() -> None:
    said = placeholders_said("[NAME1]的卡[CARD]，[附件]")

    assert said.zh == "[姓名]的卡[卡号]，[附件]"
    assert said.en == "[name]的卡[card number]，[附件]"
