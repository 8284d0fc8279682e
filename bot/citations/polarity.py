"""Does a source deny what a sentence affirms, or say `fell` where it says `rose`? Compared clause by clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import regex

from bot.citations.facts.lexicon import fold_in_place
from bot.citations.facts.polarity import INSIDE, Cue, negations, opposites
from bot.citations.meaning import Reading

_CLAUSE: Final = regex.compile(
    r"(?<!\d),|,(?!\d)|[;:，、；：—。.!?！？()（）،؛]|\s-\s|\b(?:but|while|whereas|mais|tandis que|aber|während|pero|"
    r"mientras|mas|enquanto|ma|mentre|но|а|однако|لكن|بينما|nhưng|trong khi|लेकिन|जबकि|tetapi|sedangkan|ama|maar)\b"
    r"|但|而|却|が、|지만"
)
_CLAUSE_THAI: Final = regex.compile(r"(?<=[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])\s+|[,;:()]")
_SPACED_CLAUSES: Final = frozenset(["th", "lo", "km", "my"])
"""Languages that put spaces between clauses, not between words."""
_DENIES: Final = "the sentence denies what the source affirms"
_DENIED: Final = "the source denies what the sentence affirms"
_POSTPOSED: Final = frozenset(["ja", "ko", "ta", "te", "bn", "tr", "hi", "mr", "ne", "si"])
_PACKED: Final = frozenset(["zh", "yue", "th"])
_BOTH: Final = frozenset(["de", "nl", "sv", "da", "nb", "hi", "fi", "hu"])
_EXCLUSIVE: Final = frozenset({"decision", "opening"})
"""Opposites between which there is nothing: what is not open is closed."""
_EVENTS: Final = frozenset({"change", "decision", "opening", "outcome"})
_MEASURED: Final = frozenset({"compare"})
"""Opposites that are said of the words beside them."""
DENIED_SAME: Final = 0.60
"""Nearness from which a word that the sentence denies is the very word that a source of the same language affirms."""
DENIED_CROSS: Final = 0.55
"""The same across languages."""
NEAR: Final = 10
"""Most characters between a negation and the direction it negates."""
BESIDE: Final = 5
"""Words on each side of a direction among which a number is its own."""
NEAREST: Final = 0.06
"""How far behind its nearest word another may be and still be meant by a word of the sentence."""
COVERED_SAME: Final = 0.72
"""Nearness from which a word of the source counts as taken up by a sentence of the same language."""
COVERED_CROSS: Final = 0.60
"""The same across languages, where nearness is smaller throughout."""


@dataclass(frozen=True, slots=True)
class Side:
    """A text with its cues, split into clauses."""

    reading: Reading
    folded: str
    language: str
    clauses: tuple[tuple[int, int], ...]
    negative: tuple[Cue, ...]
    directed: tuple[Cue, ...]


def side(reading: Reading, language: str) -> Side:
    """Read the cues of a text."""
    folded = fold_in_place(reading.text)
    pattern = _CLAUSE_THAI if language.split("-", maxsplit=1)[0] in _SPACED_CLAUSES else _CLAUSE
    edges = [0, *(match.end() for match in pattern.finditer(folded)), len(folded)]
    clauses = tuple((a, b) for a, b in pairwise(edges) if b > a)
    negative, directed = _not_more(tuple(negations(folded, language)), tuple(opposites(folded, language)), clauses)
    return Side(reading, folded, language, clauses, negative, directed)


def _not_more(
    negative: tuple[Cue, ...], directed: tuple[Cue, ...], clauses: tuple[tuple[int, int], ...]
) -> tuple[tuple[Cue, ...], tuple[Cue, ...]]:
    """`Should not take more than` is `at most`: the comparison turns round, and nothing is denied."""
    spent: set[Cue] = set()
    turned: list[Cue] = []
    for cue in directed:
        denial = next(
            (
                other
                for other in negative
                if other.name == "not"
                and cue.name == "compare"
                and 0 <= cue.start - other.end <= 2 * NEAR
                and any(start <= other.start and cue.start < end for start, end in clauses)
            ),
            None,
        )
        if denial is None:
            turned.append(cue)
        else:
            spent.add(denial)
            turned.append(replace(cue, pole="-" if cue.pole == "+" else "+"))
    return tuple(cue for cue in negative if cue not in spent), tuple(turned)


def contradictions(sentence: Side, source: Side) -> tuple[str | None, str | None, bool]:
    """Return in what the two contradict each other, each a phrase or None: what one denies, and which way it goes.

    The third is whether the opposite directions are said of the same number, and nothing is denied: `7 % more`.
    """
    nearness = _nearness(sentence, source)
    limit = COVERED_SAME if sentence.language[:2] == source.language[:2] else COVERED_CROSS
    direction, firm = _direction(sentence, source, nearness) or (None, False)
    return _negation(sentence, source, nearness, limit), direction, firm


def plainly_denied(sentence: Side, source: Side) -> bool:
    """Whether the sentence denies a word that the source says as it is, and the source denies nothing."""
    said = [cue for cue in sentence.negative if cue.name == "not"]
    nearness = _nearness(sentence, source)
    if not said or not nearness.size or any(cue.name == "not" for cue in source.negative):
        return False
    denied = [word for cue in said for word in heads(sentence, cue)]
    same = sentence.language[:2] == source.language[:2]
    return bool(denied) and float(nearness[denied].max()) > (DENIED_SAME if same else DENIED_CROSS)


def _nearness(sentence: Side, source: Side) -> np.ndarray:
    if not sentence.reading.words or not source.reading.words:
        return np.zeros((len(sentence.reading.words), len(source.reading.words)), np.float32)
    return sentence.reading.vectors @ source.reading.vectors.T


def _negation(sentence: Side, source: Side, nearness: np.ndarray, limit: float) -> str | None:
    said = [cue for cue in sentence.negative if cue.name == "not" and not _cancelled(sentence, cue)]
    given = [cue for cue in source.negative if cue.name == "not"]
    weak = [cue for cue in sentence.negative if cue.name == "weak" and not _is_denied(sentence, cue, source, nearness)]
    denies = bool(said) or (bool(weak) and not _cancels(sentence))
    said = [cue for cue in said if not _turned(source, sentence, cue)]
    denies = denies and bool(said or weak)
    if said and not source.negative:
        return _DENIES
    if said and nearness.size:
        ours = [w for cue in said for w in heads(sentence, cue)]
        firm = [
            word
            for cue in source.negative
            if cue.name != "still"
            for word in (*heads(source, cue), *_words_of(source, cue))
        ]
        theirs = [*firm, *(w for cue in source.negative if cue.name == "still" for w in heads(source, cue))]
        if ours and theirs:
            nearest = float(nearness[np.ix_(ours, theirs)].max())
            if nearest < limit - 0.15 and (not firm or float(nearness[:, firm].max()) < limit - 0.02):
                return _DENIES
    here, there = _cancels(sentence), _cancels(source)
    both_weak = all(any(cue.name == "weak" for cue in text.negative) for text in (sentence, source))
    if here != there and both_weak and all(_cancelled(source, cue) for cue in (*said, *given)):
        return _DENIES if there else _DENIED
    if given and not denies:
        for cue in given:
            headed = heads(source, cue)
            denied = headed and nearness.size and _claimed(nearness, headed, limit)
            if _turned(sentence, source, cue):
                continue
            if _same_direction(sentence, source, cue):
                return _DENIED
            if denied and _taken_up(source, cue, nearness) >= limit - 0.06:
                return _DENIED
    return None


def _is_denied(sentence: Side, weak: Cue, source: Side, nearness: np.ndarray) -> bool:
    """Whether the source negates within the word what a weak cue of the sentence says: `stopped`, `durmadı`."""
    words = _overlapping(sentence, weak)
    inside = [i for cue in source.negative if cue.pole == INSIDE for i in heads(source, cue)]
    return bool(words and inside) and _claimed(nearness[words], inside, COVERED_CROSS)


def _claimed(nearness: np.ndarray, heads: list[int], limit: float) -> bool:
    """Whether a word of the sentence stands for one of the negated words, rather than for another of the source."""
    chosen = nearness[:, heads].max(axis=1)
    return bool(((chosen >= limit) & (chosen >= nearness.max(axis=1) - NEAREST)).any())


def _turned(affirming: Side, denying: Side, denial: Cue) -> bool:
    """Whether what one text denies is the opposite of what the other says: `is not open`, `is closed`."""
    for cue in denying.directed:
        gap = denial.start - cue.end if cue.start < denial.start else cue.start - denial.end
        if cue.name in _EXCLUSIVE and gap <= 3 * NEAR and _clause(denying, cue.start) == _clause(denying, denial.start):
            poles = {own.pole for own in affirming.directed if own.name == cue.name}
            if poles and cue.pole not in poles:
                return True
    return False


def _words_of(text: Side, cue: Cue) -> list[int]:
    """The words that make a cue such as `refused`, which deny by what they mean."""
    return _overlapping(text, cue) if cue.name != "not" else []


def _overlapping(text: Side, cue: Cue) -> list[int]:
    return [i for i, word in enumerate(text.reading.words) if word.start < cue.end and cue.start < word.end]


def _cancelled(text: Side, cue: Cue) -> bool:
    """Whether a word such as `exempt` follows close by: `not exempt` affirms."""
    return any(
        other.name == "weak"
        and 0 <= other.start - cue.end <= 12
        and _clause(text, other.start) == _clause(text, cue.start)
        for other in text.negative
    )


def _cancels(text: Side) -> bool:
    return any(cue.name == "not" and _cancelled(text, cue) for cue in text.negative)


def _same_direction(sentence: Side, source: Side, denial: Cue) -> bool:
    """Whether what the source negates is a direction that the sentence takes: `will not rise`, `will rise`."""
    clause = _clause(source, denial.start)
    for cue in source.directed:
        gap = denial.start - cue.end if cue.start < denial.start else cue.start - denial.end
        if cue.name in _EVENTS and gap <= NEAR and _clause(source, cue.start) == clause:
            return any(own.name == cue.name and own.pole == cue.pole for own in sentence.directed)
    return False


def _taken_up(source: Side, cue: Cue, nearness: np.ndarray) -> float:
    """How near the words of a cue's clause are to the sentence, on average: is it about that clause at all?"""
    start, end = _clause(source, cue.start)
    inside = [
        index
        for index, word in enumerate(source.reading.words)
        if start <= word.start < end and word.weight >= 11 and not (word.start < cue.end and cue.start < word.end)
    ]
    return float(nearness[:, inside].max(axis=0).mean()) if inside else 1.0


