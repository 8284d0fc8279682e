"""Proof that a golden set fits its corpus: ids, paragraphs, answer strings, languages, kinds, duplicates, counts."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.corpus import Corpus
from bot.errors import UsageError
from eval.golden.load import Line, read_lines
from eval.golden.models import Fact, Question, Ref, primary
from eval.golden.similar import NEAR_DUPLICATE, near_duplicates
from eval.golden.sources import Sources
from eval.golden.text import contains

MINIMUMS = "minimums.toml"
"""A file of this name beside the golden files holds the counts the set must reach."""

_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee "
    "el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
    "it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms "
    "mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu"
)

ISO_639_1 = frozenset(_CODES.split())
"""Two-letter language codes; three-letter codes are taken on trust."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth a look."""

    place: str
    """`file:line`, or the file."""
    id: str
    """The question, or an empty string."""
    message: str
    """One sentence: what is wrong and what to do."""


@dataclass(frozen=True)
class Report:
    """What the checker found."""

    questions: tuple[Question, ...]
    """The lines that follow the schema, in order."""
    errors: tuple[Finding, ...]
    """What makes the set unfit; empty for a good set."""
    hints: tuple[Finding, ...]
    """Paragraphs that hold an answer string without being gold, for a person to judge."""
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)
    """Questions by `kind`, `scope`, `split`, `language`, `pair` and `property`."""

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors


def check(golden: Path, corpus: Corpus) -> Report:
    """Check every question at a path against the corpus.

    Raises:
        UsageError: there is no golden file, or its minimums cannot be read.
    """
    lines = list(read_lines(golden))
    read = [(line.place, line.question) for line in lines if line.question is not None]
    questions = tuple(question for _, question in read)
    sources = Sources(corpus)
    places = {question.id: place for place, question in read}
    counts = count(questions)
    errors = [
        *_unreadable(lines),
        *_repeated(read),
        *(Finding(place, q.id, message) for place, q in read for message in problems_of(q, sources)),
        *_duplicates(questions, places),
        *_too_few(golden, counts),
    ]
    hints = [Finding(place, q.id, message) for place, q in read for message in _unlisted(q, sources)]
    return Report(questions, tuple(errors), tuple(hints), counts)


def count(questions: Sequence[Question]) -> dict[str, Counter[str]]:
    """Questions by kind, scope, split, language, (asked, source) pair and property."""
    properties = ("cross_language", "multi_paragraph", "disagreement")
    return {
        "kind": Counter(q.kind for q in questions),
        "scope": Counter(q.scope for q in questions),
        "split": Counter(q.split for q in questions),
        "language": Counter(q.language for q in questions),
        "pair": Counter(f"{asked} → {source}" for q in questions for asked, source in q.pairs),
        "cross": Counter(q.language for q in questions if q.cross_language),
        "file": Counter(ref.file for q in questions if q.kind == "same_language" for ref in q.gold[:1]),
        "property": Counter(name for q in questions for name in properties if getattr(q, name)),
    }


def _unreadable(lines: Sequence[Line]) -> Iterator[Finding]:
    return (Finding(line.place, "", line.error) for line in lines if line.question is None)


