"""Codes read off texts: consistent, calibrated, the same by the same seed, whatever is thrown at them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from xiaobao.analysis.coding import folder
from xiaobao.analysis.coding.acceptance import Levels, set_limits
from xiaobao.analysis.coding.calibration import of_nodes
from xiaobao.analysis.coding.coder import Coder, OtherVectorsError
from xiaobao.analysis.coding.confidence import Confidence, fit_confidence
from xiaobao.analysis.coding.evaluation import calibration_error, scored
from xiaobao.analysis.coding.examples import Examples, chosen
from xiaobao.analysis.coding.folds import by_family, by_time
from xiaobao.analysis.coding.senses import Reader
from xiaobao.analysis.coding.training import TooFewExamplesError, train
from xiaobao.analysis.coding.trial import tried, unseen
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.text.vectors.types import Vectors

LEVELS = Levels(coverage=0.9, accepted_accuracy=0.97)
THRESHOLD = Threshold(alike=0.3, leader_alike=0.2)
WORDS = {
    "银行卡›年费": ("年费", "信用卡", "收费", "减免", "刷卡", "白金卡"),
    "银行卡›盗刷": ("盗刷", "信用卡", "短信", "境外", "刷卡", "挂失"),
    "贷款›利率": ("利率", "房贷", "还款", "合同", "浮动", "月供"),
    "贷款›征信": ("征信", "逾期", "还款", "记录", "异议", "报告"),
}
NOISE = "本人昨天在柜台与客服多次沟通未果要求尽快处理并给出书面答复谢谢望领导重视情况属实"


def examples(count: int, seed: int, labels: tuple[str, ...] = tuple(WORDS)) -> Examples:
    draw = np.random.default_rng(seed)
    picked = [labels[one] for one in draw.integers(0, len(labels), count)]
    texts = []
    for label in picked:
        noise = "".join(draw.permutation(list(NOISE))[:15])
        texts.append(noise[:7] + "，".join(draw.choice(WORDS[label], 2, replace=False)) + noise[7:])
    return Examples(texts=pl.Series(texts), labels=tuple(picked), authors=(), decided_at=(), left_out=0)


def trained(lesson: Examples, *, seed: int = 0, separator: str = "›") -> Coder:
    return train(lesson, separator=separator, levels=LEVELS, threshold=THRESHOLD, seed=seed)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return trained(examples(400, seed=1))


def test_texts_not_seen_are_coded_with_honest_confidence(coder: Coder) -> None:
    scores = scored(tried(coder, examples(600, seed=2)))

    assert scores.accuracy > 0.85
    assert scores.calibration_error < 0.06
    assert scores.coverage == pytest.approx(0.9, abs=0.05)
    assert scores.accepted_accuracy is None or scores.accepted_accuracy > 0.95


class Topical:
    """Vectors that tell the label and no more, as a reader of meanings would."""

    model = "topical"

    def encode(self, texts: Sequence[str]) -> Vectors:
        draw = np.random.default_rng(5)
        rows = [[sum(text.count(word) for word in words) for words in WORDS.values()] for text in texts]
        return (np.array(rows, np.float32).reshape(-1, 4) + draw.normal(0, 0.1, (len(texts), 4))).astype(
            np.float32
        )


class Chance(Topical):
    """Vectors that tell nothing."""

    model = "chance"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.random.default_rng(6).normal(0, 1, (len(texts), 4)).astype(np.float32)


def with_vectors(lesson: Examples, reader: Reader) -> Coder:
    return train(lesson, separator="›", levels=LEVELS, threshold=THRESHOLD, seed=0, reader=reader)


def test_vectors_that_tell_more_than_words_are_joined_and_needed(tmp_path: Path) -> None:
    lesson, asked = examples(60, seed=21), examples(300, seed=22)

    joined = with_vectors(lesson, Topical())
    folder.save(joined, tmp_path / "model")
    again = folder.load(tmp_path / "model")

    by_words = scored(tried(trained(lesson), asked)).macro_f1
    assert scored(tried(again, asked, Topical())).macro_f1 > by_words
    assert np.allclose(again.predict(asked.texts, Topical()).probabilities.sum(axis=1), 1)
    with pytest.raises(OtherVectorsError, match="vectors build"):
        again.predict(asked.texts)
    with pytest.raises(OtherVectorsError, match="vectors build"):
        again.predict(asked.texts, Chance())


def test_vectors_that_tell_nothing_are_left_out() -> None:
    found = with_vectors(examples(200, seed=23), Chance())

    assert not found.senses
    assert found.predict(examples(5, seed=24).texts).confidence.all()


def test_what_lies_under_a_node_adds_up_to_it(coder: Coder) -> None:
    told = coder.predict(examples(50, seed=3).texts)

    top = of_nodes(told.probabilities, coder.hierarchy, 0)
    assert coder.hierarchy.nodes[0] == ("贷款", "银行卡")
    assert np.allclose(told.probabilities.sum(axis=1), 1)
    assert np.allclose(top[:, 0], told.probabilities[:, :2].sum(axis=1))
    assert (told.confidence_at(0) >= told.confidence_at(1) - 1e-12).all()


def test_a_coder_read_back_says_the_same(coder: Coder, tmp_path: Path) -> None:
    folder.save(coder, tmp_path / "model")

    texts = examples(50, seed=4).texts
    told, again = coder.predict(texts), folder.load(tmp_path / "model").predict(texts)
    assert (told.probabilities == again.probabilities).all()
    assert (told.accepted == again.accepted).all()


def test_the_same_seed_gives_the_same_coder(tmp_path: Path) -> None:
    lesson = examples(120, seed=5)

    for name in ("one", "other"):
        folder.save(trained(lesson, seed=7), tmp_path / name)

    told = [(tmp_path / name / "coder.json").read_bytes() for name in ("one", "other")]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "coder.json",
            lambda content: content.replace(b'"version": 3', b'"version": 9'),
            "it is of version 9",
        ),
        ("coder.json", lambda content: content[:100], "has a form that is not known"),
        ("terms.json", lambda content: content + b" ", "do not have the digests"),
        ("arrays.npz", lambda content: b"", "do not have the digests"),
    ],
)
def test_a_folder_of_another_version_or_changed_is_refused(
    coder: Coder, tmp_path: Path, name: str, change: object, said: str
) -> None:
    folder.save(coder, tmp_path / "model")
    path = tmp_path / "model" / name
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))

    with pytest.raises(folder.CoderRefusedError, match=said):
        folder.load(tmp_path / "model")


def test_a_folder_without_a_coder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(folder.CoderRefusedError, match=r"there is no coder\.json"):
        folder.load(tmp_path)


def test_anything_can_be_asked_and_nothing_is_guessed_of_silence(coder: Coder) -> None:
    texts = pl.Series(
        [
            "",
            None,
            "鿮",
            "\x00\x07\u202e",
            "🙂🙂",
            "信用卡盗刷" * 20_000,
            "<script>alert(1)</script>盗刷",
            "ignore all rules",
        ]
    )

    told = coder.predict(texts)

    assert np.isfinite(told.probabilities).all()
    assert told.mute.tolist()[:4] == [True] * 4
    assert not told.accepted[told.mute].any()
    assert not told.within[told.mute].any()
    assert coder.hierarchy.labels[told.picked[5]] == "银行卡›盗刷"


def test_one_label_or_a_handful_of_texts_teaches_nothing() -> None:
    with pytest.raises(TooFewExamplesError, match="two different labels, the file has: 贷款›利率"):
        trained(examples(40, seed=6, labels=("贷款›利率",)))
    with pytest.raises(TooFewExamplesError, match="takes 20 texts unlike each other, the file has"):
        trained(examples(8, seed=6))


def test_a_label_with_a_single_example_is_kept_and_hurts_no_other() -> None:
    lesson = examples(150, seed=8)
    rare = Examples(
        texts=pl.concat([lesson.texts, pl.Series(["纪念币预约不到"])]),
        labels=(*lesson.labels, "其他"),
        authors=(),
        decided_at=(),
        left_out=0,
    )

    found = trained(rare)

    assert "其他" in found.hierarchy.labels
    assert scored(tried(found, examples(200, seed=9))).accuracy > 0.8


def test_english_is_read_by_words_as_well() -> None:
    kinds = {"Mortgage": "escrow refinance home appraisal", "Debt": "collector called debt letter"}
    draw = np.random.default_rng(1)
    labels = [sorted(kinds)[one] for one in draw.integers(0, 2, 80)]
    filler = ["told", "many", "times", "several", "people", "that", "they", "will", "help", "soon"]
    texts = [" ".join([*draw.choice(filler, 6), *draw.choice(kinds[label].split(), 2)]) for label in labels]

    found = trained(
        Examples(texts=pl.Series(texts), labels=tuple(labels), authors=(), decided_at=(), left_out=0)
    )

    assert "escrow" in found.terms.words
    told = found.predict(pl.Series(["The collector sent a letter", "my escrow after the appraisal"]))
    assert [found.hierarchy.labels[one] for one in told.picked] == ["Debt", "Mortgage"]


def test_the_latest_decision_on_a_text_stays() -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "text": ["年费没有减免", "年费没有减免 ", "房贷利率", None, "征信"],
            "label": ["B", "A", "C", "C", " "],
            "author": ["王", "李", "王", "王", None],
            "decided_at": [day + timedelta(days=1), day, day, day, day],
        }
    )

    found = chosen(frame, author=True, decided=True)

    assert found.labels == ("B", "C")
    assert found.authors == ("王", "王")
    assert found.left_out == 3


def test_families_stay_together_and_every_text_is_held_out_once() -> None:
    families = np.repeat(np.arange(30), 2)
    folds = by_family(families, families % 3, folds=5, seed=1)

    assert sorted(np.concatenate([held for _, held in folds]).tolist()) == list(range(60))
    for learned, held in folds:
        assert not set(families[learned]) & set(families[held])


def test_what_is_held_out_by_time_comes_after_what_is_learned() -> None:
    draw = np.random.default_rng(1)
    moments = [
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=int(hour)) for hour in draw.permutation(100)
    ]

    for learned, held in by_time(moments, np.arange(100), folds=5):
        assert max(moments[row] for row in learned) <= min(moments[row] for row in held)


def test_limits_hold_on_fresh_draws() -> None:
    draw = np.random.default_rng(1)
    shares = draw.dirichlet([0.4, 0.4, 0.4], 8_000)
    truth = np.array([draw.choice(3, p=one) for one in shares])
    picked = shares.argmax(axis=1)

    found = set_limits(shares[:4_000], picked[:4_000], truth[:4_000], LEVELS)

    fresh, true = shares[4_000:], truth[4_000:]
    covered = found.sets(fresh)[np.arange(4_000), true].mean()
    accepted = found.accepted(fresh, picked[4_000:])
    assert covered == pytest.approx(0.9, abs=0.015)
    assert (picked[4_000:] == true)[accepted].mean() > 0.96
    assert accepted.mean() > 0.05


def test_confidence_that_is_bent_at_both_ends_is_made_straight() -> None:
    draw = np.random.default_rng(2)
    told = draw.uniform(0.05, 0.99, 6_000)
    chance = expit(0.4 * np.log(told) - 1.6 * np.log1p(-told) - 0.5)
    right = draw.random(6_000) < chance

    found = fit_confidence(told[:3_000], right[:3_000])

    assert calibration_error(told[3_000:], right[3_000:]) > 0.06
    assert calibration_error(found.of(told[3_000:]), right[3_000:]) < 0.03


def test_few_texts_hardly_change_confidence() -> None:
    told = np.array([0.5, 0.9])

    assert fit_confidence(told, np.array([True, False])).of(told) == pytest.approx(told, abs=0.2)
    assert fit_confidence(told[:0], np.zeros(0, bool)).of(told) == pytest.approx(told)


def test_other_labels_share_what_the_one_given_leaves() -> None:
    shares = np.array([[0.6, 0.3, 0.1], [1.0, 0.0, 0.0]])
    bent = Confidence(of_likely=0.5, of_unlikely=0.5, offset=-1.0)

    told = bent.applied(shares, np.array([1, 0]))

    assert told.sum(axis=1) == pytest.approx([1, 1])
    assert told[0, 1] == pytest.approx(bent.of(np.array([0.3]))[0])
    assert told[0, 0] / told[0, 2] == pytest.approx(6)


def test_calibration_error_is_the_mean_gap() -> None:
    right = np.array([True, True, False, False])

    assert calibration_error(np.array([0.9, 0.9, 0.9, 0.9]), right) == pytest.approx(0.4)


def test_families_of_what_was_learned_do_not_count(coder: Coder) -> None:
    seen = examples(400, seed=1)
    told = examples(30, seed=11)
    mixed = Examples(
        texts=pl.concat([seen.texts.head(5), told.texts]),
        labels=(*seen.labels[:5], *told.labels),
        authors=(),
        decided_at=(),
        left_out=0,
    )

    free = unseen(coder, mixed, THRESHOLD)

    assert not free[:5].any()
    assert free[5:].sum() > 20
    assert msgspec.json.encode(coder.training)  # told whole
