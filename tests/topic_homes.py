"""A home in whose last week people at one bank begin to say the same, told in words of the test alone."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from bank_files import row
from brief_homes import close, report
from django.db import connections

from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark

FIRST_CLOSED, LAST_CLOSED = date(2020, 3, 16), date(2020, 3, 17)
_CREATED_AT = datetime(2020, 2, 1, 1, 0, tzinfo=UTC)
_BEFORE = (
    "贷款利率太高，要求解释原因",
    "柜台排队两个小时无人理会",
    "理财亏损，客户经理没有提示风险",
    "转账未到账，客服一直占线",
    "短信推销太多，无法退订",
)
_NEW = (
    "孩子学费缴不上，校园缴费平台维护，打开以后白屏，换了三部手机都一样，请尽快恢复",
    "校园缴费平台维护，学校催缴，班级群里点名批评，谁来承担滞纳金和名誉损失",
    "客服张晓明说等通知，校园缴费平台维护第三天了，工单号也不给，挂断电话再打就没人接",
    "我叫李建国，校园缴费平台维护，学校要求提供缴费证明，去网点又说系统不归他们管",
    "校园缴费平台维护，电话13800138000打来没人管，周末也无值班，希望监管部门督促整改",
    "每次登录都遇到校园缴费平台维护，耽误孩子报名，夏令营名额已经被别人占走",
    "想问校园缴费平台维护到什么时候，公告栏一个字没有，微信公众号自动回复毫无用处",
    "昨晚开始校园缴费平台维护，班主任已经催了两遍，老人不会操作其他渠道",
    "你们的校园缴费平台维护，钱扣了却显示未缴，账单对不上，请退回重复扣款",
    "不满，校园缴费平台维护，柜员态度恶劣，让我自己找科技公司联系",
    "食堂饭卡充不进去，就因为校园缴费平台维护，孩子中午饿着肚子上课",
    "校园缴费平台维护，住宿押金退不回来，毕业离校手续卡在这一步",
)


_DEMANDED = (
    "想激活老存折，网点说要村委会的证明，村里不开",
    "久悬账户，客服让我补一份居住证明，我一直住原籍",
    "取遗款，跑了三趟还缺公证，张晓明经理接待的",
    "柜台不认派出所的章，非要我再去做公证",
)
_USUALLY_DEMANDED = (
    "查一笔扣款，要我自己提供流水",
    "改手机号，让我补交资料",
    "开户说条件不够",
)


def home_with_a_demand(folder: Path) -> Home:
    """A simulated home with one closed day, at whose end one bank asks for papers that others do not."""
    return _copied(folder, _report_a_demand)


def _report_a_demand(home: Home, folder: Path) -> None:
    for bank in ("GY01", "GY02"):
        rows = [
            _row(
                f"{bank}-{days}-{place}", LAST_CLOSED - timedelta(days=days), bank, f"{text}，第{days}次来电"
            )
            for days in range(1, 28)
            for place, text in enumerate(_USUALLY_DEMANDED)
        ]
        told = _DEMANDED if bank == "GY01" else _BEFORE[3:]
        rows += [_row(f"{bank}-M{place}", LAST_CLOSED, bank, text) for place, text in enumerate(told)]
        report(home, folder, rows, day=LAST_CLOSED, bank=bank)
    close(home, LAST_CLOSED)


def home_with_an_issue(
    folder: Path, *, new: int = len(_NEW), more: tuple[str, ...] = (), beginner: str | None = None
) -> Home:
    """A simulated home with two closed days; `new` complaints of the issue lie in the days up to the last.

    `more` are told of the same bank on the last day; a beginner reports on that day alone.
    """
    return _copied(
        folder, partial(_report_an_issue, new=new, more=more, beginner=beginner), str((new, more, beginner))
    )


def _report_an_issue(
    home: Home, folder: Path, *, new: int, more: tuple[str, ...], beginner: str | None
) -> None:
    for bank in ("GY01", "GY02"):
        rows = [
            _row(
                f"{bank}-{days}-{place}", FIRST_CLOSED - timedelta(days=days), bank, f"{text}，第{days}次来电"
            )
            for days in range(1, 27)
            for place, text in enumerate(_BEFORE[:3])
        ]
        told = _NEW[:2] if bank == "GY01" else ()
        rows += [_row(f"{bank}-N{place}", FIRST_CLOSED, bank, text) for place, text in enumerate(told)]
        report(home, folder, rows, day=FIRST_CLOSED, bank=bank)
    close(home, FIRST_CLOSED)
    for bank in ("GY01", "GY02", *([beginner] if beginner else [])):
        told = (*_NEW[2:new], *more) if bank == "GY01" else _BEFORE[3:]
        rows = [_row(f"{bank}-M{place}", LAST_CLOSED, bank, text) for place, text in enumerate(told)]
        report(home, folder, rows, day=LAST_CLOSED, bank=bank)
    close(home, LAST_CLOSED)


def home_with_an_issue_of_three_banks(folder: Path) -> Home:
    """A simulated home with one closed day, in whose last week people at three banks say the same."""
    return _copied(folder, _report_an_issue_of_three_banks)


def _report_an_issue_of_three_banks(home: Home, folder: Path) -> None:
    banks = ("GY01", "GY02", "GY03")
    for place, bank in enumerate(banks):
        rows = [
            _row(
                f"{bank}-{days}-{number}", LAST_CLOSED - timedelta(days=days), bank, f"{text}，第{days}次来电"
            )
            for days in range(7, 28)
            for number, text in enumerate(_BEFORE[:3])
        ]
        told = _NEW[place :: len(banks)]
        rows += [_row(f"{bank}-N{number}", LAST_CLOSED, bank, text) for number, text in enumerate(told)]
        report(home, folder, rows, day=LAST_CLOSED, bank=bank)
    close(home, LAST_CLOSED)


def _copied(folder: Path, fill: Callable[[Home, Path], None], about: str = "") -> Home:
    """The home in a test's folder, filled once a worker beside the folders of the tests."""
    name = getattr(fill, "__name__", hashlib.sha256(about.encode()).hexdigest()[:16])
    template = folder.parent / f"topic-homes-{name}"
    if not (template / "done").is_file():
        template.mkdir()
        fill(create_home(template / "home", domain_id="pbc", mark=Mark.SIMULATED, at=_CREATED_AT), template)
        (template / "done").touch()
    connections.close_all()
    shutil.copytree(template / "home", folder / "home")
    return open_home(folder / "home")


def _row(number: str, day: date, bank: str, narrative: str) -> list[str]:
    return row(number, day=day, bank=bank, narrative=narrative)
