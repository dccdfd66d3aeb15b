"""The commands of `xiaobao home` about its keys: handed to reporters, exchanged."""

from pathlib import Path

import click

from xiaobao.cli.options import by_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.submissions.reporter_key import write_reporter_keys
from xiaobao.workflows import rotate_keys


@click.command(
    name="reporter-key",
    help=text(
        zh="把假名密钥写入发给报送机构的密钥文件（只有本人可读，不显示）；供 xiaobao pseudonym 使用",
        en="Write the pseudonym keys into the key file for reporters, readable by its owner alone and never "
        "shown; xiaobao pseudonym uses it.",
    ),
)
@home_option
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(zh="新文件", en="The new file."),
)
@pass_session
def reporter_key(session: Session, home_path: Path, out: Path) -> None:
    """Open, write, tell which keys."""
    ids = write_reporter_keys(open_home(home_path, on_wait=session.tell), out)
    told = ", ".join(ids)
    session.give(
        {"file": str(out), "key_ids": ids},
        words=Words(
            zh=f"已写出 {out}，内含密钥 {told}；请当面或以加密方式交给报送机构",
            en=f"{out} is written with the keys {told}; hand it over in person or encrypted",
        ),
    )


@click.command(
    name="rotate-master",
    help=text(
        zh="更换主密钥：用新的主密钥重新包裹全部密钥并逐一核对，旧主密钥另存；家目录照常使用，中断后再执行一次即可。"
        "缺少密钥时不予更换。",
        en="Exchange the master key: every key is wrapped by a new one and checked, the old one set apart. "
        "The home stays in use; after an interruption run it again. Refused while a key is missing.",
    ),
)
@home_option
@by_option
@pass_session
def rotate_master(session: Session, home_path: Path, by: str) -> None:
    """Open, exchange, tell what to do with both."""
    opened = open_home(home_path, on_wait=session.tell)
    exchanged = rotate_keys.rotate_master(opened, by=by, now=clock.now())
    retired = exchanged.retired_file
    session.give(
        {
            "master_key_id": exchanged.master_key_id,
            "keys": exchanged.keys,
            "retired_file": str(retired),
        },
        words=Words(
            zh=f"主密钥已更换为 {exchanged.master_key_id}，{exchanged.keys} 个密钥已重新包裹并逐一核对。\n"
            f"请立即备份新的主密钥，并执行 xiaobao verify。旧主密钥在 {retired}：只能打开更换前的备份，"
            "请移出本机与那些备份一同保管；不再需要时一并销毁",
            en=f"the master key is now {exchanged.master_key_id}; {exchanged.keys} keys are wrapped by it, "
            "each was checked.\n"
            f"Back the new one up now, and run xiaobao verify. The old one is in {retired}: it opens only "
            "backups made before; move it off this machine to them, and destroy it with the last of them",
        ),
    )


@click.command(
    name="rotate-pseudonym-key",
    help=text(
        zh="启用新的假名密钥：此后到达的报送用新密钥；原有假名不变，仍可认出同一人。"
        "须先把已接收的全部记账；中断后再执行一次即可。",
        en="Take a new pseudonym key into use for whatever arrives from now on. Pseudonyms in the ledger "
        "stay and still tell the same person. Everything received must be posted before; after an "
        "interruption run it again.",
    ),
)
@home_option
@by_option
@pass_session
def rotate_pseudonym_key(session: Session, home_path: Path, by: str) -> None:
    """Open, rotate, tell what reporters need."""
    opened = open_home(home_path, on_wait=session.tell)
    key = rotate_keys.rotate_pseudonym_key(opened, by=by, now=clock.now())
    session.give(
        {"key_id": key.id},
        words=Words(
            zh=f"假名密钥 {key.id} 已启用，此后到达的报送一律用它；"
            "旧密钥仍须保存，台账中原有的假名靠它认出同一人。\n"
            "请立即备份 keys 文件夹，再用 xiaobao home reporter-key 写出新的密钥文件发给报送机构；"
            "报送机构换用之前，用旧密钥文件做的假名照收",
            en=f"the pseudonym key {key.id} is in use for whatever arrives from now on; keep the older "
            "ones, they tell that a pseudonym in the ledger is the same person.\n"
            "Back up the folder keys now, then write a new key file for reporters by xiaobao home "
            "reporter-key; until they use it, pseudonyms made by the old one are taken as well",
        ),
    )
