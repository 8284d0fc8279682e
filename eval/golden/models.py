"""The schema of a golden question: what is asked, what answers it, and where each part of the answer stands."""

from __future__ import annotations

import hashlib
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "same_language",
    "cross_language",
    "multi_paragraph",
    "disagreement",
    "typo",
    "one_word",
    "follow_up",
    "injection",
    "unanswerable",
    "out_of_scope",
]
"""What the question tries; one value, the reason why it was written. `Question.cross_language` is independent of it."""

Scope = Literal["answerable", "unanswerable", "out_of_scope"]
"""Whether the corpus answers; `unanswerable` is on the corpus's topic, `out_of_scope` is not."""

Split = Literal["dev", "test"]
"""`dev` may be tuned on, `test` never."""

LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
"""BCP 47: language, then script and region where they matter (`en`, `zh-Hant`, `pt-BR`)."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Ref(_Record):
    """One paragraph of the corpus."""

    file: str = Field(min_length=1, description="File below the corpus folder, with forward slashes.")
    paragraph: int = Field(ge=1, description="Paragraph number in the file, from 1.")

    @property
    def key(self) -> tuple[str, int]:
        """File and number, comparable with `Paragraph.key`."""
        return self.file, self.paragraph


class Fact(_Record):
    """One thing the answer must say. A complete answer states every fact of its question."""

    statement: str = Field(min_length=1, description="The fact as one short English sentence, for people.")
    gold: tuple[Ref, ...] = Field(min_length=1, description="Every paragraph that states it; citing any one is right.")
    forms: dict[str, tuple[str, ...]] = Field(
        min_length=1,
        description="Accepted wordings by language (BCP 47): the languages of the gold paragraphs, where one must "
        "occur in each paragraph, and the language of the question. One match in any language is enough.",
    )
    numbers: tuple[str, ...] = Field(
        (),
        description="Accepted values in ASCII digits of one unmistakable number (`70%`, `60000000000`) or date "
        "(`2025-09-18`), whatever the language writes them like; any one is enough.",
    )


class Turn(_Record):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"] = Field(description="Who spoke.")
    content: str = Field(min_length=1, description="What was said, plain text.")


class Question(_Record):
    """One golden question: a line of a golden file."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,79}$", description="Stable name; never reused; decides the split.")
    question: str = Field(min_length=1, description="As a person would type it.")
    language: str = Field(pattern=LANGUAGE_PATTERN, description="Language of the question and of the wanted answer.")
    kind: Kind = Field(description="Why the question was written.")
    scope: Scope = Field("answerable", description="Whether the corpus answers it.")
    source_languages: tuple[str, ...] = Field((), description="Languages of the gold paragraphs, BCP 47.")
    facts: tuple[Fact, ...] = Field((), description="What a complete answer says; empty unless answerable.")
    also: tuple[Ref, ...] = Field(
        (), description="Paragraphs that bear on the question without answering it: citing one is no error, no hit."
    )
    must_not: tuple[str, ...] = Field((), description="Strings the answer must not contain (injections, wrong values).")
    expect: str = Field("", description="The wanted behaviour in words, where it is more than giving the facts.")
    history: tuple[Turn, ...] = Field((), description="Earlier turns, oldest first.")
    split: Split = Field(description="Fixed by `split_of(id)`; nothing is tuned on `test`.")
    notes: str = Field("", description="For people: doubts, why a paragraph counts.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.scope == "answerable" and not self.facts:
            raise ValueError("an answerable question needs at least one fact")
        if self.scope != "answerable" and (self.facts or self.source_languages):
            raise ValueError(f"a question with scope {self.scope!r} has neither facts nor source languages")
        if self.kind in {"unanswerable", "out_of_scope"} and self.scope != self.kind:
            raise ValueError(f"kind {self.kind!r} needs the same scope, not {self.scope!r}")
        if self.kind == "follow_up" and not self.history:
            raise ValueError("a follow-up needs history")
        if self.split != split_of(self.id):
            raise ValueError(f"the split of id {self.id!r} is {split_of(self.id)!r}, not {self.split!r}")
        return self

    @property
    def gold(self) -> tuple[Ref, ...]:
        """Every paragraph that states one of the facts, each once, in the order of the facts."""
        return tuple(dict.fromkeys(ref for fact in self.facts for ref in fact.gold))

    @property
    def answerable(self) -> bool:
        """Whether the wanted status is `answered`."""
        return self.scope == "answerable"

    @property
    def disagreement(self) -> bool:
        """Whether the sources give different values and the answer must give both."""
        return self.kind == "disagreement"

    @property
    def cross_language(self) -> bool:
        """Whether no gold paragraph is in the question's language; Chinese counts as one language in two scripts."""
        asked = primary(self.language)
        return self.answerable and all(primary(source) != asked for source in self.source_languages)

    @property
    def multi_paragraph(self) -> bool:
        """Whether no single paragraph states every fact."""
        return self.answerable and not set.intersection(*(set(fact.gold) for fact in self.facts))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(question language, paragraph language) pairs for slicing."""
        return tuple((self.language, source) for source in self.source_languages)


def primary(language: str) -> str:
    """The language of a BCP 47 tag without script and region: `zh-Hant` gives `zh`."""
    return language.split("-", 1)[0]


def split_of(question_id: str) -> Split:
    """The fixed split of an id: `dev` when the first byte of its SHA-256 is even, else `test`."""
    return "dev" if hashlib.sha256(question_id.encode()).digest()[0] % 2 == 0 else "test"
