"""A logistic model of what the best sentence holds and lacks, fitted on corpora from which answers were removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.answering.answerable import FEATURES, Calibration, features, shipped
from bot.answering.select import MOST_PASSAGES, rank_sentences
from bot.corpus.text import search_text
from bot.embeddings import Embedder
from eval.evidence.gaps import Source, cut, read_source
from eval.retrieval.bench import warm
from eval.retrieval.calibrate import Sample
from eval.retrieval.squad import Squad, mix, read_squad
from eval.retrieval.systems import Pinpoint
from eval.stats.agreement import auroc

ANSWERED = 0.93
"""Share of answerable questions that the threshold lets through."""
RIDGE = 1.0
"""Strength of the pull of the coefficients towards 0, in questions' worth."""


def collect(
    files: Sequence[Squad], seed: int, sample: int, leave_out: float, embedders: Mapping[str, Embedder]
) -> Sample:
    """Put the questions to one mix; the articles stay, so that what is missing is on topic.

    Args:
        files: one a language.
        seed: of the mix.
        sample: ask every so manieth question.
        leave_out: share of the paragraphs that the corpus lacks.
        embedders: by space.
    """
    part = mix(files, seed, sample=sample, leave_out=leave_out)
    warm(part, embedders)
    retriever = Pinpoint(part.documents, embedders).retriever
    rows, held = [], []
    for question, gold in part.questions:
        found = retriever.retrieve(question.text, k=MOST_PASSAGES + 4)
        asked, candidates = rank_sentences(found)
        if candidates:
            rows.append(features(found, asked, candidates))
            held.append(gold is not None)
    return Sample(frozenset(file.language for file in files), np.array(rows), np.array(held))


def collect_cut(sources: Sequence[Source], seed: int, sample: int, embedders: Mapping[str, Embedder]) -> Sample:
    """The same where single sentences were cut out of paragraphs that stay: the hard case.

    Args:
        sources: parallel files, one a language.
        seed: of the mix and the cuts.
        sample: ask every so manieth question.
        embedders: by space.
    """
    documents, questions = cut(sources, seed, sample)
    for embedder in embedders.values():
        embedder.embed_queries(list(dict.fromkeys(search_text(text) for text, _, _ in questions)))
    retriever = Pinpoint(documents, embedders).retriever
    rows, held = [], []
    for text, _, there in questions:
        found = retriever.retrieve(text, k=MOST_PASSAGES + 4)
        asked, candidates = rank_sentences(found)
        if candidates:
            rows.append(features(found, asked, candidates))
            held.append(there)
    return Sample(frozenset(source.language for source in sources), np.array(rows), np.array(held))


def measure(
    paths: Sequence[Path],
    seeds: Sequence[int],
    sample: int,
    leave_out: float,
    embedders: Mapping[str, Embedder],
    say: Callable[[str], None],
) -> tuple[Calibration, dict[str, Any]]:
    """Fit on every language alone and on all together, and measure what ships beside it.

    Args:
        paths: SQuAD-format files, one a language.
        seeds: one mix each.
        sample: ask every so manieth question.
        leave_out: share of the paragraphs that each corpus lacks.
        embedders: by space.
        say: told what goes on.

    Returns:
        The fit, and AUROC of the fit, of what ships and of the confidence alone, by what was removed.
    """
    files, sources = [read_squad(path) for path in paths], [read_source(path) for path in paths]
    groups = [[place] for place in range(len(files))] + ([list(range(len(files)))] if len(files) > 1 else [])
    removed, gone = [], []
    for group in groups:
        for seed in seeds:
            say(f"{'+'.join(files[place].language for place in group)}, mix {seed}")
            removed.append(collect([files[place] for place in group], seed, sample, leave_out, embedders))
            gone.append(collect_cut([sources[place] for place in group], seed, sample, embedders))
    names = [path.name for path in paths]
    fitted = calibration_of([*removed, *gone], embedders, seeds, sample, leave_out, names)
    report = {
        kind: {
            "fitted": _mean_auroc(fitted, samples),
            "shipped": _mean_auroc(shipped(), samples),
            "confidence": round(_auroc_alone(samples, 0), 3),
            "questions": sum(len(s.held) for s in samples),
        }
        for kind, samples in (("paragraph removed", removed), ("sentence cut", gone))
    }
    return fitted, report


def _mean_auroc(model: Calibration, samples: Sequence[Sample]) -> float:
    return round(float(np.mean([_auroc(model, sample) for sample in samples])), 3)


def calibration_of(
    samples: Sequence[Sample],
    embedders: Mapping[str, Embedder],
    seeds: Sequence[int],
    sample: int,
    leave_out: float,
    names: Sequence[str],
) -> Calibration:
    """Fit the model to what was collected, put the threshold where `ANSWERED` pass, and say where it comes from."""
    model = Calibration(*_logistic(samples), 0.5, {})
    answerable = np.array([model.probability(row) for s in samples for row in s.values[s.held]])
    unanswerable = np.array([model.probability(row) for s in samples for row in s.values[~s.held]])
    threshold = float(np.quantile(answerable, 1 - ANSWERED))
    provenance: dict[str, Any] = {
        "command": f"pinpoint eval evidence {' '.join(f'--squad {name}' for name in names)} "
        f"--seeds {','.join(map(str, seeds))} --sample {sample} --leave-out {leave_out}",
        "date": datetime.now(UTC).date().isoformat(),
        "data": f"{', '.join(names)}: each language alone and all together; {leave_out:.0%} of the "
        "paragraphs left out, or the answering sentence cut out of half of them",
        "embedders": [embedder.name for embedder in embedders.values()],
        "questions": int(sum(len(s.held) for s in samples)),
        "auroc": _mean_auroc(model, samples),
        "auroc_alone": {name: round(_auroc_alone(samples, column), 3) for column, name in enumerate(FEATURES)},
        "answered": ANSWERED,
        "unanswerable_declined": round(float((unanswerable < threshold).mean()), 4),
    }
    return replace(model, threshold=threshold, provenance=provenance)


def _logistic(
    samples: Sequence[Sample],
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], float]:
    """Ridge logistic regression by Newton's method; both answers weigh the same in all: mean, scale, weights, bias."""
    values = np.concatenate([sample.values for sample in samples])
    held = np.concatenate([sample.held for sample in samples])
    mean, scale = values.mean(0), values.std(0) + 1e-9
    x = np.column_stack([np.clip((values - mean) / scale, -4, 4), np.ones(len(values))])
    weight = np.where(held, 0.5 / held.mean(), 0.5 / (1 - held.mean()))
    penalty = np.diag([RIDGE] * (x.shape[1] - 1) + [1e-6])
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        step = np.linalg.solve(hessian, x.T @ (weight * (p - held)) + penalty @ beta)
        beta -= step
    return tuple(mean), tuple(scale), tuple(beta[:-1]), float(beta[-1])


def _auroc(model: Calibration, sample: Sample) -> float:
    values = np.array([model.probability(row) for row in sample.values])
    return auroc(list(values[sample.held]), list(values[~sample.held]))


def _auroc_alone(samples: Sequence[Sample], column: int) -> float:
    """How well one feature alone tells the two apart, whichever way it points."""
    values = [auroc(list(s.values[s.held, column]), list(s.values[~s.held, column])) for s in samples]
    return float(np.mean(values))