def heads(text: Side, cue: Cue) -> list[int]:
    """The words a cue most likely negates: the next content word of its clause, or the one before."""
    if cue.pole == INSIDE:
        return _overlapping(text, cue)
    start, end = _clause(text, cue.start)
    words = text.reading.words
    inside = [
        index
        for index, word in enumerate(words)
        if start <= word.start < end and word.weight >= 11 and not (word.start < cue.end and cue.start < word.end)
    ]
    packed = text.language.split("-")[0] in _PACKED
    after = [index for index in inside if words[index].start >= cue.end and (not packed or words[index].weight >= 12)]
    light = bool(after) and words[after[0]].weight < 13
    after = after[: 2 if packed or light else 1]
    before = [index for index in inside if words[index].end <= cue.start][-1:]
    language = text.language.split("-")[0]
    if language in _BOTH:
        return before + after
    if language in _POSTPOSED:
        return before or after
    return after or before


def _clause(text: Side, place: int) -> tuple[int, int]:
    for start, end in text.clauses:
        if start <= place < end:
            return start, end
    return 0, len(text.folded)


def _direction(sentence: Side, source: Side, nearness: np.ndarray) -> tuple[str, bool] | None:
    for name in {cue.name for cue in sentence.directed}:
        said = {cue.pole for cue in sentence.directed if cue.name == name}
        if len(said) != 1:
            continue
        given = _given(name, sentence, source, nearness)
        if given and not given & said and not (name in _EXCLUSIVE and _one_denies(name, sentence, source)):
            mine = next(cue for cue in sentence.directed if cue.name == name)
            theirs = next(cue for cue in source.directed if cue.name == name and cue.pole in given)
            ours, other = sentence.folded[mine.start : mine.end], source.folded[theirs.start : theirs.end]
            firm = bool(_numbers_beside(sentence, mine) & _numbers_beside(source, theirs))
            return f"{ours!r} contradicts {other!r} in the source", firm and not sentence.negative
    return None


