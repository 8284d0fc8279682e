"""Fits what the check of citations has learned, from the `dev` pairs alone, and tells how it does on what is left out.

Run `python -m eval.citations.fit`. It writes, under `bot/citations/data/`: `sense.npy` (the space words are compared
in), `denial.json` (which words deny), and `weigh.json` (how the measures are weighed). All is also fitted without some
of the paragraphs, or of the languages, at a time; the figures printed are those on what was left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import typer
from scipy.optimize import minimize

from bot.citations import denial, support
from bot.citations.agreement import disagreement
from bot.citations.facts.lexicon import table
from bot.citations.meaning import read_words
from bot.citations.polarity import heads, side
from bot.corpus.language import detect_language
from bot.corpus.text import search_text
from eval.citations.measure import KINDS, Pair, read_pairs
from eval.citations.space import fit_space, model, sentences_of, space_in_use, texts_of

DATA: Final = Path(__file__).parents[2] / "bot" / "citations" / "data"
FOLDS: Final = 5
"""Parts left out one at a time."""
BLIND: Final = 3.0
"""Weight of the pairs that were written by someone who had not seen the check."""
ELSEWHERE: Final = 0.5
"""Weight of a right sentence put on another paragraph, for the model of meaning."""
DECAY: Final = 3e-3
"""Weight of the squared norm of the weights in the loss."""


@dataclass(frozen=True)
class Part:
    """One of the models: what it tells apart, by what."""

    kinds: dict[str, float]
    """The kinds of pairs it is fitted on, and what each counts."""
    measures: frozenset[str]
    """What it looks at."""
    crossed: tuple[str, ...]
    """The measures that weigh otherwise within a language than across."""
    lost: float
    """The share of right sentences, of those written blind and left out, that it may refuse: sets its threshold."""


_COVER: Final = "same,close,spelt,weakest,weak,low,middle,apart,alone,back,long,longer,common,named,names"
_DENIAL: Final = (
    "same,said,given,plainly said,plainly given,times said,times given,given near,given met,said near,said met,both,"
    "denies,denied,turned down,turned up,head said,head given,rule denial,close denied,close rule,close,weakest,back"
)
_NAMES: Final = (
    "same,named,names,displaced,swapped,rule name,rule exchanged,rule misplaced,close,weakest,common,back,spelt,low"
)
PARTS: Final = {
    "meaning": Part(
        {"right": 1.0, "paragraph": 4.0, "elsewhere": ELSEWHERE},
        frozenset(_COVER.split(",")),
        ("close", "weakest", "low", "back", "spelt", "apart"),
        0.05,
    ),
    "denial": Part({"right": 1.0, "negation": 4.0}, frozenset(_DENIAL.split(",")), (), 0.05),
    "names": Part(
        {"right": 1.0, "entity": 2.0, "added": 2.0}, frozenset(_NAMES.split(",")), ("named", "common", "close"), 0.05
    ),
}
"""The models of `bot/citations/weigh.py`; numbers and units are compared exactly, and not weighed."""


def logistic(rows: np.ndarray, truth: np.ndarray, weights: np.ndarray, decay: float) -> tuple[np.ndarray, float]:
    """Weighted logistic regression: the weights and the bias."""
    weights = weights / weights.sum()

    def loss(model: np.ndarray) -> tuple[float, np.ndarray]:
        z = rows @ model[:-1] + model[-1]
        off = weights * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - truth)
        value = float(weights @ (np.logaddexp(0, z) - truth * z) + decay * model[:-1] @ model[:-1] / 2)
        return value, np.append(rows.T @ off + decay * model[:-1], off.sum())

    start = np.zeros(rows.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:-1], float(found[-1])


def fit_denials(texts: Sequence[tuple[str, str]]) -> dict[str, dict[str, object]]:
    """Three models of words, from what the lists of negations find in texts, given with their languages."""
    rows: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    for text, language in texts:
        reading = read_words([text], model())[0]
        if not reading.words:
            continue
        read = side(reading, language)
        label = np.zeros((len(reading.words), 3))
        for cue in read.negative:
            if cue.name == "still":
                continue
            for index, word in enumerate(reading.words):
                if word.start < cue.end and cue.start < word.end:
                    label[index, 1] = 1
                    label[index, 0] = label[index, 0] or cue.name == "not"
            if cue.name == "not":
                label[heads(read, cue), 2] = 1
        rows.append(reading.vectors)
        labels.append(label)
    all_rows, all_labels = np.concatenate(rows).astype(float), np.concatenate(labels)
    models: dict[str, dict[str, object]] = {}
    for column, kind in enumerate(denial.KINDS):
        weights, bias = logistic(all_rows, all_labels[:, column], np.ones(len(all_rows)), 1e-4)
        models[kind] = {"weights": [round(float(w), 3) for w in weights], "bias": round(bias, 3)}
    return models


def measures_of(sentence: str, paragraph: str, most: int) -> list[dict[str, float]]:
    """The measures of the first `most` windows of a paragraph that are tried for a sentence."""
    language, source = detect_language(sentence), detect_language(paragraph[:4000])
    reading = read_words([search_text(sentence)], model())[0]
    windows = support.windows_of(reading, paragraph, source, model())
    if not reading.words or not windows:
        return []
    said = side(reading, language)
    nearest = max((w for w in windows if w.width == 1), key=lambda w: w.rank, default=windows[0])
    tried = windows[:most]
    return [support.weigh_window(said, paragraph, window, nearest, source).measures for window in tried]


def elsewhere(pairs: Sequence[Pair]) -> list[Pair]:
    """Each supported sentence on other paragraphs: the one that is most like its own, and one at random.

    Those of the seeds are left out, which say some things more than once.
    """
    paragraphs = {pair.paragraph: pair for pair in pairs if not pair.id.startswith("seed")}
    names = list(paragraphs)
    rows = shared_rows(names)
    random = np.random.default_rng(0)
    found = []
    for pair in pairs:
        if not pair.supported or pair.id.startswith("seed"):
            continue
        own = names.index(pair.paragraph)
        order = [i for i in np.argsort(-(rows @ rows[own])) if i != own]
        for i in [order[0], int(random.choice(order[1:]))]:
            other = paragraphs[names[i]]
            changes = {"paragraph": other.paragraph, "paragraph_language": other.paragraph_language}
            found.append(replace(pair, supported=False, kind="elsewhere", **changes))
    return found


def shared_rows(paragraphs: Sequence[str]) -> np.ndarray:
    """A row for each paragraph, near where they are about the same: the means of their words, less their language's."""
    means = [np.concatenate([r.senses for r in read_words(sentences_of(p), model())]).mean(axis=0) for p in paragraphs]
    rows = np.array(means) - np.mean(means, axis=0)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@dataclass
