"""`xiaobao coder`: codes read off texts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from xiaobao.analysis.coding.coder import Coder, Predictions
from xiaobao.analysis.coding.evaluation import Scores
from xiaobao.analysis.coding.examples_file import ExampleColumns
from xiaobao.catalog import reading
from xiaobao.catalog.codes import Facet
from xiaobao.cli.coder_quality import quality
from xiaobao.cli.coder_queue import decide, queue
from xiaobao.cli.first_coder import examples_words
from xiaobao.cli.options import home_option, overlay_option, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.text_options import facet_option, new_file_option, texts_options, vectors_cache_option
from xiaobao.lib import clock
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows.code_examples import write_decided_texts
from xiaobao.workflows.code_texts import VectorsWanted, evaluate_coder, predict_codes, train_coder

Command = Callable[..., None]
_BY_WORDS = Words(
    zh="只凭词语判断，不需要语句向量", en="it judges by words alone and needs no sentence vectors"
)
_BY_VECTORS = Words(
    zh="凭词语和语句向量判断：使用它的机器要有语句向量模型",
    en="it judges by words and sentence vectors: who uses it needs their model",
)


@click.group(help=text(zh="由文本读出编码", en="Read codes off texts."))
def coder() -> None:
    """The group of the commands."""


coder.add_command(quality)
coder.add_command(queue)
coder.add_command(decide)


def _words_option(command: Command) -> Command:
    return click.option(
        "--words-only",
        is_flag=True,
        help=text(
            zh="不用语句向量，即使已生成其模型",
            en="Without sentence vectors, even where their model was built.",
        ),
    )(command)


def _label_options(command: Command) -> Command:
    label = click.option(
        "--label-column", required=True, help=text(zh="标签所在的列", en="The column of the labels.")
    )
    separator = click.option(
        "--level-separator",
        default="",
        help=text(
            zh="标签中各级之间的分隔，如 ›", en="What stands between the levels of a label, such as ›."
        ),
    )
    author = click.option(
        "--author-column",
        help=text(zh="定码人所在的列", en="The column that says who decided the label."),
    )
    decided = click.option(
        "--decided-column",
        help=text(
            zh="定码时刻所在的列；给出时按时间留出校准",
            en="The column that says when; then what is later is held out.",
        ),
    )
    seed = click.option(
        "--seed",
        type=int,
        default=0,
        show_default=True,
        help=text(zh="随机种子", en="Seed of what is drawn."),
    )
    return label(separator(author(decided(seed(command)))))


@coder.command(
    help=text(
        zh="由有标签的文本训练编码模型：标签之间的概率经校准，各级一致。",
        en="Train a coder on labelled texts: calibrated probabilities, consistent over the levels.",
    )
)
@texts_options
@_label_options
@click.option(
    "--model",
    required=True,
    type=click.Path(path_type=Path),
    help=text(zh="写到哪个文件夹，不得已存在", en="The folder to write, which must not exist."),
)
@_words_option
@vectors_cache_option
@overlay_option
@pass_session
def train(
    session: Session, /, texts: Path, model: Path, seed: int, overlay: Path | None, **told: Any
) -> None:
    """Read, train, write, say what was learned from."""
    refuse_existing(model)
    trained = train_coder(
        reading.load(overlay=overlay),
        texts=texts,
        columns=_columns(**told),
        separator=told["level_separator"],
        seed=seed,
        on=clock.now().date(),
        model=model,
        vectors=_vectors(**told),
    )
    _tell_training(session, trained, model)


@coder.command(
    help=text(
        zh="把消保局对一个分类面的改码决定写成训练文本：source,number,text,label,author,decided_at；"
        "叙述已遮盖号码与姓名，标签为各级代码以 › 相连。",
        en="Write the bureau's decisions on one facet as texts to learn from: "
        "source,number,text,label,author,decided_at; numbers and names "
        "masked, a label is the codes of all levels joined by ›.",
    )
)
@home_option
@facet_option(*Facet)
@new_file_option("decided.csv")
@pass_session
def examples(session: Session, home_path: Path, facet: str, out: Path) -> None:
    """Read, mask, write, say how many of whom."""
    refuse_existing(out)
    written = write_decided_texts(open_home(home_path), Facet(facet), out)
    texts, authors = len(written), written["author"].n_unique()
    words = examples_words(file=out, texts=texts, authors=authors)
    session.give({"file": str(out), "texts": texts, "authors": authors}, words=words)


@coder.command(
    help=text(
        zh="给文件的每一行文本编码，写出 row,label,confidence,set,accepted,queue,by_level。",
        en="Code every text of a file. Writes row,label,confidence,set,accepted,queue,by_level.",
    )
)
@click.option(
    "--model",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=text(zh="编码模型的文件夹", en="The folder of the coder."),
)
@texts_options
@new_file_option("codes.csv")
@vectors_cache_option
@overlay_option
@pass_session
def predict(
    session: Session,
    model: Path,
    texts: Path,
    text_column: str,
    out: Path,
    overlay: Path | None,
    vectors_cache: Path | None,
) -> None:
    """Read, code, write, say how many may stand."""
    refuse_existing(out)
    told = predict_codes(
        reading.load(overlay=overlay),
        model=model,
        texts=texts,
        column=text_column,
        on=clock.now().date(),
        out=out,
        vectors=VectorsWanted(cache=vectors_cache),
    )
    _tell_predictions(session, told, out)


@coder.command(
    help=text(
        zh="用有标签的文本评价：给出模型时，只用它未见过的相似件族；否则按相似件族分五份轮流训练与检验。",
        en="Evaluate on labelled texts: a given coder on families it has not seen; else coders trained on "
        "four fifths of the families and tried on the rest, in turn.",
    )
)
@click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=text(zh="编码模型的文件夹", en="The folder of the coder."),
)
@texts_options
@_label_options
@_words_option
@vectors_cache_option
@overlay_option
@pass_session
def evaluate(
    session: Session, /, model: Path | None, texts: Path, seed: int, overlay: Path | None, **told: Any
) -> None:
    """Read, evaluate, say the figures."""
    scores, left_out = evaluate_coder(
        reading.load(overlay=overlay),
        model=model,
        texts=texts,
        columns=_columns(**told),
        separator=told["level_separator"],
        seed=seed,
        on=clock.now().date(),
        vectors=_vectors(**told),
    )
    _tell_scores(session, scores, left_out)


def _columns(
    text_column: str, label_column: str, author_column: str | None, decided_column: str | None, **_: object
) -> ExampleColumns:
    return ExampleColumns(
        text=text_column, label=label_column, author=author_column, decided_at=decided_column
    )


def _vectors(words_only: bool, vectors_cache: Path | None, **_: object) -> VectorsWanted:
    return VectorsWanted(words_only=words_only, cache=vectors_cache)


def _tell_training(session: Session, trained: Coder, model: Path) -> None:
    value = {
        "model": str(model),
        "labels": len(trained.hierarchy.labels),
        "levels": trained.hierarchy.depth,
        "vectors": bool(trained.senses),
        **msgspec.to_builtins(trained.training),
    }
    words = Words(
        zh="{model}：{labels} 种标签，{levels} 级，由 {texts} 条文本（{families} 个相似件族）学得；"
        "未用 {left_out} 行",
        en="{model}: {labels} labels on {levels} levels, learned from {texts} texts in {families} families; "
        "{left_out} rows not used",
    )
    by = _BY_VECTORS if trained.senses else _BY_WORDS
    separator = trained.hierarchy.separator
    if separator and trained.hierarchy.depth == 1:
        session.tell(
            Words(
                zh=f"注意：没有一个标签含有 {separator}，因此只有一级",
                en=f"note: not one label has {separator}, so that there is one level",
            )
        )
    session.give(value, words=joined((words.fill(**value), by)))


def _tell_predictions(session: Session, told: Predictions, out: Path) -> None:
    value = {
        "file": str(out),
        "texts": len(told.picked),
        "accepted": int(told.accepted.sum()),
        "queued": int((~told.accepted).sum()),
        "without_label": int(told.mute.sum()),
    }
    words = Words(
        zh="{file}：共 {texts} 条，{accepted} 条可免人工，{queued} 条待人工；"
        "{without_label} 条无从判断，未给标签",
        en="{file}: {texts} texts, {accepted} may stand, {queued} wait for an officer; {without_label} say "
        "nothing known and have no label",
    )
    session.give(value, words=words.fill(**value))


def _tell_scores(session: Session, scores: Scores, left_out: int) -> None:
    value = {**msgspec.to_builtins(scores), "left_out": left_out}
    shown = {
        name: f"{one:.4f}" if isinstance(one, float) else "—" if one is None else one
        for name, one in value.items()
    }
    words = Words(
        zh="{texts} 条（另有 {left_out} 条模型见过，未计）：准确率 {accuracy}，宏平均 F1 {macro_f1}，"
        "校准误差 {calibration_error}；集合覆盖率 {coverage}，平均 {mean_set} 个标签；"
        "可免人工 {accepted_share}，"
        "其中准确率 {accepted_accuracy}",
        en="{texts} texts ({left_out} more were seen in training and do not count): accuracy {accuracy}, "
        "macro-F1 {macro_f1}, calibration error {calibration_error}; sets cover {coverage} with "
        "{mean_set} labels on average; {accepted_share} may stand, of which right {accepted_accuracy}",
    )
    session.give(value, words=words.fill(**shown))
