"""The records that travel down the pipeline, from a paragraph in a file to a checked answer.

Internal records are frozen dataclasses; what leaves the program as JSON (an answer and its parts) is a frozen
pydantic model, so that the command line, the HTTP API and Slack share one schema. Offsets count Unicode characters,
from 0, end exclusive. Paragraph numbers count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["text", "heading", "byline", "caption", "list_item", "table", "code", "boilerplate"]
"""What a paragraph is: evidence (text, list_item, table, code), context (heading, byline, caption) or boilerplate."""

Status = Literal["answered", "not_found"]
"""Whether at least one sentence of the answer is supported by the corpus."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters."""

    start: int
    """First character, from 0."""
    end: int
    """One past the last character."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered unit of a file: the thing that is cited."""

    file: str
    """Path below the corpus folder, with forward slashes, in NFC as found on disk."""
    number: int
    """Position in the file, from 1; blank lines do not count."""
    text: str
    """The original text, never normalised."""
    start: int
    """First character of the text in the decoded file, from 0."""
    end: int
    """One past the last character of the text in the decoded file."""
    language: str
    """BCP 47 tag: `en`, `fr`, `zh-Hant`, `zh-Hans`, …; `und` when unknown."""
    kind: Kind
    """Evidence, context or boilerplate: see `Kind`."""
    headings: tuple[str, ...]
    """The headings above, outermost first; empty at the top of a file."""
    hash: str
    """First 12 hex digits of the SHA-256 of the text in UTF-8: tells whether a cited paragraph has changed."""
    page: int | None = None
    """Page of a PDF, from 1; None for formats without pages."""

    @property
    def key(self) -> tuple[str, int]:
        """File and number: what identifies the paragraph in its corpus."""
        return self.file, self.number


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved paragraph."""

    paragraph: Paragraph
    """The paragraph as it stands in the corpus."""
    score: float
    """Final ranking score, higher is better, comparable between languages; only its order is meaningful."""
    span: Span
    """The part of `paragraph.text` that matched best: a sentence, or the whole text."""
    also_at: tuple[tuple[str, int], ...] = ()
    """Other places (file, number) that hold the same text."""
    sentences: tuple[tuple[Span, float], ...] = ()
    """The sentences of the paragraph in reading order, each with how close it is to the question, comparable between
    languages; empty when they are not known."""
    found: float | None = None
    """The score that found it, where evidence of what is asked then changed the order; None where `score` is that."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What retrieval found for one question."""

    question: str
    """The standalone question that was searched for."""
    language: str
    """Language of the question, BCP 47."""
    passages: tuple[Passage, ...]
    """Ranked best first."""
    confidence: float
    """Calibrated probability, 0 to 1, that the corpus holds the answer."""
    threshold: float
    """The calibrated confidence below which the answer is `not_found`."""
    lacking: bool = False
    """Whether the nearest passage holds no number, date or person where one is asked for, or nothing is asked."""

    @property
    def answerable(self) -> bool:
        """Whether the confidence reaches the threshold."""
        return bool(self.passages) and self.confidence >= self.threshold


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    """Who spoke."""
    content: str
    """What was said, plain text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written before it is checked: by a model, or by quoting."""

    text: str
    """Prose with citation markers in whatever form the writer chose."""
    passages: tuple[Passage, ...]
    """The numbered passages the writer saw: marker `[i]` names `passages[i - 1]`."""
    language: str
    """Language the draft should be in, BCP 47."""
    model: str
    """`quote`, or the model as `provider:name`."""
    complete: bool = True
    """False when the writer was cut off (length, lost connection, deadline)."""
    declined: bool = False
    """True when the writer says that the passages do not answer."""
    notice: str | None = None
    """One sentence for the reader about how the draft came to be, such as a fall-back to quoting."""
    lead: str | None = None
    """A line before the text that makes no claim, such as `The sources say:`; never cited, never checked."""
    disagreement: bool = False
    """True when the passages give different values for what was asked."""