class Cases:
    """Pairs with the measures of their windows, taken in a space that was fitted without them."""

    pairs: list[Pair]
    windows: list[np.ndarray]
    """For each pair, shape (windows, measures)."""
    fold: np.ndarray
    """Which part each pair belongs to."""
    names: list[str]
    """Of the measures."""


def measure_left_out(pairs: Sequence[Pair], others: Sequence[Pair], part: Callable[[Pair], int]) -> Cases:
    """Take the measures of each pair in a space fitted on the pairs of the other parts."""
    found: list[tuple[Pair, np.ndarray, int]] = []
    names: list[str] = []
    for fold in range(FOLDS):
        space = fit_space([pair for pair in pairs if part(pair) != fold])
        with space_in_use(space):
            for pair in (*pairs, *others):
                if part(pair) != fold:
                    continue
                most = 1 if pair.kind == "elsewhere" else support.TRIED
                measured = measures_of(pair.sentence, pair.paragraph, most)
                if measured:
                    names = names or list(measured[0])
                    found.append((pair, np.array([[m[name] for name in names] for m in measured]), fold))
    return Cases([p for p, _, _ in found], [w for _, w, _ in found], np.array([f for _, _, f in found]), names)


def by_paragraph(own: dict[str, str]) -> Callable[[Pair], int]:
    """The part of a pair by the paragraph that its sentence was written for."""
    return lambda pair: crc32(own.get(pair.id, pair.paragraph).encode()) % FOLDS


def by_language(pair: Pair) -> int:
    """The part of a pair by the language of its sentence."""
    return crc32((pair.language[:2] + "-").encode()) % FOLDS


def design(rows: np.ndarray, names: Sequence[str], means: np.ndarray, crossed: Sequence[str]) -> np.ndarray:
    """Standing of each measure against its mean, and once more, for some, where the two languages are one."""
    centred = rows - means
    same = rows[:, [names.index("same")]]
    return np.hstack([centred, centred[:, [names.index(name) for name in crossed]] * same])


def fit_weights(cases: Cases, part: Part, chosen: np.ndarray) -> dict[str, Any]:
    """Weigh the measures on some of the cases; of several windows the one that speaks most for the sentence counts."""
    picked = [i for i in np.flatnonzero(chosen) if cases.pairs[i].kind in part.kinds]
    truth = np.array([float(cases.pairs[i].supported) for i in picked])
    weights = np.array([_weight(cases.pairs[i], part) for i in picked])
    rows = np.array([cases.windows[i][0] for i in picked])
    means = rows[truth > 0].mean(axis=0)
    spread = rows.std(axis=0) + 1e-6
    scale = np.concatenate([spread, spread[[cases.names.index(name) for name in part.crossed]]])
    model: dict[str, Any] = {}
    for _ in range(2):
        found, bias = logistic(design(rows, cases.names, means, part.crossed) / scale, truth, weights, DECAY)
        found = found / scale
        plain, crossed = found[: len(cases.names)], found[len(cases.names) :]
        model = {
            "bias": bias,
            "means": dict(zip(cases.names, means.tolist(), strict=True)),
            "weights": dict(zip(cases.names, plain.tolist(), strict=True)),
            "same": dict(zip(part.crossed, crossed.tolist(), strict=True)),
        }
        rows = np.array([cases.windows[i][int(scores(model, cases, int(i)).argmax())] for i in picked])
    return model