def _repeated(read: Sequence[tuple[str, Question]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for place, question in read:
        if question.id in seen:
            yield Finding(place, question.id, f"the id is taken at {seen[question.id]}: choose another")
        seen.setdefault(question.id, place)


def problems_of(question: Question, sources: Sources) -> Iterator[str]:
    """What is wrong with one question that follows the schema, one sentence each."""
    yield from _languages(question)
    yield from _kind(question)
    missing = [ref for ref in (*question.gold, *question.also) if ref.key not in sources.paragraphs]
    for ref in missing:
        yield f"{_name(ref)} is not in the corpus: correct the file or the number"
    if missing:
        return
    for ref in question.gold:
        if ref in question.also:
            yield f"{_name(ref)} is both gold and in `also`: keep one"
    spoken = {sources.language(ref) for ref in question.gold} - {"und"}
    declared = {primary(source) for source in question.source_languages}
    if spoken - declared:
        yield f"source_languages is {sorted(declared)!r}, but the gold paragraphs are in {sorted(spoken)!r}"
    for fact in question.facts:
        yield from _strings(question, fact, sources)


def _languages(question: Question) -> Iterator[str]:
    used = {question.language, *question.source_languages, *(tag for fact in question.facts for tag in fact.forms)}
    for tag in sorted(used):
        code = primary(tag)
        if len(code) == 2 and code not in ISO_639_1:
            yield f"{tag!r} is no language: use a BCP 47 tag such as 'en' or 'zh-Hant'"


def _kind(question: Question) -> Iterator[str]:
    if question.kind == "same_language" and question.cross_language:
        yield "kind is same_language, but no gold paragraph is in the question's language"
    if question.kind == "cross_language" and not question.cross_language:
        yield "kind is cross_language, but a gold paragraph is in the question's language"
    if question.kind in {"multi_paragraph", "disagreement"} and not question.multi_paragraph:
        yield f"kind is {question.kind}, but one paragraph states every fact"
    if question.kind == "one_word" and len(question.question.split()) > 2:
        yield "kind is one_word, but the question has several words"
    if question.kind == "injection" and not question.must_not:
        yield "an injection needs `must_not`: the string that would show obedience"


def _strings(question: Question, fact: Fact, sources: Sources) -> Iterator[str]:
    label = f"fact {fact.statement!r}"
    if primary(question.language) not in {primary(tag) for tag in fact.forms}:
        yield f"{label} has no form in the question's language {question.language!r}"
    for ref in fact.gold:
        forms = forms_for(fact, sources.language(ref))
        if not any(sources.holds(ref, form) for form in forms):
            yield f"{label}: none of {forms!r} occurs in {_name(ref)}"
    for banned in question.must_not:
        if any(contains(form, banned) for forms in fact.forms.values() for form in forms):
            yield f"{label}: an accepted form contains the forbidden {banned!r}"


def forms_for(fact: Fact, language: str) -> list[str]:
    """The accepted forms in a language, whatever the script; all of them when the language is `und`."""
    tags = [tag for tag in fact.forms if language in {"und", primary(tag)}]
    return [form for tag in tags for form in fact.forms[tag]]


def _unlisted(question: Question, sources: Sources) -> Iterator[str]:
    listed = {ref.key for ref in (*question.gold, *question.also)}
    for fact in question.facts:
        forms = [(tag, form) for tag, several in fact.forms.items() for form in several]
        for key in sorted({key for tag, form in forms for key in sources.holding(form, primary(tag))} - listed):
            found = [form for tag, form in forms if key in sources.holding(form, primary(tag))]
            yield f"{found[0]!r} also occurs in {key[0]} paragraph {key[1]}: gold, `also`, or neither?"


def _duplicates(questions: Sequence[Question], places: Mapping[str, str]) -> Iterator[Finding]:
    for pair in near_duplicates(questions, threshold=NEAR_DUPLICATE):
        message = f"almost the same question as {pair.first.id!r} (similarity {pair.similarity:.2f}): reword or drop it"
        yield Finding(places[pair.second.id], pair.second.id, message)


def _too_few(golden: Path, counts: Mapping[str, Counter[str]]) -> Iterator[Finding]:
    file = (golden if golden.is_dir() else golden.parent) / MINIMUMS
    if not golden.is_dir() or not file.is_file():
        return
    try:
        wanted = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(file)!r} cannot be read ({error}): correct it or remove it") from error
    for group, minimums in wanted.items():
        if group not in counts or not isinstance(minimums, dict):
            raise UsageError(f"{str(file)!r} has an unknown group {group!r}: use one of {sorted(counts)!r}")
        for name, least in minimums.items():
            if counts[group][name] < least:
                yield Finding(file.name, "", f"{counts[group][name]} questions with {group} {name!r}, not {least}")


def _name(ref: Ref) -> str:
    return f"{ref.file} paragraph {ref.paragraph}"