def _numbers_beside(text: Side, cue: Cue) -> set[str]:
    """The figures within a few words of a cue, as digits."""
    words = text.reading.words
    before = [word for word in words if word.end <= cue.start][-BESIDE:]
    after = [word for word in words if word.start >= cue.end][:BESIDE]
    return {digits for word in (*before, *after) if (digits := "".join(filter(str.isdecimal, word.text)))}


def _one_denies(name: str, sentence: Side, source: Side) -> bool:
    """Whether one of the two denies its side of a pair: `is not open` agrees with `is closed`."""
    denied = []
    for text in (sentence, source):
        cues = [cue for cue in text.directed if cue.name == name]
        denials = [cue for cue in text.negative if cue.name == "not"]
        denied.append(
            any(
                _clause(text, cue.start) == _clause(text, denial.start)
                and min(abs(cue.start - denial.end), abs(denial.start - cue.end)) <= 3 * NEAR
                for cue in cues
                for denial in denials
            )
        )
    return denied[0] != denied[1]


def _answers(cue: Cue, name: str, sentence: Side, source: Side, nearness: np.ndarray) -> bool:
    """Whether a direction of the source is said of what the sentence says its own of."""
    if name not in _MEASURED:
        return True
    there = _around(source, cue)
    for own in sentence.directed:
        here = _around(sentence, own) if own.name == name else []
        if here and there:
            block = nearness[here]
            if bool((block[:, there].max(axis=1) >= block.max(axis=1) - NEAREST).any()):
                return True
    return False


