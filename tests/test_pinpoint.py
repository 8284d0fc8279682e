"""The chain as one object: the same answer by every way of asking, follow-ups, fall-backs, thread safety."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.answering.phrases import phrases
from bot.asking import MAX_QUESTION
from bot.errors import UsageError
from bot.pinpoint import Pinpoint
from bot.settings import Settings
from bot.types import Answer, AnswerDone, CitationChecked, Message, PassagesFound, TextDelta
from tests.answering.helpers import FakeRetriever, passage

BRIDGE = "The bridge was opened in 1932 by the harbour council. It is 503 metres long."


def passages(count: int = 12) -> list[object]:
    start = BRIDGE.index("It is")
    first = passage(BRIDGE, file="bridge.txt", number=3, span=(start, len(BRIDGE)))
    others = [passage(f"Note {i} is about gardens and roses.", number=i, score=0.1) for i in range(1, count)]
    return [first, *others]


def make(tmp_path: Path, retriever: FakeRetriever, **settings: object) -> Pinpoint:
    values = Settings.load(data=tmp_path, embeddings="hashing", **settings)
    return Pinpoint(values, retriever=retriever)


@pytest.fixture
def retriever() -> FakeRetriever:
    return FakeRetriever(passages())  # type: ignore[arg-type]


@pytest.fixture
def pinpoint(tmp_path: Path, retriever: FakeRetriever) -> Pinpoint:
    return make(tmp_path, retriever)


def same(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"id", "latency_ms"})


def test_an_answer_quotes_word_for_word_and_points_to_file_and_paragraph(pinpoint: Pinpoint) -> None:
    answer = pinpoint.ask("How long is the bridge?", id="q1")
    assert answer.id == "q1"
    assert answer.status == "answered"
    assert "It is 503 metres long. [1]" in answer.text
    citation = answer.citations[0]
    assert (citation.file, citation.paragraph) == ("bridge.txt", 3)
    assert citation.quote == BRIDGE[citation.start : citation.end]
    assert answer.model == "quote"
    assert answer.usage.prompt_tokens == 0
    assert len(answer.retrieved) >= 10
    assert answer.latency_ms.total >= answer.latency_ms.generate


def test_every_way_of_asking_gives_the_same_answer(pinpoint: Pinpoint) -> None:
    question = "How long is the bridge?"

    async def gather() -> list[Answer]:
        streamed = [event async for event in pinpoint.astream(question)]
        last = streamed[-1]
        assert isinstance(last, AnswerDone)
        return [
            await pinpoint.aask(question),
            last.answer,
            await pinpoint.as_runnable().ainvoke({"question": question}),
        ]

    answers = [pinpoint.ask(question), pinpoint.as_runnable().invoke(question), *asyncio.run(gather())]
    assert all(same(answer) == same(answers[0]) for answer in answers)


def test_events_come_in_order(pinpoint: Pinpoint) -> None:
    events = list(pinpoint.stream("How long is the bridge?"))
    assert isinstance(events[0], PassagesFound)
    assert isinstance(events[-1], AnswerDone)
    assert all(isinstance(event, TextDelta | CitationChecked) for event in events[1:-1])
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == events[-1].answer.text
    cited = [citation for event in events if isinstance(event, CitationChecked) for citation in event.citations]
    assert cited == events[-1].answer.citations


def test_low_confidence_says_so_in_the_askers_language_and_names_what_is_nearest(tmp_path: Path) -> None:
    pinpoint = make(tmp_path, FakeRetriever(passages(), confidence=0.1))  # type: ignore[arg-type]
    answer = pinpoint.ask("Quelle est la longueur du pont de Sydney ?")
    assert answer.status == "not_found"
    assert answer.text == phrases("fr").not_found
    assert answer.citations == []
    assert answer.retrieved[0].file == "bridge.txt"


def test_an_empty_corpus_gives_not_found(tmp_path: Path) -> None:
    answer = make(tmp_path, FakeRetriever([])).ask("Anything?")
    assert answer.status == "not_found"
    assert answer.retrieved == []


def test_a_follow_up_is_searched_with_its_subject(pinpoint: Pinpoint, retriever: FakeRetriever) -> None:
    answer = pinpoint.ask(
        "and when?", history=[Message("user", "How long is the bridge?"), Message("assistant", "503 m")]
    )
    assert "bridge" in answer.standalone_question
    assert answer.question == "and when?"
    assert retriever.calls[-1]["question"] == answer.standalone_question


def test_files_narrow_the_search(pinpoint: Pinpoint, retriever: FakeRetriever) -> None:
    answer = pinpoint.ask("How long is the bridge?", files=["bridge.txt"])
    assert {found.file for found in answer.retrieved} == {"bridge.txt"}


@pytest.mark.parametrize("question", ["", "  \n ", "x" * (MAX_QUESTION + 1)])
def test_a_question_that_cannot_be_asked_is_refused(pinpoint: Pinpoint, question: str) -> None:
    with pytest.raises(UsageError):
        pinpoint.ask(question)


def test_half_a_surrogate_pair_in_a_question_still_leaves_as_json(pinpoint: Pinpoint) -> None:
    assert pinpoint.ask("How long \ud800 is the bridge?").model_dump_json()


def test_many_threads_may_ask_at_once(pinpoint: Pinpoint) -> None:
    expected = same(pinpoint.ask("How long is the bridge?"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pinpoint.ask("How long is the bridge?"), range(40)))
    assert all(same(answer) == expected for answer in answers)
    assert len({answer.id for answer in answers}) == 40


def test_asking_works_inside_a_running_loop(pinpoint: Pinpoint) -> None:
    async def blocking() -> Answer:
        return pinpoint.ask("How long is the bridge?")

    assert asyncio.run(blocking()).status == "answered"


def test_errors_of_the_retriever_reach_the_caller(tmp_path: Path) -> None:
    class Broken(FakeRetriever):
        def retrieve(self, question: str, **_: object) -> Iterator[None]:  # type: ignore[override]
            raise ZeroDivisionError(question)

    with pytest.raises(ZeroDivisionError):
        make(tmp_path, Broken([])).ask("Anything?")


def test_an_unknown_input_of_the_runnable_is_named(pinpoint: Pinpoint) -> None:
    with pytest.raises(UsageError, match="'query'"):
        pinpoint.as_runnable().invoke({"query": "How long?"})


def test_with_models_forbidden_the_answer_falls_back_to_quoting_and_says_so(
    tmp_path: Path, retriever: FakeRetriever
) -> None:
    answer = make(tmp_path, retriever, model="openai:test").ask("How long is the bridge?")
    assert answer.model == "quote"
    assert answer.status == "answered"
    assert answer.notice is not None
    assert "switched off" in answer.notice


class FakeIndex:
    """A snapshot that can be superseded."""

    files = ()

    def __init__(self, name: str) -> None:
        self.name = name
        self.current = True

    def is_current(self) -> bool:
        return self.current


def test_a_newer_generation_of_the_index_is_opened_between_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = [FakeIndex("first"), FakeIndex("second")]
    waiting = iter(opened)
    monkeypatch.setattr("bot.index.open_index", lambda _: next(waiting))
    made: list[FakeIndex] = []

    def make_retriever(index: FakeIndex, **_: object) -> FakeRetriever:
        made.append(index)
        return FakeRetriever(passages())  # type: ignore[arg-type]

    monkeypatch.setattr("bot.retrieval.retriever.Retriever", make_retriever)
    pinpoint = Pinpoint(Settings.load(data=tmp_path))
    pinpoint.ask("How long is the bridge?")
    pinpoint.ask("How long is the bridge?")
    assert made == opened[:1]
    opened[0].current = False
    pinpoint.ask("How long is the bridge?")
    assert made == opened
    assert pinpoint.index is opened[1]  # type: ignore[comparison-overlap]


def test_more_documents_for_one_question_reach_the_retriever(pinpoint: Pinpoint, retriever: FakeRetriever) -> None:
    extra = FakeIndex("uploads")
    pinpoint.ask("How long is the bridge?", extra=extra)  # type: ignore[arg-type]
    assert retriever.calls[-1]["extra"] is extra
    pinpoint.ask("How long is the bridge?")
    assert "extra" not in retriever.calls[-1]
