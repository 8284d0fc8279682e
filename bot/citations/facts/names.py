"""Names in a text: places and bodies known in many languages, and words written as names, comparable across scripts."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii

from bot.citations.facts.lexicon import cldr, fold, fold_in_place, table

_TOKEN: Final = regex.compile(r"[\p{L}\p{M}](?:[\p{L}\p{M}]|[.-](?=\p{L}))*")
_CASED: Final = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}]")
_PACKED: Final = regex.compile(r"[\p{Han}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2,}")
_KATAKANA: Final = regex.compile(r"[\p{Katakana}ー・]{2,}")
_KATAKANA_WORD: Final = regex.compile(r"[\p{Katakana}ー]{2,}")
_ARABIC_PREFIX: Final = regex.compile(r"^(?:[وفبلك]{0,2}ال|[وفبلك])(?=\p{L}{3})")
_INFLECTED: Final = regex.compile(r"[\p{Cyrillic}\p{Greek}\p{Devanagari}\p{Armenian}]")
_UNCASED: Final = regex.compile(r"[\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}\p{Thai}\p{Hangul}\p{Tamil}\p{Telugu}]")
_LATIN: Final = regex.compile(r"\p{Latin}")
_LARGE: Final = 700
_ALPHABET: Final = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}]{4}")
_LONGEST: Final = 12
_ACRONYM: Final = regex.compile(r"\p{Lu}[\p{Lu}\d]{1,6}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text."""

    text: str
    """As written."""
    start: int
    """First character, from 0."""
    end: int
    """One past the last."""
    key: str | None
    """What it names when that is known (`FR`, `2643743`, `org:3`), else None."""


def find_names(text: str, *, adjectives: bool = False) -> list[Name]:
    """Find the names in a text: those known first, then words written as names (capitals, katakana).

    Args:
        text: any text.
        adjectives: whether `française` and `norskan`, written small, count as naming their country.
    """
    folded = fold_in_place(text)
    found = [*_known_words(text, folded, adjectives), *_known_packed(text, folded)]
    found.sort(key=lambda name: (name.start, -name.end))
    kept: list[Name] = []
    for name in found:
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    taken = [(name.start, name.end) for name in kept]
    kept += [
        Name(match[0], match.start(), match.end(), None)
        for match in _TOKEN.finditer(text)
        if len(match[0]) > 1 and _CASED.match(match[0]) and match[0][0].isupper() and not _overlaps(match, taken)
    ]
    for match in _KATAKANA.finditer(text):
        if len(match[0]) > 2 and not _overlaps(match, taken):
            kept.append(Name(match[0], match.start(), match.end(), None))
    return sorted(kept, key=lambda name: name.start)


def _overlaps(match: regex.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start < match.end() and match.start() < end for start, end in spans)


def mentions(key: str, folded: str, *, adjectives: bool = False) -> bool:
    """Whether a folded text holds any name of a known place or body, inflected or as an adjective.

    Args:
        key: what it names.
        folded: a text after `fold`.
        adjectives: whether adjectives written small count in every language.
    """
    pattern = _pattern(key)
    if pattern is not None and any(_may_name(folded, match.start()) for match in pattern.finditer(folded)):
        return True
    return (
        adjectives and key in table("demonyms") and any(_demonym(match[0]) == key for match in _TOKEN.finditer(folded))
    )


def same_script_match(name: str, folded: str, tokens: frozenset[str]) -> bool:
    """Whether a word written as a name is in a folded text: the same, inflected, compounded or nearly the same."""
    plain = _plain(name)
    if len(plain) <= 3:
        return plain in tokens
    if plain in folded or plain in tokens:
        return True
    stem = plain[: max(4, len(plain) - 3)]
    for token in tokens:
        if (
            token.startswith(stem)
            or (len(token) > 4 and plain.startswith(token))
            or (len(plain) > 5 and plain in token)
        ):
            return True
        close = abs(len(token) - len(plain)) < 3 and token[:1] == plain[:1] and len(plain) > 5
        if close and SequenceMatcher(None, plain, token, autojunk=False).ratio() >= 0.84:
            return True
    return False


