"""Which days a day is held against: ordinary working days against their like, days of rest against theirs."""

from datetime import date

from xiaobao.catalog.calendars import Calendar
from xiaobao.lib.words import Words


def is_ordinary(calendar: Calendar, day: date) -> bool:
    """True where the calendar knows the day and it is neither a holiday nor moved by one."""
    return calendar.knows(day) and calendar.is_ordinary(day)


def are_alike(calendar: Calendar, each: date, day: date) -> bool:
    """True where `each` is ordinary and a working day if `day` is one, a day of rest if it is none."""
    return is_ordinary(calendar, each) and calendar.is_working_day(each) == calendar.is_working_day(day)


def like_no_other(day: date) -> Words:
    """Why a day that is not ordinary is not judged."""
    return Words(
        zh=f"{day} 是节假日、调休日或节后首日，没有可比的日子",
        en=f"{day} is a holiday, a make-up day or the first day after one, and like no other",
    )


def too_few_days(days: int, *, needed: int) -> Words:
    """Why a source's first weeks are not judged."""
    return Words(zh=f"可比的天数不足：{days} 天，须 {needed} 天", en=f"not enough days: {days} of {needed}")