def _around(text: Side, cue: Cue) -> list[int]:
    """The words beside a cue, which are what it measures: the two before it and the three after it."""
    words = text.reading.words
    before = [i for i, word in enumerate(words) if word.end <= cue.start][-2:]
    after = [i for i, word in enumerate(words) if word.start >= cue.end][:3]
    return before + after


def _given(name: str, sentence: Side, source: Side, nearness: np.ndarray) -> set[str]:
    """The poles in the clauses that the sentence is about."""
    cues = [cue for cue in source.directed if cue.name == name]
    if not nearness.size:
        return {cue.pole for cue in cues}
    cues = [cue for cue in cues if _answers(cue, name, sentence, source, nearness)]
    poles = {cue.pole for cue in cues}
    if len(poles) < 2:
        return poles
    shares = []
    directed = [(cue.start, cue.end) for cue in sentence.directed]
    content = [
        index
        for index, word in enumerate(sentence.reading.words)
        if word.weight >= 11 and not any(a < word.end and word.start < b for a, b in directed)
    ]
    for cue in cues:
        start, end = _clause(source, cue.start)
        mine = [i for i, word in enumerate(source.reading.words) if start <= word.start < end]
        shares.append(float(nearness[np.ix_(content, mine)].max(axis=1).mean()) if mine and content else 0.0)
    best = max(shares)
    return {cue.pole for cue, share in zip(cues, shares, strict=True) if share > best - 0.02}