def has_sound(name: str) -> bool:
    """Whether a name has consonants enough to be told by its sound; `Yael` has not."""
    return len(_skeleton(name)) > 1


def sounds_like(name: str, text: str) -> float:
    """How far a name's sound occurs in a text of another script, 0 to 1, by its consonants after romanising."""
    skeleton = _skeleton(name)
    if len(skeleton) < 2:
        return 0.0
    size = len(skeleton)
    if _ALPHABET.search(text):
        words = {_skeleton(word) for word in _TOKEN.findall(text[:6000])}
        tries = [SequenceMatcher(None, skeleton, word[: size + 1], autojunk=False).ratio() for word in words if word]
        return max(tries, default=0.0)
    source = _skeleton(text[:1500])
    if skeleton in source and len(skeleton) > 2:
        return 1.0
    best = 0.0
    for start in range(max(1, len(source) - size + 1)):
        ratio = SequenceMatcher(None, skeleton, source[start : start + size], autojunk=False).ratio()
        best = max(best, ratio)
    return best


def same_name(name: str, other: str) -> bool:
    """Whether two spellings in one script may be one name: `Mallorca`, `Maiorca`."""
    one, two = _skeleton(name), _skeleton(other)
    if min(len(one), len(two)) < 2 or SequenceMatcher(None, one, two, autojunk=False).ratio() < 0.8:
        return False
    one, two = _plain(name), _plain(other)
    return one[:1] == two[:1] and SequenceMatcher(None, one, two, autojunk=False).ratio() >= 0.7


def plain_tokens(text: str) -> frozenset[str]:
    """The words of a text without case and accents."""
    return frozenset(_plain(match[0]) for match in _TOKEN.finditer(text))


def _plain(text: str) -> str:
    folded = fold(text)
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


_SOUNDS: Final = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("x", "s"), ("z", "s"), ("j", "k"), ("g", "k"), ("v", "f"),
    ("b", "p"), ("d", "t"), ("r", "l"), ("w", ""), ("h", ""), ("y", ""),
)  # fmt: skip
"""Consonants that languages exchange when they take over a name."""


def _skeleton(text: str) -> str:
    roman = regex.sub(r"[^a-z ]", "", anyascii(text).lower())
    for old, new in _SOUNDS:
        roman = roman.replace(old, new)
    return str(regex.sub(r"(.)\1+", r"\1", regex.sub(r"[aeiou ]", "", roman)))


