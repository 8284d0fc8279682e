"""Overlong paragraphs are cut into as few parts as fit, in time that grows with their length."""

from __future__ import annotations

import random
from itertools import pairwise

from bot.index.units import windows
from bot.types import Span


def sentences_of(text: str) -> list[Span]:
    ends = [at + 1 for at, letter in enumerate(text) if letter == "."]
    return [Span(start + (start > 0), end) for start, end in pairwise([0, *ends])]


def one_by_one(sentences: list[Span], room: int) -> list[Span]:
    parts = [sentences[0]]
    for sentence in sentences[1:]:
        if sentence.end - parts[-1].start <= room:
            parts[-1] = Span(parts[-1].start, sentence.end)
        else:
            parts.append(sentence)
    return parts


def test_the_parts_are_those_that_a_walk_from_the_front_finds() -> None:
    chance = random.Random(3)
    for _ in range(200):
        text = " ".join("x" * chance.randint(0, 40) + "." for _ in range(chance.randint(1, 60)))
        sentences = sentences_of(text)
        room = chance.randint(41, 300)
        assert windows(text, sentences, lambda part, room=room: len(part) <= room) == one_by_one(sentences, room)


def test_a_sentence_that_does_not_fit_is_cut_at_white_space_and_nothing_is_lost() -> None:
    text = "word " * 500 + "w" * 300
    parts = windows(text, [Span(0, len(text))], lambda part: len(part) <= 100)
    assert all(part.end - part.start <= 100 for part in parts)
    assert "".join(text[part.start : part.end] for part in parts).replace(" ", "") == text.replace(" ", "")


def test_few_parts_are_tried() -> None:
    text = " ".join(["A sentence of some words."] * 20_000)
    read = 0

    def fits(part: str) -> bool:
        nonlocal read
        read += min(len(part), 10_000)
        return len(part) <= 1_500

    assert len(windows(text, sentences_of(text), fits)) > 300
    assert read < 12 * len(text)
