"""A model's opinion of recorded answers, beside the deterministic measures and never in place of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import regex

from bot.answering.prompts import load_prompt, make_nonce, neutralise
from bot.settings import Settings
from eval.run.execute import ANSWERS
from eval.run.records import Judgement, Recorded, Run, write_run

Chat = Callable[[str, str], str]
"""System and user message to the judge's reply."""

_OBJECT = regex.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
_WORDS = {"true": True, "yes": True, "false": False, "no": False}
_TOKENS = 400
"""A sentence and two words in JSON, with room for a talkative judge."""


def judge_run(run: Run, model: str, settings: Settings, *, out: Path | None = None, jobs: int = 2) -> Run:
    """Have a model judge every answer of a run.

    Args:
        run: recorded answers; crashes are not judged.
        model: `provider:name` of any LangChain chat model.
        settings: where its key and address come from.
        out: folder whose answers file is written again with the judgements.
        jobs: answers judged at once.

    Raises:
        ModelRefused: the judge cannot be set up.
    """
    chat = connect(model, settings)

    def one(record: Recorded) -> Recorded:
        return record.model_copy(update={"judgement": judge(record, chat, model)}) if record.answer else record

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        judged = Run(header=run.header, records=tuple(pool.map(one, run.records)))
    if out is not None:
        write_run(out / ANSWERS, judged)
    return judged


def connect(model: str, settings: Settings) -> Chat:
    """Make the judge callable."""
    from bot.answering import model as models
    from bot.errors import ModelRefused

    if not models.ALLOW_MODEL_REQUESTS:
        raise ModelRefused(f"the judge {model!r} may not be asked here: ALLOW_MODEL_REQUESTS is off")
    made = models.Model(settings, model).connect(_TOKENS)
    return lambda system, user: str(made.invoke([("system", system), ("human", user)]).text)


def judge(record: Recorded, chat: Chat, model: str) -> Judgement:
    """Judge one answer; a failing judge or an unreadable reply is a judgement without a verdict."""
    system, user = _messages(record)
    try:
        reply = chat(system, user)
    except Exception as error:  # noqa: BLE001 - providers raise what they like; the run must not be lost for an opinion
        return Judgement(
            model=model, faithful=None, correct=None, reason=f"no verdict: {type(error).__name__}: {error}"
        )
    return read_reply(reply, model)


def read_reply(reply: str, model: str) -> Judgement:
    """Read the last JSON object of a reply that holds a verdict."""
    for text in reversed(_OBJECT.findall(reply)):
        try:
            tree: dict[str, Any] = json.loads(text)
        except ValueError:
            continue
        if {"faithful", "correct"} & tree.keys():
            reason = str(tree.get("reason", ""))[:1000]
            faithful, correct = _verdict(tree.get("faithful")), _verdict(tree.get("correct"))
            return Judgement(model=model, faithful=faithful, correct=correct, reason=reason)
    return Judgement(model=model, faithful=None, correct=None, reason=f"no verdict in the reply {reply[:200]!r}")


def _verdict(value: object) -> bool | None:
    return value if isinstance(value, bool) else _WORDS.get(str(value).strip().casefold())


def _messages(record: Recorded) -> tuple[str, str]:
    question, answer = record.question, record.answer
    assert answer is not None  # noqa: S101 - only answers are judged
    cited = dict.fromkeys((citation.file, citation.paragraph) for citation in answer.citations)
    paragraphs = [
        f"{file} ¶ {number}: {source.text}"
        for file, number in cited
        if (source := record.source(file, number)) is not None
    ]
    facts = [f"- {fact.statement}" for fact in question.facts] or ["(none: the documents do not answer this)"]
    asked = "\n".join([*(f"{turn.role}: {turn.content}" for turn in question.history), question.question])
    texts = {
        "question": asked, "facts": "\n".join(facts), "answer": answer.text, "paragraphs": "\n\n".join(paragraphs)
    }  # fmt: skip
    safe = {name: neutralise(text) for name, text in texts.items()}
    rendered = dict(load_prompt("judge").render(nonce=make_nonce(safe.values()), **safe))
    return rendered["system"], rendered["user"]
