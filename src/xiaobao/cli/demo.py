"""`xiaobao demo`: the whole way on real and on simulated data, by the command lines a user would type."""

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import click

from xiaobao.cli import main
from xiaobao.cli.demo_commands import Step
from xiaobao.cli.demo_size import briefs_of, size_of
from xiaobao.cli.demo_steps import steps
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words


@click.command(
    help=text(
        zh="演示全过程：真实公开数据逐日重放与 18 家虚构银行的模拟报送；每条命令先显示再执行，可重复运行",
        en="Show the whole way: real public records day by day, and 18 invented banks; every command line is "
        "shown, then run. Running it again changes nothing.",
    )
)
@click.option("--small", is_flag=True, help=text(zh="天数较少，步骤相同", en="Fewer days, the same steps."))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help=text(zh="结果所在文件夹", en="Folder of the outcome."),
)
@pass_session
def demo(session: Session, small: bool, into: Path) -> ExitCode:
    """Run the steps in order and stop at the first that fails; then say where the briefs lie."""
    size = size_of(into, small=small)
    quiet = session.output_format == "json"
    with redirect_stdout(sys.stderr) if quiet else nullcontext():
        for number, step in enumerate(steps(size), start=1):
            outcome = _run(session, number, step)
            if outcome is not ExitCode.FINE:
                session.show(Words(zh="演示在这一步中止", en="the demonstration stopped at this step"))
                return outcome
    briefs = briefs_of(size)
    session.give({"briefs": [str(brief) for brief in briefs]}, words=_ending(briefs, size.simulated_home))
    return ExitCode.FINE


def _run(session: Session, number: int, step: Step) -> ExitCode:
    arguments = ["--language", session.language, *step.arguments]
    click.echo()
    click.secho(f"{number}. {step.words.to(session.language)}", bold=True)
    click.secho("$ " + step.typed(), fg="cyan")
    return main.run(arguments)


def _ending(briefs: tuple[Path, ...], home: Path) -> Words:
    listed = "\n".join(f"  {brief}" for brief in briefs)
    return Words(
        zh=f"\n简报在这里（用浏览器打开；同名 .pdf、.docx 供打印与编辑）：\n{listed}\n\n接下来可以：\n"
        f"  xiaobao status --home {home}\n"
        f"  xiaobao brief list --home {home}\n"
        f"  xiaobao search-index --home {home}    （约一分钟），然后\n"
        f"  xiaobao search 年费 --home {home}\n"
        "  阅读 docs/how-to",
        en="\nThe briefs lie here (open them in a browser; .pdf and .docx to print and edit lie beside):\n"
        f"{listed}\n\nHow to go on:\n"
        f"  xiaobao status --home {home}\n"
        f"  xiaobao brief list --home {home}\n"
        f"  xiaobao search-index --home {home}    (about a minute), then\n"
        f"  xiaobao search 年费 --home {home}\n"
        "  read docs/how-to",
    )
