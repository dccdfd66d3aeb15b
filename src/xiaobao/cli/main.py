"""`xiaobao`: the command line. Commands load when they are called, not before."""

import gettext
import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from xiaobao.cli.chinese_help import in_chinese
from xiaobao.cli.failures import of_machine
from xiaobao.cli.session import FORMATS, Session, choose_language, show_line, text
from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.words import Language, Words

COMMANDS = {
    "brief": Words(zh="撰写、签发、重印、比对简报", en="Compose, issue, reprint and compare briefs."),
    "catalog": Words(zh="查看与校验目录（代码表、规则、指标）", en="Show and validate the catalog."),
    "check": Words(zh="在报送前检查一个文件", en="Check a file before it is delivered."),
    "check-published": Words(
        zh="复算公开通报中的占比、变化、中位数与比率", en="Compute the ratios of published notices again."
    ),
    "close-day": Words(zh="日结：当日事当日毕", en="Close a business day."),
    "coder": Words(zh="由文本读出编码，训练与评价", en="Read codes off texts; train and evaluate."),
    "demo": Words(zh="用真实与模拟数据演示全过程", en="Show the whole way on real and simulated data."),
    "duplicates": Words(zh="找出近似文本的相似件族", en="Find families of near-duplicate texts."),
    "expire-month": Words(
        zh="保存期满，销毁一个月的原件与文本", en="Destroy a month's raw files after their retention."
    ),
    "home": Words(zh="建立与查看数据家目录", en="Create and show a home."),
    "linkage": Words(zh="关联热线与机构报送中的同一事项", en="Link the matters told on both paths."),
    "mask": Words(zh="遮盖文本中的个人信息", en="Mask personal data in texts."),
    "measure": Words(zh="计算一项指标", en="Evaluate a measure."),
    "post": Words(zh="把已接收的批次记入台账", en="Post accepted batches to the ledger."),
    "pseudonym": Words(
        zh="报送前把证件号、联系方式换成假名", en="Make numbers of people pseudonyms at home."
    ),
    "rebuild": Words(zh="由流水与批次重建台账", en="Rebuild the ledger from journal and batches."),
    "receive": Words(zh="接收一份报送，出具回执", en="Take in a delivery and give a receipt."),
    "recode": Words(zh="消保局对一件投诉改码", en="Record the bureau's decision on a complaint's codes."),
    "repair": Words(zh="修复损坏的段与留存文件", en="Make damaged segments and files again."),
    "search": Words(zh="检索已遮盖的叙述", en="Search masked narratives."),
    "search-index": Words(zh="更新检索索引", en="Bring the search index up to date."),
    "simulate": Words(zh="生成模拟报送", en="Write simulated deliveries."),
    "status": Words(zh="查看报送、批次与日结的状态", en="Show deliveries, batches, reports and closes."),
    "surges": Words(zh="发现投诉突增", en="Find surges of complaints."),
    "tag": Words(zh="按规则打标签", en="Run a tag's rule over the ledger."),
    "template": Words(zh="写出填报模板（XLSX）", en="Write the workbook a source fills in."),
    "topics": Words(zh="找出热点话题", en="Find hot topics."),
    "trace": Words(zh="由一个数字追到文件的行", en="Follow a number to the rows of files behind it."),
    "vectors": Words(zh="建立语句向量模型", en="Build the model of sentence vectors."),
    "verify": Words(zh="核验链、摘要与台账定律", en="Verify chains, digests and the ledger's laws."),
    "void-revision": Words(zh="作废一个报错的版次", en="Declare a wrongly stated revision void."),
}

_EXTRAS = {
    "django": "server",
    "duckdb": "server",
    "ibis": "server",
    "numba": "server",
    "numpy": "server",
    "onnx": "text",
    "onnxruntime": "text",
    "tantivy": "server",
    "scipy": "server",
    "pyspark": "spark",
    "tokenizers": "text",
    "sklearn": "text",
}


class PartMissingError(UserError):
    """The command belongs to a part of xiaobao that is not installed here."""

    def __init__(self, command: str, *, extra: str) -> None:
        way_out = f'pip install "xiaobao[{extra}]"'
        super().__init__(
            Words(
                zh=f"命令 {command} 需要 {extra} 部分，本机未安装；安装：{way_out}",
                en=f"{command} needs the {extra} part, which is not installed here: {way_out}",
            )
        )


