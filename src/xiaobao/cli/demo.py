"""`xiaobao demo`: the whole way on real and on simulated data, by the command lines a user would type."""

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import click

from xiaobao.cli import main
from xiaobao.cli.demo_beside import Beside, beside
from xiaobao.cli.demo_commands import Step
from xiaobao.cli.demo_size import briefs_of, size_of
from xiaobao.cli.demo_steps import quarter_play, steps
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words

_BESIDE = Words(
    zh="在以下各步之旁，自始进行、轮到时再显示的一步：",
    en="Beside the steps below, from now on, and shown when its turn comes:",
)


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
    """Run the steps in order and stop at the first that fails; then say where the briefs lie.

    The longest of them begins at once, beside the others, and is shown when its turn comes.
    """
    size = size_of(into, small=small)
    quiet = session.output_format == "json"
    longest = quarter_play(size)
    with redirect_stdout(sys.stderr) if quiet else nullcontext(), beside(session, longest) as under_way:
        click.echo(_BESIDE.to(session.language))
        click.secho("$ " + longest.typed(), fg="cyan")
        for number, step in enumerate(steps(size), start=1):
            outcome = _run(session, number, step, under_way)
            if outcome is not ExitCode.FINE:
                session.show(Words(zh="演示在这一步中止", en="the demonstration stopped at this step"))
                return outcome
    briefs = briefs_of(size)
    session.give({"briefs": [str(brief) for brief in briefs]}, words=_ending(briefs, size.simulated_home))
    return ExitCode.FINE


def _run(session: Session, number: int, step: Step, under_way: Beside) -> ExitCode:
    click.echo()
    click.secho(f"{number}. {step.words.to(session.language)}", bold=True)
    click.secho("$ " + step.typed(), fg="cyan")
    if step == under_way.step:
        return under_way.finish(session)
    return main.run(["--language", session.language, *step.arguments])


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
