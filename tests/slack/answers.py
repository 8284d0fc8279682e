"""Answers to show, made by hand."""

from __future__ import annotations

from bot.types import Answer, Citation, Retrieved, Sentence


def citation(
    n: int = 1, *, file: str = "a.txt", paragraph: int = 7, quote: str = "The sky is blue.", **more
) -> Citation:
    fields = {"url": f"https://docs.example/sources/{n}#p{paragraph}", "language": "en", "hash": "0123456789ab"} | more
    return Citation(n=n, file=file, paragraph=paragraph, quote=quote, start=0, end=len(quote), **fields)


def answer(
    text: str | None = None,
    *,
    sentences: list[Sentence] | None = None,
    citations: list[Citation] | None = None,
    question: str = "What colour is the sky?",
    **more,
) -> Answer:
    sentences = [Sentence(text="The sky is blue.", citations=[1], supported=True)] if sentences is None else sentences
    citations = [citation()] if citations is None else citations
    if text is None:
        text = " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in sentences)
    fields = {"id": "a1", "language": "en", "status": "answered", "model": "quote", "prompt_version": "p"} | more
    return Answer(
        question=question, standalone_question=question, text=text, sentences=sentences, citations=citations, **fields
    )


def not_found(*, question: str = "Who is it?", files: tuple[str, ...] = ("a.txt", "b.txt"), **more) -> Answer:
    return answer(
        "The documents do not answer this question.",
        sentences=[],
        citations=[],
        question=question,
        status="not_found",
        retrieved=[Retrieved(file=f, paragraph=n, score=1 / n, language="en") for n, f in enumerate(files, 1)],
        **more,
    )


def long_answer(sentences: int, *, quote: int = 400, words: int = 30, question: str = "Tell all") -> Answer:
    """An answer of many sentences, each with a source of its own."""
    made = [
        Sentence(
            text=f"Number {n} " + " ".join(f"word{n}x{i}" for i in range(words)) + ".", citations=[n], supported=True
        )
        for n in range(1, sentences + 1)
    ]
    cited = [
        citation(n, paragraph=n, quote=(f"quote{n} " * (quote // 7))[:quote].strip()) for n in range(1, sentences + 1)
    ]
    return answer(sentences=made, citations=cited, question=question)
