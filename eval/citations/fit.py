"""Fits what the check of citations has learned, and tells how it does on what is left out.

`python -m eval.citations.fit` writes, under `bot/citations/data/`: `sense.npy` (the space words are compared in) and
`denial.json` (which words deny), from the `dev` pairs; and `weigh.json` (the networks that weigh the measures), from
these and the `dev2` pairs, with measures taken in that space. `--weigh` fits the networks alone. They are also fitted
without some of the languages, or of the paragraphs, at a time: the figures printed are those on the `dev2` pairs that
were left out, and the last of them set the threshold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final
from zlib import crc32

import numpy as np
import typer
from scipy.optimize import minimize

from bot.citations import denial, support
from bot.citations.agreement import disagreement
from bot.citations.facts.lexicon import table
from bot.citations.meaning import read_words
from bot.citations.network import FAR, Networks
from bot.citations.polarity import heads, side
from bot.citations.weigh import DENIAL, MEANING, NAMES, Evidence
from bot.corpus.language import detect_language
from bot.corpus.text import search_text
from eval.citations.measure import KINDS, Pair, read_pairs
from eval.citations.space import fit_space, model, sentences_of, space_in_use, texts_of

DATA: Final = Path(__file__).parents[2] / "bot" / "citations" / "data"
FOLDS: Final = 5
"""Parts left out one at a time."""
LOST: Final = 0.15
"""The share of right `dev2` sentences that may lose their citation: sets the threshold, on what is left out."""
COUNTS: Final = {"negation": 2.0, "elsewhere": 0.5}
"""What a pair of a kind counts in the fit; 1 for the others."""
MEASURES: Final = ("same", *sorted(MEANING | DENIAL | NAMES))
"""What the networks look at."""
NETWORKS: Final = 3
"""How many are fitted, from different beginnings."""
UNITS: Final = 24
"""Hidden units of each."""
DECAY: Final = 6e-3
"""Weight of the squared weights in the loss."""


def logistic(rows: np.ndarray, truth: np.ndarray, decay: float) -> tuple[np.ndarray, float]:
    """Logistic regression: the weights and the bias."""

    def loss(model: np.ndarray) -> tuple[float, np.ndarray]:
        z = rows @ model[:-1] + model[-1]
        off = (1 / (1 + np.exp(-np.clip(z, -30, 30))) - truth) / len(rows)
        value = float(np.mean(np.logaddexp(0, z) - truth * z) + decay * model[:-1] @ model[:-1] / 2)
        return value, np.append(rows.T @ off + decay * model[:-1], off.sum())

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
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
        weights, bias = logistic(all_rows, all_labels[:, column], 1e-4)
        models[kind] = {"weights": [round(float(w), 3) for w in weights], "bias": round(bias, 3)}
    return models


def evidence_of(sentence: str, paragraph: str, most: int) -> list[Evidence]:
    """What is measured of the first `most` windows of a paragraph that are tried for a sentence."""
    language, source = detect_language(sentence), detect_language(paragraph[:4000])
    reading = read_words([search_text(sentence)], model())[0]
    windows = support.windows_of(reading, paragraph, source, model())
    if not reading.words or not windows:
        return []
    said = side(reading, language)
    nearest = max((w for w in windows if w.width == 1), key=lambda w: w.rank, default=windows[0])
    return [support.weigh_window(said, paragraph, window, nearest, source) for window in windows[:most]]


def elsewhere(pairs: Sequence[Pair]) -> list[Pair]:
    """Each supported sentence on another paragraph: by turns the one that is most like its own, and one at random.

    Those of the seeds are left out, which say some things more than once.
    """
    pairs = [pair for pair in pairs if not pair.id.startswith("seed")]
    paragraphs = {pair.paragraph: pair for pair in pairs}
    names = list(paragraphs)
    rows = shared_rows(names)
    random = np.random.default_rng(0)
    found = []
    for number, pair in enumerate(pair for pair in pairs if pair.supported):
        own = names.index(pair.paragraph)
        order = [i for i in np.argsort(-(rows @ rows[own])) if i != own]
        other = paragraphs[names[order[0] if number % 2 else int(random.choice(order))]]
        changes = {"paragraph": other.paragraph, "paragraph_language": other.paragraph_language}
        found.append(replace(pair, supported=False, kind="elsewhere", **changes))
    return found


def shared_rows(paragraphs: Sequence[str]) -> np.ndarray:
    """A row for each paragraph, near where they are about the same: the means of their words."""
    means = [np.concatenate([r.senses for r in read_words(sentences_of(p), model())]).mean(axis=0) for p in paragraphs]
    rows = np.array(means) - np.mean(means, axis=0)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@dataclass
class Cases:
    """Pairs with the measures of their windows."""

    pairs: list[Pair]
    windows: list[np.ndarray]
    """For each pair, shape (windows, measures)."""
    refused: np.ndarray
    """Which are refused before anything is weighed."""
    origin: list[str]
    """The paragraph that each sentence was written for."""


def measured(pairs: Sequence[Pair]) -> Cases:
    """Take the measures of pairs; a window that has a doubt which is not weighed is left out."""
    origin = {pair.id: pair.paragraph for pair in pairs if pair.kind != "paragraph"}
    cases = Cases([], [], np.zeros(0), [])
    refused = []
    for pair in (*pairs, *elsewhere(pairs)):
        found = evidence_of(pair.sentence, pair.paragraph, 1 if pair.kind == "elsewhere" else support.TRIED)
        if not found:
            continue
        placed = [evidence for evidence in found if evidence.doubts.sure is None]
        rows = [[evidence.measures[name] for name in MEASURES] for evidence in placed or found]
        cases.pairs.append(pair)
        cases.windows.append(np.array(rows))
        cases.origin.append(origin.get(pair.id, pair.paragraph))
        refused.append(not placed or _disagrees(pair))
    cases.refused = np.array(refused)
    return cases


def _disagrees(pair: Pair) -> bool:
    """Whether a number, date or unit of the sentence is not in the whole paragraph."""
    languages = detect_language(pair.sentence), detect_language(pair.paragraph)
    return disagreement(pair.sentence, languages[0], pair.paragraph, languages[1]) is not None


def fit_networks(cases: Cases, chosen: np.ndarray) -> Networks:
    """Fit on some of the cases; of several windows of a paragraph, the one that speaks most for the sentence counts."""
    picked = np.flatnonzero(chosen & ~cases.refused)
    truth = np.array([float(cases.pairs[i].supported) for i in picked])
    counts = np.array([COUNTS.get(cases.pairs[i].kind, 1.0) for i in picked])
    rows = np.array([cases.windows[i][0] for i in picked])
    means, spreads = rows[truth > 0].mean(axis=0), rows.std(axis=0) + 1e-6
    for _ in range(2):
        standing = np.clip((rows - means) / spreads, -FAR, FAR)
        layers = [_fit_one(standing, truth, counts / counts.sum(), seed) for seed in range(NETWORKS)]
        hidden, shifts, out, bias = (np.array(parts) for parts in zip(*layers, strict=True))
        found = Networks(MEASURES, means, spreads, hidden, shifts, out, bias, 0.0)
        rows = np.array([cases.windows[i][int(found.scores(cases.windows[i]).argmax())] for i in picked])
    return found


_Layers = tuple[np.ndarray, np.ndarray, np.ndarray, float]


def _fit_one(rows: np.ndarray, truth: np.ndarray, weights: np.ndarray, seed: int) -> _Layers:
    """One network, by L-BFGS on the cross entropy: weights and shifts of the hidden units, their outcome, its bias."""
    size = rows.shape[1] * UNITS

    def split(flat: np.ndarray) -> _Layers:
        hidden = flat[:size].reshape(-1, UNITS)
        return hidden, flat[size : size + UNITS], flat[size + UNITS : size + 2 * UNITS], float(flat[-1])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        hidden, shifts, out, bias = split(flat)
        units = np.tanh(rows @ hidden + shifts)
        z = units @ out + bias
        off = weights * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - truth)
        back = np.outer(off, out) * (1 - units**2)
        value = weights @ (np.logaddexp(0, z) - truth * z) + DECAY * ((hidden**2).sum() + out @ out)
        slope = [
            (rows.T @ back + 2 * DECAY * hidden).ravel(),
            back.sum(0),
            units.T @ off + 2 * DECAY * out,
            [off.sum()],
        ]
        return float(value), np.concatenate(slope)

    begin = np.random.default_rng(seed).normal(0, 0.2, size + 2 * UNITS + 1)
    return split(minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)


def left_out(cases: Cases, fold: np.ndarray) -> np.ndarray:
    """The score of each case by networks fitted without its fold; minus infinity for what is refused before."""
    found = np.full(len(cases.pairs), -np.inf)
    for number in range(FOLDS):
        networks = fit_networks(cases, fold != number)
        for i in np.flatnonzero((fold == number) & ~cases.refused):
            found[i] = networks.scores(cases.windows[i]).max()
    return found


def by_paragraph(cases: Cases) -> np.ndarray:
    """The fold of each case by the paragraph that its sentence was written for."""
    return np.array([crc32(text.encode()) % FOLDS for text in cases.origin])


def by_language(cases: Cases) -> np.ndarray:
    """The fold of each case by the language of its sentence."""
    return np.array([crc32((pair.language[:2] + "-").encode()) % FOLDS for pair in cases.pairs])


def lowest_kept(cases: Cases, scores: np.ndarray, lost: float) -> float:
    """The threshold at which a share of the right `dev2` sentences lose their citation."""
    right = np.sort(scores[[pair.supported and pair.split == "dev2" for pair in cases.pairs]])
    return float(right[int(lost * len(right))])


def report(cases: Cases, scores: np.ndarray, losses: Sequence[float]) -> None:
    """Print, for several thresholds, how many of each kind of the `dev2` pairs lose their citation."""
    kinds = np.array([pair.kind if pair.split == "dev2" else "" for pair in cases.pairs])
    for lost in losses:
        dropped = scores < lowest_kept(cases, scores, lost)
        told = [
            f"{kind} {dropped[kinds == kind].mean():.3f} of {(kinds == kind).sum()}"
            for kind in ("right", *KINDS, "elsewhere")
            if (kinds == kind).any()
        ]
        typer.echo("; ".join(told))


def main(*, weigh: Annotated[bool, typer.Option("--weigh", help="Fit the networks alone.")] = False) -> None:
    """Fit, report, write."""
    if not weigh:
        fit_words(read_pairs(split="dev"))
    with space_in_use(np.load(DATA / "sense.npy").astype(np.float32)):
        cases = measured([*read_pairs(split="dev"), *read_pairs(split="dev2")])
    ways: tuple[tuple[str, Callable[[Cases], np.ndarray]], ...] = (
        ("languages", by_language),
        ("paragraphs", by_paragraph),
    )
    for name, fold in ways:
        scores = left_out(cases, fold(cases))
        typer.echo(f"left out by {name}: the share that loses its citation")
        report(cases, scores, (0.06, 0.1, LOST, 0.2))
    everything = fit_networks(cases, np.ones(len(cases.pairs), bool))
    networks = replace(everything, threshold=lowest_kept(cases, scores, LOST))
    kept = json.loads((DATA / "weigh.json").read_text(encoding="utf-8"))
    written = json.dumps({"spelled": kept["spelled"], "networks": networks.to_dict()})
    (DATA / "weigh.json").write_text(written + "\n", encoding="utf-8")


def fit_words(pairs: Sequence[Pair]) -> None:
    """Fit which words deny, and the space in which words are compared."""
    told: dict[str, str] = {}
    for pair in pairs:
        sentence, texts = texts_of(pair)
        told |= {sentence: pair.language, **dict.fromkeys(texts, pair.paragraph_language)}
    denials = json.dumps(fit_denials(list(told.items())), separators=(",", ":"))
    (DATA / "denial.json").write_text(denials + "\n", encoding="utf-8")
    table.cache_clear()
    np.save(DATA / "sense.npy", fit_space(pairs))


if __name__ == "__main__":
    typer.run(main)
