"""`pinpoint eval add`: a conversation in the terminal that ends with one more, checked, golden question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import typer
from pydantic import ValidationError

from bot.corpus.language import detect_language
from bot.errors import UsageError
from bot.types import Paragraph
from eval.golden.candidates import Ranker
from eval.golden.check import problems_of
from eval.golden.load import load_golden, read_lines
from eval.golden.models import LANGUAGE_PATTERN, Fact, Kind, Question, Ref, Scope, Turn, primary, split_of
from eval.golden.similar import NEAR_DUPLICATE, nearest
from eval.golden.sources import Sources

SHOWN = 8
"""How many candidate paragraphs are listed."""

WORTH_SHOWING = 0.4
"""Similarity from which an existing question is shown."""


class Dialogue(Protocol):
    """Where questions are asked and answers come from."""

    def ask(self, prompt: str, default: str = "") -> str:
        """Return what the person types; the default on an empty line."""

    def say(self, text: str) -> None:
        """Show a line."""


class Terminal:
    """The dialogue in a terminal."""

    def ask(self, prompt: str, default: str = "") -> str:
        """Return what the person types; the default on an empty line."""
        return str(typer.prompt(prompt, default=default, show_default=bool(default))).strip()

    def say(self, text: str) -> None:
        """Show a line."""
        typer.echo(text)


def add_question(golden: Path, sources: Sources, dialogue: Dialogue, *, rank: Ranker) -> Question:
    """Ask for one question and append it to a golden file.

    Raises:
        UsageError: the path is a folder, the file does not follow the schema, or the person stops at a near-duplicate.
            Other files beside it need not follow the schema.
    """
    if golden.is_dir():
        raise UsageError(f"{str(golden)!r} is a folder: name the .jsonl file in it to append to with --golden")
    known = load_golden(golden) if golden.is_file() else ()
    siblings = _siblings(golden, dialogue)
    text = _required(dialogue, "Question")
    _warn_of_duplicates(text, (*known, *siblings), dialogue)
    language = _matching(dialogue, "Language (BCP 47)", detect_language(text), LANGUAGE_PATTERN)
    history = _history(dialogue)
    scope: Scope = _choice(dialogue, "Scope", ("answerable", "unanswerable", "out_of_scope"))
    facts = _facts(text, language, sources, dialogue, rank) if scope == "answerable" else ()
    taken = {question.id for question in (*known, *siblings)}
    while True:
        draft = {
            "id": _id(dialogue, text, language, taken),
            "question": text,
            "language": language,
            "kind": _kind(language, scope, facts, history, sources),
            "scope": scope,
            "source_languages": tuple(dict.fromkeys(_tag(sources, ref) for fact in facts for ref in fact.gold)),
            "facts": facts,
            "history": history,
            "notes": dialogue.ask("Notes"),
        }
        try:
            question = Question.model_validate({**draft, "split": split_of(str(draft["id"]))})
        except ValidationError as error:
            dialogue.say(str(error))
            continue
        break
    wrong = list(problems_of(question, sources))
    if wrong:
        raise UsageError(f"nothing was added, the question has a mistake ({'; '.join(wrong)}): start again")
    _append(golden, question)
    return question


def _siblings(golden: Path, dialogue: Dialogue) -> tuple[Question, ...]:
    """Questions of the files beside it, since a folder can be one set; what is no question there is no hindrance."""
    questions: list[Question] = []
    for path in sorted(golden.parent.glob("*.jsonl")):
        if path.resolve() == golden.resolve() or not path.is_file():
            continue
        try:
            lines = list(read_lines(path))
        except (UsageError, OSError):
            dialogue.say(f"  {path.name} cannot be read; its ids and questions are not compared.")
            continue
        questions += [line.question for line in lines if line.question is not None]
        wrong = sum(line.question is None for line in lines)
        if wrong:
            dialogue.say(
                f"  {wrong} of {len(lines)} lines of {path.name} are no golden questions; they are not compared."
            )
    return tuple(questions)


def _required(dialogue: Dialogue, prompt: str) -> str:
    while not (answer := dialogue.ask(prompt)):
        dialogue.say("Please write something.")
    return answer


def _matching(dialogue: Dialogue, prompt: str, default: str, pattern: str) -> str:
    while not re.fullmatch(pattern, answer := dialogue.ask(prompt, default)):
        dialogue.say(f"{answer!r} does not fit {pattern}")
    return answer


def _choice(dialogue: Dialogue, prompt: str, choices: tuple[Scope, ...]) -> Scope:
    while True:
        answer = dialogue.ask(f"{prompt} ({', '.join(choices)})", choices[0])
        for choice in choices:
            if choice == answer:
                return choice
        dialogue.say(f"{answer!r} is none of them.")


def _warn_of_duplicates(text: str, known: Sequence[Question], dialogue: Dialogue) -> None:
    close = [(similarity, question) for similarity, question in nearest(text, known) if similarity >= WORTH_SHOWING]
    for similarity, question in close:
        dialogue.say(f"  like {question.id} ({similarity:.2f}): {question.question}")
    if close and close[0][0] >= NEAR_DUPLICATE and dialogue.ask("Almost the same is there. Go on? (y/n)", "n") != "y":
        raise UsageError(f"nothing was added: {close[0][1].id!r} asks almost the same; reword the question")


def _history(dialogue: Dialogue) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    while True:
        role = "assistant" if len(turns) % 2 else "user"
        content = dialogue.ask(f"Earlier turn {len(turns) + 1} ({role}; empty line: no more)")
        if not content:
            return tuple(turns)
        turns.append(Turn(role="assistant" if len(turns) % 2 else "user", content=content))


def _facts(text: str, language: str, sources: Sources, dialogue: Dialogue, rank: Ranker) -> tuple[Fact, ...]:
    candidates = list(rank(text))[:SHOWN]
    for position, paragraph in enumerate(candidates, start=1):
        dialogue.say(f"  [{position}] {_place(paragraph)} ({paragraph.language}): {_short(paragraph.text)}")
    facts: list[Fact] = []
    while True:
        more = "Fact the answer must state, in English" + (" (empty line: no more)" if facts else "")
        statement = dialogue.ask(more) if facts else _required(dialogue, more)
        if not statement:
            return tuple(facts)
        facts.append(_fact(statement, language, candidates, sources, dialogue))


def _fact(statement: str, language: str, candidates: Sequence[Paragraph], sources: Sources, dialogue: Dialogue) -> Fact:
    gold = _paragraphs(candidates, sources, dialogue)
    forms: dict[str, tuple[str, ...]] = {}
    for tag in dict.fromkeys(_tag(sources, ref) for ref in gold):
        own = [ref for ref in gold if _tag(sources, ref) == tag]
        while True:
            forms[tag] = _split(_required(dialogue, f"Words in the {tag} text that answer, separated by |"))
            without = [ref for ref in own if not any(sources.holds(ref, form) for form in forms[tag])]
            if not without:
                break
            dialogue.say(f"None of them occurs in {without[0].file}#{without[0].paragraph}.")
        _show_others(forms[tag], primary(tag), gold, sources, dialogue)
    if primary(language) not in {primary(tag) for tag in forms}:
        forms[language] = _split(_required(dialogue, f"The same in {language}, separated by |"))
    return Fact(statement=statement, gold=gold, forms=forms)


def _show_others(
    forms: Sequence[str], language: str, gold: Sequence[Ref], sources: Sources, dialogue: Dialogue
) -> None:
    keys = {key for form in forms for key in sources.holding(form, language)} - {ref.key for ref in gold}
    for key in sorted(keys):
        dialogue.say(f"  also in {_place(sources.paragraphs[key])}: {_short(sources.paragraphs[key].text)}")
    if keys:
        dialogue.say("  If one of these answers too, start again and name it as well.")


def _paragraphs(candidates: Sequence[Paragraph], sources: Sources, dialogue: Dialogue) -> tuple[Ref, ...]:
    while True:
        answer = _required(dialogue, "Every paragraph that states it: numbers above, or file#paragraph, with commas")
        refs = [_ref(part.strip(), candidates, sources) for part in answer.split(",") if part.strip()]
        found = tuple(dict.fromkeys(ref for ref in refs if ref is not None))
        if found and None not in refs:
            return found
        dialogue.say("At least one of them is not a paragraph of the corpus.")


def _ref(part: str, candidates: Sequence[Paragraph], sources: Sources) -> Ref | None:
    if part.isdecimal() and 1 <= int(part) <= len(candidates):
        file, number = candidates[int(part) - 1].key
        return Ref(file=file, paragraph=number)
    file, _, digits = part.rpartition("#")
    if digits.isdecimal() and (file, int(digits)) in sources.paragraphs:
        return Ref(file=file, paragraph=int(digits))
    return None


def _kind(language: str, scope: Scope, facts: Sequence[Fact], history: Sequence[Turn], sources: Sources) -> Kind:
    if scope != "answerable":
        return scope
    if history:
        return "follow_up"
    if not set.intersection(*(set(fact.gold) for fact in facts)):
        return "multi_paragraph"
    spoken = {sources.language(ref) for fact in facts for ref in fact.gold}
    return "same_language" if primary(language) in spoken else "cross_language"


def _id(dialogue: Dialogue, text: str, language: str, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", text.casefold())
    stem = "-".join([language.casefold(), *words[-4:]]) if words else f"{language.casefold()}-question"
    default, count = stem, 1
    while default in taken:
        count += 1
        default = f"{stem}-{count}"
    while (answer := dialogue.ask("Id", default)) in taken:
        dialogue.say(f"{answer!r} is taken.")
    return answer


def _append(golden: Path, question: Question) -> None:
    golden.parent.mkdir(parents=True, exist_ok=True)
    before = golden.read_text(encoding="utf-8") if golden.is_file() else ""
    line = question.model_dump_json(exclude_defaults=True)
    with golden.open("a", encoding="utf-8") as file:
        file.write(("\n" if before and not before.endswith("\n") else "") + line + "\n")


def _split(answer: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in answer.split("|") if form.strip())


def _tag(sources: Sources, ref: Ref) -> str:
    return sources.paragraphs[ref.key].language


def _place(paragraph: Paragraph) -> str:
    return f"{paragraph.file}#{paragraph.number}"


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}…"
