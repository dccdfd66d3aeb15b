"""The words that a day's hot issues are told with."""

from collections.abc import Mapping
from datetime import date

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS, Scope
from xiaobao.analysis.names import member_words
from xiaobao.analysis.topics.complaints import CATEGORY, INSTITUTION
from xiaobao.analysis.topics.told import ToldIssue, TopicState
from xiaobao.lib.words import Words, counted

STATE_WORDS: Mapping[TopicState, Words] = {
    TopicState.NEW: Words(zh="新发", en="new"),
    TopicState.RISING: Words(zh="上升", en="rising"),
    TopicState.STEADY: Words(zh="持续", en="going on"),
    TopicState.FALLING: Words(zh="回落", en="falling"),
    TopicState.CLOSED: Words(zh="结束", en="closed"),
}


def institution_words(code: str, *, scope: Scope, on: date) -> Words:
    """The institution's name."""
    return member_words(INSTITUTION, code, scope=scope, on=on)


def category_words(issue: ToldIssue, *, scope: Scope) -> Words:
    """The category's name."""
    return member_words(CATEGORY, dict(issue.where)[CATEGORY], scope=scope, on=issue.last_day)


def called_words(issue: ToldIssue) -> Words:
    """What it is called: by an officer, by what is demanded, else by its most telling words."""
    if issue.name is None and issue.demanded:
        return Words(zh=f"提出的条件：{issue.label}", en=f"demands: {issue.label}")
    return Words(zh=issue.called, en=issue.called)


def institutions_words(issue: ToldIssue, *, scope: Scope) -> Words:
    """The institutions with their numbers, most first; one alone without it."""
    names = [institution_words(one.member, scope=scope, on=issue.last_day) for one in issue.institutions]
    if len(names) == 1:
        return names[0]
    told = list(zip(names, issue.institutions, strict=True))
    return Words(
        zh="、".join(f"{name.zh} {one.count} 件" for name, one in told),
        en=", ".join(f"{name.en} {one.count}" for name, one in told),
    )


def several_words(issue: ToldIssue, *, scope: Scope) -> Words:
    """How many institutions; complaints of others than the listed ones stand for any number of them."""
    listed = sum(one.member not in SPECIAL_MEMBERS for one in issue.institutions)
    told = [
        institution_words(one.member, scope=scope, on=issue.last_day)
        for one in issue.institutions
        if one.member in SPECIAL_MEMBERS
    ]
    if listed:
        told.insert(0, Words(zh=f"{listed} 家机构", en=counted(listed, "institution")))
    return Words(zh="及".join(one.zh for one in told), en=" and ".join(one.en for one in told))
