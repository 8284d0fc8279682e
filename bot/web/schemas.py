"""What the HTTP API takes and gives, with the examples that its OpenAPI schema shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.types import Citation, Event, Kind, PassagesFound, Retrieval, Sentence, TextDelta
from bot.types import CitationChecked as Checked

SEED = "001_1549f081cfc8b6a0.txt"


class Request(BaseModel):
    """Base of what a program sends: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class Turn(Request):
    """One earlier turn of the conversation."""

    role: Literal["user", "assistant"] = Field(description="Who spoke.")
    content: Text = Field(description="What was said.")


class AskRequest(Request):
    """A question."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"question": "What share of AI patents does China hold?"},
                {
                    "question": "And the United States?",
                    "history": [
                        {"role": "user", "content": "What share of AI patents does China hold?"},
                        {"role": "assistant", "content": "China holds nearly 70 percent of AI patents. [1]"},
                    ],
                    "files": [SEED],
                },
            ]
        },
    )

    question: Text = Field(description="The question, in any language.")
    history: list[Turn] = Field(default_factory=list, max_length=100, description="Earlier turns, oldest first.")
    files: list[Annotated[str, StringConstraints(min_length=1, max_length=1024)]] | None = Field(
        None, max_length=1000, description="Answer from these files only; all when absent or empty."
    )
    id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        None, description="Identifier to give the answer; generated when absent."
    )


class SearchRequest(Request):
    """A question to find passages for."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"question": "AI patents", "k": 5}]}
    )

    question: Text = Field(description="The question, in any language.")
    k: int = Field(10, ge=1, le=100, description="How many passages.")
    files: list[Annotated[str, StringConstraints(min_length=1, max_length=1024)]] | None = Field(
        None, max_length=1000, description="Search these files only; all when absent or empty."
    )


class TranslateRequest(Request):
    """A quote to translate: a place in the corpus, never free text, so that the endpoint translates nothing else."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"file": SEED, "paragraph": 7, "start": 0, "end": 120, "language": "fr"}],
        },
    )

    file: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = Field(description="File of the corpus.")
    paragraph: int = Field(ge=1, le=10_000_000, description="Paragraph number in the file, from 1.")
    start: int = Field(0, ge=0, description="First character of the quote in the paragraph, from 0.")
    end: int | None = Field(None, ge=1, description="One past its last character; the paragraph's end when absent.")
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")] = Field(
        description="Language to translate into, BCP 47."
    )


class PanelTranslateRequest(TranslateRequest):
    """The same from the source panel."""

    conversation: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = Field(
        None, description="Conversation whose uploaded file is meant."
    )


class FoundPassage(BaseModel):
    """A passage that retrieval found."""

    file: str = Field(description="File below the corpus folder.")
    paragraph: int = Field(description="Paragraph number in the file, from 1.")
    score: float = Field(description="Ranking score; only the order is meaningful.")
    language: str = Field(description="Language of the paragraph, BCP 47.")
    text: str = Field(description="The part of the paragraph that matched best.")
    url: str | None = Field(None, description="Permanent link, when a public URL is configured.")


class Found(BaseModel):
    """What retrieval found for a question."""

    type: Literal["passages"] = "passages"
    question: str = Field(description="The standalone question that was searched for.")
    language: str = Field(description="Language of the question, BCP 47.")
    confidence: float = Field(description="Calibrated probability that the corpus holds the answer.")
    answerable: bool = Field(description="Whether the confidence reaches the threshold.")
    lacking: bool = Field(
        description="Whether the nearest passage holds no number, date or person where one is asked for, "
        "or nothing is asked."
    )
    passages: list[FoundPassage] = Field(description="Best first.")


class Delta(BaseModel):
    """A piece of unchecked text; the answer replaces it."""

    type: Literal["text"] = "text"
    text: str = Field(description="Text to append.")


class SentenceChecked(BaseModel):
    """A sentence after its check."""

    type: Literal["sentence"] = "sentence"
    sentence: Sentence
    citations: list[Citation] = Field(description="Citations that were not sent before.")


class SourceFile(BaseModel):
    """A file of the corpus."""

    file: str = Field(description="File below the corpus folder.")
    language: str = Field(description="Main language, BCP 47.")
    paragraphs: int = Field(description="Number of paragraphs.")
    indexed_at: str = Field(description="When it was indexed, ISO 8601.")
    hash: str = Field(description="SHA-256 of the file.")
    path: str = Field(description="Path of its page on this server.")


class SourceList(BaseModel):
    """The files of the corpus."""

    generation: str = Field(description="Name of the index generation; changes when the corpus is indexed anew.")
    files: list[SourceFile]


class SourceParagraph(BaseModel):
    """A numbered paragraph."""

    number: int = Field(description="Position in the file, from 1.")
    text: str = Field(description="The original text.")
    language: str = Field(description="BCP 47.")
    kind: Kind
    headings: list[str] = Field(description="The headings above, outermost first.")
    hash: str = Field(description="Content hash.")
    page: int | None = Field(None, description="Page of a PDF, from 1.")


class Source(BaseModel):
    """A file with its paragraphs."""

    file: str
    language: str
    paragraphs: list[SourceParagraph]


class Health(BaseModel):
    """The server is up."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="Version of Pinpoint.")


class Ready(BaseModel):
    """The server can answer."""

    status: Literal["ready"] = "ready"
    model: str = Field(description="`quote`, or `provider:name`.")
    generation: str = Field(description="Name of the index generation.")
    files: int
    paragraphs: int


def found(retrieval: Retrieval, public_url: str | None) -> Found:
    """Describe what retrieval found."""
    from bot.links import permalink

    return Found(
        question=retrieval.question,
        language=retrieval.language,
        confidence=retrieval.confidence,
        answerable=retrieval.answerable,
        lacking=retrieval.lacking,
        passages=[
            FoundPassage(
                file=passage.paragraph.file,
                paragraph=passage.paragraph.number,
                score=passage.score,
                language=passage.paragraph.language,
                text=passage.paragraph.text[passage.span.start : passage.span.end],
                url=permalink(
                    public_url, passage.paragraph.file, passage.paragraph.number, passage.paragraph.hash
                ),
            )
            for passage in retrieval.passages
        ],
    )  # fmt: skip


def event_data(event: Event, public_url: str | None) -> tuple[str, dict[str, Any]]:
    """Name and JSON body of a streamed event."""
    if isinstance(event, PassagesFound):
        return "passages", found(event.retrieval, public_url).model_dump(mode="json")
    if isinstance(event, TextDelta):
        return "text", Delta(text=event.text).model_dump()
    if isinstance(event, Checked):
        checked = SentenceChecked(sentence=event.sentence, citations=list(event.citations))
        return "sentence", checked.model_dump(mode="json")
    return "answer", {"type": "answer", "answer": event.answer.model_dump(mode="json")}
