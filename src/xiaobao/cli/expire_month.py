"""`xiaobao expire-month`: two people have a month's raw files and narratives destroyed."""

from pathlib import Path

import click

from xiaobao.cli.options import home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.status_text import expiry_words
from xiaobao.lib import clock
from xiaobao.lib.words import Words
from xiaobao.submissions.expiry import expired_months
from xiaobao.submissions.home import open_home
from xiaobao.workflows import expire_month as workflow


@click.command(
    name="expire-month",
    help=text(
        zh="保存期满后，销毁一个月（按业务日）的原件与投诉文本及其密钥，不可恢复；台账各笔仍在。须两名不同人员。"
        "保存期按目录与真实时钟计；该月有未记账的报送时不予办理。",
        en="Destroy the raw files and narratives of a month of business days with their keys, for ever; its "
        "entries stay. Takes two different people, the end of the catalog's retention by the real clock, and "
        "that everything of the month is posted.",
    ),
)
@click.argument("month")
@home_option
@click.option("--declared-by", required=True, help=text(zh="声明人", en="Who declares it."))
@click.option("--confirmed-by", required=True, help=text(zh="确认人", en="Who confirms it."))
@pass_session
def expire_month(session: Session, month: str, home_path: Path, declared_by: str, confirmed_by: str) -> None:
    """Parse, destroy, show the journal record."""
    home = open_home(home_path, on_wait=session.tell)
    expired = workflow.expire_month(
        home, month, declared_by=declared_by, confirmed_by=confirmed_by, now=clock.now()
    )
    session.give(
        {"journal_record": expired.pk, "month": month},
        words=Words(
            zh=f"{month} 的原件与文本已销毁（流水第 {expired.pk} 条）；含其密钥的备份也须销毁",
            en=f"raw files and narratives of {month} are destroyed (journal record {expired.pk}); destroy "
            "the backups that hold their keys as well",
        ),
    )


def show_expired(session: Session) -> None:
    """A line on the months that have expired, where there are any."""
    if months := expired_months():
        session.show(expiry_words(months))
