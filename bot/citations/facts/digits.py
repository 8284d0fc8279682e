"""Reads numerals: digits of any script with their separators, and Chinese, Japanese and Korean numerals."""

from __future__ import annotations

import unicodedata
from typing import Final

import regex

DIGITS: Final = r"\d{1,40}(?:[.,'٫٬·]\d{1,40}){0,8}"
"""A run of digits with inner separators; spaces as separators are handled by `NUMBER`."""

NUMBER: Final = rf"(?:\d{{1,3}}(?: \d{{3}}){{1,5}}(?:[.,]\d{{1,6}})?(?![\d.,]*\d)|{DIGITS})"
"""The same with groups of three apart by spaces."""

_COMMA_DECIMAL: Final = frozenset(
    [
        "fr",
        "de",
        "es",
        "pt",
        "it",
        "nl",
        "ru",
        "uk",
        "pl",
        "cs",
        "sk",
        "sl",
        "hr",
        "sr",
        "bg",
        "ro",
        "hu",
        "el",
        "tr",
        "vi",
        "id",
        "sv",
        "da",
        "nb",
        "no",
        "fi",
        "et",
        "lv",
        "lt",
        "ca",
        "eu",
        "gl",
        "is",
        "af",
        "ka",
        "hy",
        "az",
        "kk",
    ]
)
_CJK_DIGITS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "参": 3,
}  # fmt: skip
_CJK_SMALL: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "십": 10, "백": 100, "천": 1000}
_CJK_LARGE: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12, "만": 10**4, "억": 10**8, "조": 10**12, "億": 10**8}

CJK: Final = "".join([*_CJK_DIGITS, *"十百千拾佰仟万亿億兆"])
"""Characters that write numbers in Chinese and Japanese, after folding."""

ODD: Final = "[多余来여]"
"""What makes a round numeral the least of a span: `三百多万` is 3 million and some more, but not 4 million."""

_PIECE: Final = regex.compile(rf"(?P<digits>{DIGITS})|(?P<letter>[{CJK}십백천만억조])|\s")


def tidy(value: float) -> float:
    """Round away what floating point adds, so that equal amounts compare equal."""
    return float(f"{value:.10g}")


def read_digits(text: str, language: str) -> tuple[float, ...]:
    """Read a run of digits with separators.

    Returns:
        What it may mean, the reading usual in the language first: `1.234` is 1.234 or 1234. Empty for `1.2.3`, which
        is no amount.
    """
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    if any(not c.isdecimal() and c not in ".,'٫٬· " for c in text):
        return ()
    text = text.replace("٬", "'").replace("٫", ".").replace("·", ".")
    separators = [c for c in text if not c.isdecimal()]
    if not separators:
        return (float(text),) if len(text) < 40 else ()
    if len(set(separators)) == 1:
        return _one_separator(text, separators, language)
    last = separators[-1]
    if separators.count(last) > 1 or last in " '":
        return (_grouped(text),) if last in " '" else ()
    head, _, tail = text.rpartition(last)
    groups = regex.split(r"[.,' ]", head)
    return (tidy(float("".join(groups) + "." + tail)),) if _are_groups(groups) else ()


def _one_separator(text: str, separators: list[str], language: str) -> tuple[float, ...]:
    mark = separators[0]
    groups = text.split(mark)
    grouped = _are_groups(groups)
    if mark in " '":
        return (_grouped(text),) if grouped else ()
    if len(separators) > 1:
        return (_grouped(text),) if grouped else ()
    decimal = tidy(float(text.replace(mark, ".")))
    if not grouped or len(groups[0]) > 3 or groups[0].startswith("0"):
        return (decimal,)
    decimal_first = (mark == ",") == (language.split("-", maxsplit=1)[0] in _COMMA_DECIMAL)
    return (decimal, _grouped(text)) if decimal_first else (_grouped(text), decimal)


def _are_groups(groups: list[str]) -> bool:
    if len(groups) == 1:
        return True
    western = all(len(group) == 3 for group in groups[1:])
    indian = len(groups) > 2 and all(len(group) == 2 for group in groups[1:-1]) and len(groups[-1]) == 3
    return len(groups[0]) <= 3 and (western or indian)


def _grouped(text: str) -> float:
    return float(regex.sub(r"\D", "", text))


def read_cjk(text: str) -> float | None:
    """Read a numeral in Chinese characters, hangul units or a mixture with digits: `三百億`, `6.6亿`, `3억 5천만`.

    Returns:
        The amount, or None when the characters form no number.
    """
    total = section = 0.0
    pending: float | None = None
    run = ""
    for match in _PIECE.finditer(text):
        if match["digits"]:
            read = read_digits(match["digits"], "en")
            if not read or run:
                return None
            pending = read[0]
        elif match["letter"]:
            letter = match["letter"]
            if letter in _CJK_DIGITS:
                run += str(_CJK_DIGITS[letter])
                pending = float(run)
                continue
            if letter in _CJK_SMALL:
                section += (1 if pending is None else pending) * _CJK_SMALL[letter]
            else:
                section += pending or 0
                scale = _CJK_LARGE[letter]
                if total and total < scale:
                    total = (total + section) * scale
                else:
                    total += (section or 1) * scale
                section = 0.0
            pending = None
        run = ""
    return tidy(total + section + (pending or 0))
