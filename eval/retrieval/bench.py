"""Runs the benchmark: every system on every mix, with every question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.corpus.text import search_text
from bot.embeddings import Embedder
from eval.retrieval.measures import Asked, answerability, summary
from eval.retrieval.squad import Mix, Squad, mix
from eval.retrieval.systems import ABLATION, System, build

SYSTEMS = ("pinpoint", "plain", "hybrid")
"""What every run compares."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run measures."""

    seeds: tuple[int, ...] = (0, 1, 2)
    """One mix each."""
    sample: int = 1
    """Ask every so manieth question."""
    leave_out: float = 0.0
    """Share of paragraphs removed to measure the confidence; 0 leaves that out."""
    ablation: bool = False
    """Also measure the method step by step."""


def run(
    files: Sequence[Squad],
    plan: Plan,
    embedders: Mapping[str, Embedder],
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, object]:
    """Measure.

    Returns:
        `{"systems": {"pinpoint": {"overall": {"hit@1": …}, "same": …, "cross": …, "pairs": {"en>zh": …}, "auroc": …,
        "answerability": …}, "plain": …, "hybrid": …}, "ablation": {…}, "data": {…}}`.
    """
    names = (*SYSTEMS, *(ABLATION if plan.ablation else ()))
    asked: dict[str, list[Asked]] = {name: [] for name in names}
    doubted: dict[str, list[Asked]] = {name: [] for name in names if name != "hybrid"}
    for seed in plan.seeds:
        whole = mix(files, seed, sample=plan.sample)
        warm(whole, embedders)
        for name in names:
            say(f"mix {seed}: {name}")
            asked[name] += _ask(build(name, whole.documents, embedders), whole)
        if plan.leave_out:
            part = mix(files, seed, sample=plan.sample, leave_out=plan.leave_out)
            for name in ("pinpoint", "plain"):
                say(f"mix {seed}, {plan.leave_out:.0%} left out: {name}")
                doubted[name] += _ask(build(name, part.documents, embedders), part)
    results: dict[str, dict[str, object]] = {}
    for name in names:
        results[name] = summary(asked[name]) | {"auroc": None}
        if doubted.get(name):
            confidence = answerability(doubted[name])
            results[name] |= {"auroc": confidence["auroc"], "answerability": confidence}
    out: dict[str, object] = {"systems": {name: results[name] for name in SYSTEMS}}
    if plan.ablation:
        out["ablation"] = {name: results[name] for name in ABLATION}
    return out | {
        "data": {
            "languages": [file.language for file in files],
            "paragraphs": [len(file.paragraphs) for file in files],
            "questions": len(asked["pinpoint"]),
            "seeds": list(plan.seeds),
            "sample": plan.sample,
            "leave_out": plan.leave_out,
        }
    }


def warm(whole: Mix, embedders: Mapping[str, Embedder]) -> None:
    """Embed all questions of a mix at once: quicker than one at a time, and cached from then on."""
    texts = list(dict.fromkeys(search_text(question.text) for question, _ in whole.questions))
    for embedder in embedders.values():
        embedder.embed_queries(texts)


def _ask(system: System, whole: Mix) -> list[Asked]:
    out = []
    for question, gold in whole.questions:
        holding = None if gold is None else whole.language[gold]
        out.append(Asked(question.id, question.language, holding, gold, system.search(question.text)))
    return out
