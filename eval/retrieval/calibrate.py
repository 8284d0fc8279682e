"""Fits the confidence: a logistic model of how the best paragraph stands out, on questions with and without answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Embedder
from bot.retrieval.confidence import DOWN, FEATURES, Calibration, standardised
from eval.practice import corpora
from eval.retrieval.bench import warm
from eval.retrieval.squad import Squad, mix
from eval.retrieval.systems import Pinpoint
from eval.stats.agreement import auroc

ANSWERED = 0.93
"""Share of the practice corpora's answerable questions that the threshold lets through."""
FOREIGN = 3
"""Every so manieth question about another practice corpus is put to each as one that it cannot answer."""
SHARES = (1.0, 0.25)
"""Shares of the articles a corpus is about: with all, what is missing is on topic; with some, most is off topic."""
RIDGE = 1.0
"""Strength of the pull of the coefficients towards 0, in questions' worth."""


@dataclass(frozen=True)
class Sample:
    """Questions put to one mix."""

    languages: frozenset[str]
    """Languages of the mix."""
    values: NDArray[np.float64]
    """Features, one row a question."""
    held: NDArray[np.bool_]
    """Whether the corpus holds the answer."""


def calibrate(
    files: Sequence[Squad],
    seeds: Sequence[int],
    sample: int,
    leave_out: float,
    embedders: Mapping[str, Embedder],
    say: Callable[[str], None],
    *,
    names: Sequence[str],
) -> Calibration:
    """Fit on every language alone, every pair, and all together.

    Args:
        files: one a language.
        seeds: one mix each.
        sample: ask every so manieth question.
        leave_out: share of the paragraphs that each corpus lacks.
        embedders: by space.
        say: told what goes on.
        names: of the files, for the provenance.
    """
    groups = [[file] for file in files] + [list(pair) for pair in combinations(files, 2)]
    if len(files) > 2:
        groups.append(list(files))
    samples = []
    for group in groups:
        for seed in seeds:
            say(f"{'+'.join(file.language for file in group)}, mix {seed}")
            samples += [_collect(group, seed, sample, leave_out, share, embedders) for share in SHARES]
    practised = [_practise(place, embedders, say) for place in range(len(corpora()))]
    model = _fit([*samples, *practised])
    answerable = np.concatenate([_probabilities(model, s)[s.held] for s in practised])
    threshold = float(np.quantile(answerable, 1 - ANSWERED))
    held_out = [
        _auroc(_fit(rest), [s for s in samples if file.language in s.languages])
        for file in files
        if (rest := [s for s in samples if file.language not in s.languages])
    ]
    elsewhere = [
        _auroc(_fit([*samples, *practised[:place], *practised[place + 1 :]]), [practised[place]])
        for place in range(len(practised))
    ]
    foreign = np.concatenate([_probabilities(model, s)[~s.held] for s in practised])
    provenance: dict[str, Any] = {
        "command": f"pinpoint eval calibrate {' '.join(f'--squad {name}' for name in names)} "
        f"--seeds {','.join(map(str, seeds))} --sample {sample} --leave-out {leave_out}",
        "date": datetime.now(UTC).date().isoformat(),
        "data": f"{', '.join(names)}: each language alone, each pair, all together; all articles "
        f"and a quarter of them; {leave_out:.0%} of the paragraphs left out; and eval/practice: questions with an "
        "answer against those out of scope and those about the other corpora",
        "embedders": [embedder.name for embedder in embedders.values()],
        "questions": int(sum(len(s.held) for s in [*samples, *practised])),
        "auroc": round(_auroc(model, samples), 4),
        "auroc_language_held_out": round(float(np.mean(held_out)), 4) if held_out else None,
        "auroc_practice_corpus_held_out": round(float(np.mean(elsewhere)), 4),
        "practice_answered": ANSWERED,
        "practice_foreign_rejected": round(float((foreign < threshold).mean()), 4),
    }
    mean, scale, weights, bias = model
    return Calibration(tuple(mean), tuple(scale), tuple(weights), bias, threshold, provenance)


_Model = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]


def _collect(
    files: Sequence[Squad],
    seed: int,
    sample: int,
    leave_out: float,
    articles: float,
    embedders: Mapping[str, Embedder],
) -> Sample:
    part = mix(files, seed, sample=sample, leave_out=leave_out, articles=articles)
    warm(part, embedders)
    retriever = Pinpoint(part.documents, embedders).retriever
    rows, held = [], []
    for question, gold in part.questions:
        found = retriever.describe(question.text)
        if found is not None:
            rows.append(found)
            held.append(gold is not None)
    return Sample(frozenset(file.language for file in files), np.array(rows), np.array(held))


def _practise(place: int, embedders: Mapping[str, Embedder], say: Callable[[str], None]) -> Sample:
    """Put a practice corpus its own questions and others'.

    Those on its subject without an answer stay out: nothing in the features tells them from those with one.
    """
    everything = corpora()
    corpus = everything[place]
    say(f"practice corpus {corpus.name}")
    others = [asked for other in everything if other.name != corpus.name for asked in other.questions]
    asked = [(question.question, True) for question in corpus.questions if question.scope == "answerable"]
    asked += [(question.question, False) for question in corpus.questions if question.scope == "out_of_scope"]
    asked += [(question.question, False) for question in others[::FOREIGN] if question.scope != "out_of_scope"]
    retriever = Pinpoint(corpus.documents, embedders).retriever
    found = [(retriever.describe(question), held) for question, held in asked]
    known = [(values, held) for values, held in found if values is not None]
    return Sample(frozenset(), np.array([values for values, _ in known]), np.array([held for _, held in known]))


def _fit(samples: Sequence[Sample]) -> _Model:
    """Ridge logistic regression in which no feature may count against its meaning; both answers weigh the same in all.

    Bounding the signs costs little on the data at hand and keeps correlated features from playing each other off, which
    would not carry over to another corpus.
    """
    from scipy.optimize import minimize

    values = np.concatenate([sample.values for sample in samples])
    held = np.concatenate([sample.held for sample in samples])
    known = np.isfinite(values)
    counts = np.maximum(known.sum(0), 1)
    mean = np.where(known, values, 0).sum(0) / counts
    scale = np.sqrt((np.where(known, values - mean, 0) ** 2).sum(0) / counts) + 1e-9
    x = np.column_stack([standardised(values, mean, scale), np.ones(len(values))])
    weight = np.where(held, 0.5 / max(held.mean(), 1e-9), 0.5 / max(1 - held.mean(), 1e-9))
    penalty = np.append(np.full(x.shape[1] - 1, RIDGE), 0.0)

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ beta
        p = 1 / (1 + np.exp(-z))
        value = float(weight @ np.logaddexp(0, np.where(held, -z, z)) + 0.5 * penalty @ beta**2)
        return value, x.T @ (weight * (p - held)) + penalty * beta

    bounds = [(None, 0) if name in DOWN else (0, None) for name in FEATURES]
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    return mean, scale, np.asarray(found.x[:-1]), float(found.x[-1])


def _probabilities(model: _Model, sample: Sample) -> NDArray[np.float64]:
    mean, scale, weights, bias = model
    return np.asarray(1 / (1 + np.exp(-(standardised(sample.values, mean, scale) @ weights + bias))))


def _auroc(model: _Model, samples: Sequence[Sample]) -> float:
    """Mean over the mixes, so that only questions to the same corpus are compared."""
    found = [(_probabilities(model, sample), sample.held) for sample in samples]
    return float(np.mean([auroc(list(p[held]), list(p[~held])) for p, held in found]))