def scores(model: dict[str, Any], cases: Cases, index: int) -> np.ndarray:
    """What a model makes of each window of a case."""
    means = np.array([model["means"][name] for name in cases.names])
    weights = np.array([*model["weights"].values(), *model["same"].values()])
    return np.asarray(design(cases.windows[index], cases.names, means, list(model["same"])) @ weights + model["bias"])


def is_blind(pair: Pair) -> bool:
    """Whether a pair was written by someone who had not seen the check."""
    return pair.id[:3] in {"a3-", "c3-", "d3-"}


def _weight(pair: Pair, part: Part) -> float:
    return part.kinds[pair.kind] * (BLIND if is_blind(pair) else 1.0)


def fit_part(cases: Cases, part: Part) -> tuple[dict[str, Any], np.ndarray]:
    """Fit one model on all cases, with its threshold; and the scores of each case by models fitted without it.

    Returns:
        The model, and for each case the score of each window, above 0 where the model finds nothing against it.
    """
    columns = [i for i, name in enumerate(cases.names) if name in part.measures]
    names = [cases.names[i] for i in columns]
    cases = Cases(cases.pairs, [rows[:, columns] for rows in cases.windows], cases.fold, names)
    found: list[np.ndarray] = [np.zeros(0)] * len(cases.pairs)
    for fold in range(FOLDS):
        model = fit_weights(cases, part, cases.fold != fold)
        for i in np.flatnonzero(cases.fold == fold):
            found[i] = scores(model, cases, int(i))
    right = [found[i].max() for i, pair in enumerate(cases.pairs) if pair.supported and is_blind(pair)]
    threshold = float(np.quantile(right, part.lost))
    model = fit_weights(cases, part, np.ones(len(cases.pairs), bool))
    model["bias"] -= threshold
    return model, np.array([rows - threshold for rows in found], object)


def report(cases: Cases, found: Sequence[np.ndarray]) -> None:
    """Print, for the blind pairs and the others, the share that the rule of direction or a model refuses."""
    directed = cases.names.index("rule direction")
    kept = [
        bool(((np.min([part[i] for part in found], axis=0) > 0) & (rows[:, directed] == 0)).any())
        for i, rows in enumerate(cases.windows)
    ]
    for blind in (False, True):
        line = ["written blind:" if blind else "written with the check in view:"]
        for kind in ("right", *KINDS, "elsewhere"):
            chosen = [not kept[i] for i, p in enumerate(cases.pairs) if p.kind == kind and is_blind(p) == blind]
            if chosen:
                line.append(f"{kind} {np.mean(chosen):.3f} of {len(chosen)};")
        typer.echo(" ".join(line))


def main() -> None:
    """Fit, report, write."""
    pairs = read_pairs(split="dev")
    told: dict[str, str] = {}
    for pair in pairs:
        sentence, texts = texts_of(pair)
        told |= {sentence: pair.language, **dict.fromkeys(texts, pair.paragraph_language)}
    (DATA / "denial.json").write_text(
        json.dumps(fit_denials(list(told.items())), separators=(",", ":")) + "\n", encoding="utf-8"
    )
    table.cache_clear()
    own = {pair.id: pair.paragraph for pair in pairs if pair.kind != "paragraph"}
    others = elsewhere(pairs)
    for name, part in (("languages", by_language), ("paragraphs", by_paragraph(own))):
        cases = agreeing(measure_left_out(pairs, others, part))
        models, found = zip(*(fit_part(cases, part) for part in PARTS.values()), strict=True)
        typer.echo(f"left out by {name}, of the pairs whose numbers agree")
        report(cases, found)
    np.save(DATA / "sense.npy", fit_space(pairs))
    kept = json.loads((DATA / "weigh.json").read_text(encoding="utf-8"))
    weighed = {"spelled": kept["spelled"], **dict(zip(PARTS, map(_rounded, models), strict=True))}
    (DATA / "weigh.json").write_text(json.dumps(weighed, indent=1) + "\n", encoding="utf-8")


def agreeing(cases: Cases) -> Cases:
    """The cases whose numbers are all in the paragraph: the others are refused before anything is weighed."""
    kept = [
        i
        for i, pair in enumerate(cases.pairs)
        if disagreement(pair.sentence, detect_language(pair.sentence), pair.paragraph, detect_language(pair.paragraph))
        is None
    ]
    return Cases([cases.pairs[i] for i in kept], [cases.windows[i] for i in kept], cases.fold[kept], cases.names)


def _rounded(model: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {name: round(v, 4) for name, v in value.items()} if isinstance(value, dict) else round(value, 4)
        for key, value in model.items()
    }


if __name__ == "__main__":
    main()
