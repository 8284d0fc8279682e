"""A logistic model of what the best sentence holds and lacks, fitted on corpora from which answers were removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bot.answering.answerable import FEATURES, Calibration, features
from bot.answering.select import MOST_PASSAGES, rank_sentences
from bot.embeddings import Embedder
from eval.retrieval.bench import warm
from eval.retrieval.calibrate import Sample
from eval.retrieval.calibrate import _auroc as auroc_of
from eval.retrieval.calibrate import _fit as fit_logistic
from eval.retrieval.calibrate import _probabilities as probabilities
from eval.retrieval.squad import Squad, mix
from eval.retrieval.systems import Pinpoint

ANSWERED = 0.93
"""Share of answerable questions that the threshold lets through."""


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


def fit(
    files: Sequence[Squad],
    seeds: Sequence[int],
    sample: int,
    leave_out: float,
    embedders: Mapping[str, Embedder],
    say: Callable[[str], None],
    *,
    names: Sequence[str],
) -> Calibration:
    """Fit on every language alone and on all together.

    Args:
        files: one a language.
        seeds: one mix each.
        sample: ask every so manieth question.
        leave_out: share of the paragraphs that each corpus lacks.
        embedders: by space.
        say: told what goes on.
        names: of the files, for the provenance.
    """
    groups = [[file] for file in files] + ([list(files)] if len(files) > 1 else [])
    samples = []
    for group in groups:
        for seed in seeds:
            say(f"{'+'.join(file.language for file in group)}, mix {seed}")
            samples.append(collect(group, seed, sample, leave_out, embedders))
    model = fit_logistic(samples)
    answerable = np.concatenate([probabilities(model, s)[s.held] for s in samples])
    unanswerable = np.concatenate([probabilities(model, s)[~s.held] for s in samples])
    threshold = float(np.quantile(answerable, 1 - ANSWERED))
    mean, scale, weights, bias = model
    provenance: dict[str, Any] = {
        "command": f"pinpoint eval evidence {' '.join(f'--squad {name}' for name in names)} "
        f"--seeds {','.join(map(str, seeds))} --sample {sample} --leave-out {leave_out}",
        "date": datetime.now(UTC).date().isoformat(),
        "data": f"{', '.join(names)}: each language alone and all together; {leave_out:.0%} of the "
        "paragraphs left out while the rest of their articles stays",
        "embedders": [embedder.name for embedder in embedders.values()],
        "questions": int(sum(len(s.held) for s in samples)),
        "auroc": round(auroc_of(model, samples), 4),
        "auroc_alone": {name: round(_auroc_alone(samples, column), 3) for column, name in enumerate(FEATURES)},
        "answered": ANSWERED,
        "unanswerable_declined": round(float((unanswerable < threshold).mean()), 4),
    }
    return Calibration(tuple(mean), tuple(scale), tuple(weights), bias, threshold, provenance)


def _auroc_alone(samples: Sequence[Sample], column: int) -> float:
    """How well one feature alone tells the two apart, whichever way it points."""
    from eval.stats.agreement import auroc

    values = [auroc(list(s.values[s.held, column]), list(s.values[~s.held, column])) for s in samples]
    return float(np.mean(values))