_HINT = Words(
    zh="xiaobao verify 可查家目录是否完好；设 XIAOBAO_TRACEBACK=1 再执行，可见出错的位置。",
    en="xiaobao verify tells whether the home is sound; XIAOBAO_TRACEBACK=1 before the call shows the place.",
)


class LazyGroup(click.Group):
    """A group whose commands are imported when first called; listing them imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now: `close-day` is `close_day` of `xiaobao.cli.close_day`."""
        if cmd_name not in COMMANDS:
            return None
        attribute = cmd_name.replace("-", "_")
        module = f"xiaobao.cli.{attribute}"
        is_new = module not in sys.modules
        try:
            command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            extra = _EXTRAS.get((error.name or "").partition(".")[0])
            if extra is None:
                raise
            raise PartMissingError(cmd_name, extra=extra) from error
        assert isinstance(command, click.Command)
        # Once, in the language in which it is loaded, as its help is.
        return in_chinese(command) if is_new else command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands with one line each."""
        with formatter.section(text(zh="命令", en="Commands")):
            formatter.write_dl(
                [(name, text(zh=COMMANDS[name].zh, en=COMMANDS[name].en)) for name in sorted(COMMANDS)]
            )


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    options_metavar=text(zh="[选项]", en="[OPTIONS]"),
    subcommand_metavar=text(zh="[命令] [参数]…", en="[COMMAND] [ARGS]..."),
    help=text(
        zh="xiaobao 消保：把每一件金融消费者投诉收进同一本台账，当晚看清、成文、可追溯。",
        en="xiaobao takes every consumer complaint into one ledger, and from there to a signed brief.",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--language", type=click.Choice(["zh", "en"]), help=text(zh="显示语言", en="Language of what is shown.")
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help=text(zh="输出格式", en="Format of what is shown."),
)
@click.version_option(
    package_name="xiaobao",
    message="%(prog)s %(version)s",
    help=text(zh="显示版本并退出。", en="Show the version and exit."),
)
@click.pass_context
def xiaobao(context: click.Context, language: str | None, output_format: str) -> None:
    """The root command: keeps language and format for the one that runs; alone it shows the help."""
    context.obj = Session(language=choose_language(language), output_format=output_format)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_OF_ROOT = {"--language", "--format"}
_BEFORE_THE_COMMAND = Words(
    zh="{name} 写在命令之前：xiaobao {name} … 命令",
    en="{name} stands before the command: xiaobao {name} … COMMAND",
)


def run(arguments: list[str]) -> ExitCode:
    """Run one command line in this process and tell its exit code; errors are shown, never raised."""
    language = choose_language(None, arguments=arguments)
    _let_click_speak(language)
    try:
        outcome = xiaobao.main(args=arguments, prog_name="xiaobao", standalone_mode=False)
    except UserError as error:
        show_line(error.words.to(language), err=True)
        return error.exit_code
    except click.Abort:
        click.echo(text(zh="已中止", en="stopped"), err=True)
        return ExitCode.SYSTEM_FAILED
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name in _OF_ROOT:
            click.echo(_BEFORE_THE_COMMAND.to(language).format(name=error.option_name), err=True)
        return ExitCode.WRONG_CALL
    except Exception as error:
        return _failed(error, language)
    return outcome if isinstance(outcome, ExitCode) else ExitCode.FINE


def _let_click_speak(language: Language) -> None:
    """What click itself says, in the language: its texts go through gettext (`locale/zh.toml`)."""
    gettext.bindtextdomain("messages", str(Path(__file__).with_name("locale")))
    os.environ["LANGUAGE"] = language  # where gettext looks first


def _failed(error: Exception, language: Language) -> ExitCode:
    """Tell what failed while the error is at hand; with XIAOBAO_TRACEBACK set also where."""
    if os.environ.get("XIAOBAO_TRACEBACK"):
        traceback.print_exc()
    of_ours = isinstance(error, XiaobaoError | OSError)
    # Else of a library, or a mistake of ours: told like any failure.
    told = str(error) if of_ours else f"{type(error).__name__}: {error}"
    machine = of_machine(error)
    words = machine or Words(zh=told, en=told)
    show_line(Words(zh=f"系统错误：{words.zh}", en=f"the system failed: {words.en}").to(language), err=True)
    if machine is None and not of_ours:
        click.echo(_HINT.to(language), err=True)
    return ExitCode.SYSTEM_FAILED


def main() -> None:
    """The entry point of the installed command."""
    sys.exit(run(sys.argv[1:]))