class Record(BaseModel):
    """Base of everything that leaves as JSON: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sentence(Record):
    """One sentence of an answer."""

    text: str = Field(description="The sentence without its markers.")
    citations: list[int] = Field(default_factory=list, description="Numbers of the citations that support it.")
    supported: bool = Field(description="Whether a cited paragraph supports the sentence.")
    reason: str | None = Field(None, description="Why it is not supported, or None.")


class Citation(Record):
    """A checked pointer to one paragraph, with the words copied from it."""

    n: int = Field(ge=1, description="Number of the marker in the text.")
    file: str = Field(description="File below the corpus folder.")
    paragraph: int = Field(ge=1, description="Paragraph number in the file, from 1.")
    quote: str = Field(description="Copied from the paragraph by code: paragraph_text[start:end].")
    start: int = Field(ge=0, description="First character of the quote in the paragraph, from 0.")
    end: int = Field(ge=0, description="One past the last character of the quote in the paragraph.")
    language: str = Field(description="Language of the paragraph, BCP 47.")
    url: str | None = Field(None, description="Permanent link to the paragraph, when a public URL is configured.")
    page: int | None = Field(None, description="Page of a PDF, from 1.")
    hash: str = Field("", description="Content hash of the paragraph when it was cited.")


class Retrieved(Record):
    """One ranked paragraph, as listed with an answer."""

    file: str = Field(description="File below the corpus folder.")
    paragraph: int = Field(ge=1, description="Paragraph number in the file, from 1.")
    score: float = Field(description="Ranking score; only the order is meaningful.")
    language: str = Field(description="Language of the paragraph, BCP 47.")


class Usage(Record):
    """Tokens spent by the model; zero when quoting."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = Field(None, description="Cost in the currency of the configured prices, or None.")


class Latency(Record):
    """Wall-clock milliseconds by stage."""

    retrieve: float = 0.0
    generate: float = 0.0
    total: float = 0.0


class Answer(Record):
    """A checked answer: the one object every front end shows."""

    id: str = Field(description="Identifier of the question, given or generated.")
    question: str = Field(description="The question as asked.")
    standalone_question: str = Field(description="The question with what it refers to in the history filled in.")
    language: str = Field(description="Language of the question, BCP 47.")
    status: Status = Field(description="`answered`, or `not_found` when nothing in the corpus supports an answer.")
    text: str = Field(description="The answer with markers [n] after each supported sentence.")
    sentences: list[Sentence] = Field(default_factory=list, description="The sentences of the text, in order.")
    citations: list[Citation] = Field(default_factory=list, description="One for each number in the text.")
    retrieved: list[Retrieved] = Field(default_factory=list, description="Ranked paragraphs, best first.")
    model: str = Field(description="`quote`, or `provider:name`.")
    prompt_version: str = Field(description="Hash of the prompt files that were used.")
    usage: Usage = Field(default_factory=Usage)
    latency_ms: Latency = Field(default_factory=Latency)
    confidence: float = Field(0.0, description="Calibrated probability that the corpus holds the answer.")
    disagreement: bool = Field(False, description="True when sources give different values; each is cited.")
    notice: str | None = Field(None, description="One sentence about how the answer came to be, or None.")


class Translation(Record):
    """A quote in another language, written by a model: an aid to reading, never evidence."""

    text: str = Field(description="The translation as the model wrote it: untrusted plain text.")
    language: str = Field(description="Language it was asked for in, BCP 47.")
    quote: str = Field(description="The original that was translated.")
    source_language: str = Field(description="Language of the original, BCP 47.")
    machine: Literal[True] = Field(True, description="Always true: no person has read it.")
    differs: str | None = Field(None, description="A number or date that is not the same in both, or None.")
    model: str = Field(description="`provider:name`.")
    prompt_version: str = Field(description="Hash of the prompt file.")
    usage: Usage = Field(default_factory=Usage, description="Tokens spent; none when it was known already.")


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """Streamed first: what retrieval found."""

    retrieval: Retrieval


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Streamed while writing: a piece of unchecked text, markers already put in the form [n]."""

    text: str


@dataclass(frozen=True, slots=True)
class CitationChecked:
    """Streamed when a sentence has been checked."""

    sentence: Sentence
    citations: tuple[Citation, ...] = field(default=())
    """The citations the sentence carries that were not streamed before."""


@dataclass(frozen=True, slots=True)
class AnswerDone:
    """Streamed last: the checked answer; it replaces whatever text was streamed before."""

    answer: Answer


Event = PassagesFound | TextDelta | CitationChecked | AnswerDone
"""What `Pinpoint.stream` yields: one PassagesFound, any number of TextDelta and CitationChecked, one AnswerDone."""
