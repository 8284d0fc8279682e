"""SQuAD-format files, one a language, and the mixed corpora made of them."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.language import detect_language
from bot.corpus.records import Document
from bot.errors import UsageError
from bot.types import Paragraph


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a file."""

    id: str
    """As the file names it; the same in parallel files."""
    text: str
    """What is asked."""
    language: str
    """Language of the file."""
    place: int
    """Which paragraph answers it, from 0 in file order."""


@dataclass(frozen=True, slots=True)
class Squad:
    """A SQuAD-format file."""

    language: str
    """From the name (`xquad.zh.json` is `zh`), else detected."""
    paragraphs: tuple[str, ...]
    """The paragraphs in file order."""
    questions: tuple[Question, ...]
    """The questions in file order."""
    articles: tuple[int, ...]
    """Which article each paragraph is from, from 0."""


@dataclass(frozen=True, slots=True)
class Mix:
    """A corpus and the questions about it."""

    documents: tuple[Document, ...]
    """One a paragraph, its file named `PLACE.LANGUAGE`."""
    language: dict[str, str]
    """Language of each file of the corpus, as the SQuAD file's."""
    questions: tuple[tuple[Question, str | None], ...]
    """Each question with the file that answers it, or None when that was left out."""


def read_squad(path: Path) -> Squad:
    """Read a file.

    Raises:
        UsageError: when it cannot be read or is not in SQuAD's format.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        paragraphs = [paragraph for article in data["data"] for paragraph in article["paragraphs"]]
        articles = tuple(number for number, article in enumerate(data["data"]) for _ in article["paragraphs"])
        texts = tuple(str(paragraph["context"]) for paragraph in paragraphs)
        language = _language(path, texts)
        questions = tuple(
            Question(str(qa.get("id", f"{place}.{number}")), str(qa["question"]), language, place)
            for place, paragraph in enumerate(paragraphs)
            for number, qa in enumerate(paragraph["qas"])
            if not qa.get("is_impossible", False)
        )
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(path)!r} cannot be read ({error}); name a SQuAD-format JSON file") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{str(path)!r} is not in SQuAD's format (data, paragraphs, context, qas)") from error
    if not questions:
        raise UsageError(f"{str(path)!r} has no question that can be answered; name another file")
    return Squad(language, texts, questions, articles)


def parallel(files: Sequence[Squad]) -> bool:
    """Whether the files hold the same paragraphs in the same order, told by their questions' ids and places."""
    first = [(question.id, question.place) for question in files[0].questions]
    return all([(question.id, question.place) for question in file.questions] == first for file in files[1:])


def mix(files: Sequence[Squad], seed: int, *, sample: int = 1, leave_out: float = 0.0, articles: float = 1.0) -> Mix:
    """Make a corpus in which each parallel paragraph is in one language, drawn by the seed.

    Files that are not parallel go in whole, and their questions are about their own paragraphs.

    Args:
        files: one a language.
        seed: decides the languages and what is left out.
        sample: ask every so manieth question of each language.
        leave_out: share of the paragraphs that the corpus lacks.
        articles: share of the articles that the corpus is about; nothing of the others is in it.
    """
    draw = random.Random(seed)  # noqa: S311  a benchmark wants to be repeatable
    documents, answers = {}, {}
    if len(files) > 1 and parallel(files):
        chosen = [draw.randrange(len(files)) for _ in files[0].paragraphs]
        held = [(place, files[which], [file.language for file in files]) for place, which in enumerate(chosen)]
    else:
        held = [(place, file, [file.language]) for file in files for place in range(len(file.paragraphs))]
    everything = sorted({file.articles[place] for place, file, _ in held})
    about = set(draw.sample(everything, max(1, round(len(everything) * articles))))
    inside = [number for number, (place, file, _) in enumerate(held) if file.articles[place] in about]
    kept = set(draw.sample(inside, max(1, len(inside) - int(len(inside) * leave_out))))
    for number, (place, file, askers) in enumerate(held):
        name = f"{place:05d}.{file.language}"
        if number in kept:
            documents[name] = _document(name, file.paragraphs[place])
        for asker in askers:
            answers[asker, place] = name if number in kept else None
    asked = [question for file in files for question in file.questions[::sample]]
    return Mix(
        tuple(documents[name] for name in sorted(documents)),
        {name: name.split(".", 1)[1] for name in documents},
        tuple((question, answers[question.language, question.place]) for question in asked),
    )


def _document(name: str, text: str) -> Document:
    data = text.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(data).hexdigest()
    paragraph = Paragraph(name, 1, text, 0, len(text), detect_language(text), "text", (), digest[:12])
    return Document(file=name, hash=digest, size=len(data), encoding="utf-8", paragraphs=(paragraph,))


def _language(path: Path, texts: Sequence[str]) -> str:
    middle = path.name.split(".")[-2] if path.name.count(".") > 1 else ""
    if 2 <= len(middle) <= 3 and middle.isalpha():
        return middle.lower()
    found = Counter(detect_language(text).split("-")[0] for text in texts[:50])
    return found.most_common(1)[0][0] if found else "und"