@lru_cache(maxsize=1)
def _catalogue() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Spelling to key, and key to spellings; the first to claim a spelling keeps it."""
    everyday = frozenset(table("places")["words"])
    keys: dict[str, str] = {}
    for number, group in enumerate(table("orgs")):
        _claim(keys, map(fold, group), f"org:{number}")
    for code, extra in table("places")["more"].items():
        _claim(keys, map(fold, extra), code)
    for words in cldr()["territories"].values():
        free = {word: code for word, code in words.items() if word not in keys and word not in everyday}
        keys |= {word: code for word, code in free.items() if code not in _NOT_PLACES}
    for rank, (city, names) in enumerate(table("cities").items()):
        # Where no capital tells a name from a word, only the largest cities are worth the confusion.
        plain = names if rank < _LARGE else [name for name in names if name.isascii() or not _UNCASED.match(name)]
        land = next((keys[name] for name in names if keys.get(name) in _CITY_STATES), city)
        _claim(keys, [name for name in plain if name not in everyday], land)
    spellings = defaultdict(list)
    for spelling, key in keys.items():
        spellings[key].append(spelling)
    return keys, spellings


def _claim(keys: dict[str, str], words: Iterable[str], key: str) -> None:
    for word in words:
        keys.setdefault(word, key)


_CITY_STATES: Final = frozenset({"HK", "MO", "SG", "MC", "GI", "LU", "DJ", "KW", "SM", "VA"})
_NOT_PLACES: Final = frozenset({"EU", "UN", "019", "EZ"})


def _known_words(text: str, folded: str, adjectives: bool) -> Iterator[Name]:
    keys, _ = _catalogue()
    tokens = list(_TOKEN.finditer(folded))
    for index, token in enumerate(tokens):
        original = text[token.start() : token.end()]
        cased = bool(_CASED.match(original))
        if adjectives and (demonym := _demonym(token[0])) and (original[0].isupper() or not _means_more(token[0])):
            yield Name(original, token.start(), token.end(), demonym)
            continue
        if cased and not original[0].isupper():
            continue
        for width in range(min(5, len(tokens) - index), 0, -1):
            end = tokens[index + width - 1].end()
            phrase = folded[token.start() : end].replace("’", "'").strip(".")
            if len(phrase) < 2 or (
                cased and len(phrase) < 4 and not _ACRONYM.fullmatch(text[token.start() : end].replace(".", ""))
            ):
                continue
            key = (
                keys.get(phrase)
                or keys.get(_ARABIC_PREFIX.sub("", phrase))
                or keys.get("ال" + _ARABIC_PREFIX.sub("", phrase))
            )
            if width == 1:
                key = key or _by_stem(phrase) or _hangul(phrase) or (_adjective(phrase) if cased else None)
            if key:
                yield Name(text[token.start() : end], token.start(), end, key)
                break


@lru_cache(maxsize=8192)
def _demonym(word: str) -> str | None:
    """The country of an adjective or a people, which most languages write small: `française`, `польська`, `norskan`."""
    stems = _demonyms()
    for size in range(min(len(word), 14), 3, -1):
        if word[:size] in stems and len(word) - size <= 6 and _is_form(word, size):
            return stems[word[:size]]
    return None


def _is_form(word: str, size: int) -> bool:
    """Whether a word is a form of what its first letters name: `polishing` and `polonium` are not.

    English forms hardly change. The other languages of the Latin alphabet have endings in hundreds, but known ones.
    """
    forms = table("demonym_forms")
    if word in forms["never"]:
        return False
    if word[:size] in forms["english"]:
        return word[size:] in forms["english_endings"]
    return not _LATIN.match(word) or _endings().fullmatch(word, size) is not None


def _means_more(word: str) -> bool:
    """Whether a word that is an adjective of a country with a capital is another word without: `polish`, `germane`."""
    forms = table("demonym_forms")
    return word in forms["small"] or any(word.startswith(stem) for stem in forms["english"])


def _may_name(folded: str, start: int) -> bool:
    """Whether the word at a place, which starts like a known name, is not surely another: `polished`."""
    token = _TOKEN.match(folded, start)
    if token is None:
        return True
    forms = table("demonym_forms")
    stem = next((stem for stem in forms["english"] if token[0].startswith(stem)), None)
    return token[0] not in forms["never"] and (stem is None or token[0][len(stem) :] in forms["english_endings"])


@lru_cache(maxsize=1)
def _endings() -> regex.Pattern[str]:
    return regex.compile("|".join(table("demonym_forms")["endings"]))


@lru_cache(maxsize=1)
def _demonyms() -> dict[str, str]:
    return {stem: key for key, stems in table("demonyms").items() for stem in stems}


def _adjective(word: str) -> str | None:
    """The country behind a capitalised adjective: `Kenyan`, `Marocaine`."""
    if len(word) < 5:
        return None
    roots = _roots()
    for size in range(len(word), 3, -1):
        key = roots.get(word[:size])
        if key and len(word) - size <= (3 if size < 5 else 4 if size < 6 else 5):
            return key
    return None


@lru_cache(maxsize=1)
def _roots() -> dict[str, str]:
    roots: dict[str, str] = {}
    for code, extra in table("places")["more"].items():
        roots.update({fold(word): code for word in extra if word.isalpha() and len(word) > 4 and _CASED.match(word)})
    for words in cldr()["territories"].values():
        for word, key in words.items():
            if key in _NOT_PLACES:
                continue
            if word.isalpha() and 4 <= len(word) <= 14 and _CASED.match(word):
                roots.setdefault(word, key)
    for words in cldr()["territories"].values():
        for word, key in words.items():
            if key not in _NOT_PLACES and word.isalpha() and 6 <= len(word) <= 14 and _CASED.match(word):
                roots.setdefault(word[:-1], key)
    return roots


def _by_stem(word: str) -> str | None:
    """A known name under an inflected word, in scripts whose languages decline names."""
    if "\u0600" <= word[0] <= "\u06ff":
        return _arabic(word)
    if not _INFLECTED.match(word) or len(word) < 5:
        return None
    stems = _stems()
    for cut in (0, 1, 2):
        if len(word) - cut >= 4 and word[: len(word) - cut] in stems:
            return stems[word[: len(word) - cut]]
    return None


def _arabic(word: str) -> str | None:
    """The country behind an Arabic adjective or people: `السعوديون`."""
    bare = _ARABIC_PREFIX.sub("", word)
    roots = _arabic_roots()
    for size in range(len(bare), 3, -1):
        if bare[:size] in roots and len(bare) - size <= 4:
            return roots[bare[:size]]
    return None


@lru_cache(maxsize=1)
def _arabic_roots() -> dict[str, str]:
    roots: dict[str, str] = {}
    for spelling, key in _catalogue()[0].items():
        if "\u0600" <= spelling[0] <= "\u06ff" and " " not in spelling and key.isalpha():
            root = spelling.removeprefix("ال").rstrip("ةاىء")
            if len(root) >= 4:
                roots.setdefault(root, key)
                roots.setdefault(root.removesuffix("ي"), key) if len(root) > 4 else None
    return roots


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    stems: dict[str, str] = {}
    for spelling, key in _catalogue()[0].items():
        if _INFLECTED.match(spelling) and " " not in spelling and len(spelling) >= 4:
            stems.setdefault(spelling, key)
            if len(spelling) >= 5:
                stems.setdefault(spelling[:-1], key)
    return stems


def _hangul(word: str) -> str | None:
    if not "\uac00" <= word[0] <= "\ud7a3":
        return None
    keys, _ = _catalogue()
    for size in range(min(len(word), _LONGEST), 1, -1):
        if word[:size] in keys and len(word) - size <= 3:
            return keys[word[:size]]
    return None


def _known_packed(text: str, folded: str) -> Iterator[Name]:
    keys, _ = _catalogue()
    for run in _KATAKANA_WORD.finditer(folded):
        # `イカ` is no city inside `バイカル`: a word in katakana is a name as a whole.
        if run[0] in keys:
            yield Name(text[run.start() : run.end()], run.start(), run.end(), keys[run[0]])
    for run in _PACKED.finditer(folded):
        at = run.start()
        while at < run.end():
            for size in range(min(_LONGEST, run.end() - at), 1, -1):
                if folded[at : at + size] in keys:
                    yield Name(text[at : at + size], at, at + size, keys[folded[at : at + size]])
                    at += size
                    break
            else:
                at += 1


@lru_cache(maxsize=512)
def _pattern(key: str) -> regex.Pattern[str] | None:
    parts = []
    for spelling in (*_catalogue()[1].get(key, ()), *table("places")["short"].get(key, ())):
        if regex.match(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]", spelling):
            parts.append(regex.escape(spelling))
        else:
            latin = bool(regex.match(r"\p{Latin}", spelling))
            letter = r"\p{Latin}" if latin else r"\p{L}"
            stem = regex.escape(spelling[: max(4, len(spelling) - 2)] if len(spelling) >= 5 else spelling)
            ending = "" if len(spelling) > 3 else rf"(?!{letter})" if latin else r"\p{L}{0,3}(?!\p{L})"
            clitic = "" if latin else "(?:[وفبلك]{0,2}(?:ال)?)?"
            parts.append(rf"(?<!{letter}){clitic}{stem}{ending}")
    return regex.compile("|".join(dict.fromkeys(parts))) if parts else None
