"""Numbers in text of any of the golden set's languages, as plain values that can be compared."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation

import regex

_WORDS: dict[int, str] = {
    10**2: "hundred 百",
    10**3: "thousand mille mil tausend 千 천 nghìn ngàn พัน ribu тысяч тысячи ألف",
    10**4: "万 萬 만 หมื่น",
    10**5: "แสน",
    10**6: "million millions millones millón milhões milhão millionen triệu ล้าน juta миллион миллиона миллионов млн "
    "مليون 百万",
    10**7: "千万",
    10**8: "亿 億 억",
    10**9: "billion billions milliard milliards milliarde milliarden bilhões bilhão tỷ tỉ พันล้าน miliar bilion "
    "миллиард миллиарда миллиардов млрд مليار 十亿 bn",
    10**10: "百亿",
    10**11: "千亿",
    10**12: "trillion trillions billones 万亿 兆 조 триллион триллионов تريليون",
}
_SCALES = {word: scale for scale, words in _WORDS.items() for word in words.split()}
_SCALE = "|".join(sorted(map(regex.escape, _SCALES), key=len, reverse=True))
_DIGITS = regex.compile(
    rf"(?<![\p{{L}}\d.,])(?P<digits>\d{{1,3}}(?:[.,\u00a0\u202f' ]\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?!\d)"
    rf"(?:[\s-]?(?P<scale>{_SCALE})(?![\p{{Latin}}\p{{Cyrillic}}]))?"
    r"|(?P<loose>\d+(?:[.,]\d+)*)",
    flags=regex.IGNORECASE,
)
_HAN = regex.compile(r"[零〇一二两兩三四五六七八九十百千万萬亿億]{1,12}(?:点[零一二三四五六七八九]+)?")
_HAN_DIGIT = {char: i for i, chars in enumerate(["零〇", "一", "二两兩", *"三四五六七八九"]) for char in chars}
_HAN_UNIT = {"十": 10, "百": 100, "千": 1000}
_HAN_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_TENTHS = regex.compile(r"(?P<n>[一二两三四五六七八九])成")
_OF_HUNDRED = regex.compile(r"百分之(?P<n>[零〇一二两三四五六七八九十百]+|\d+(?:\.\d+)?)")


def plain(text: str) -> str:
    """Width and digits of any script made ASCII, nothing else changed."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() and not c.isascii() else c for c in text)


def digit_values(text: str) -> list[frozenset[str]]:
    """The numbers written with digits, in order; each as every value it may stand for.

    `1,200` may be twelve hundred or one and a fifth; `60 billion` stands for 60000000000, and for 60 as it is written.
    """
    found = []
    for match in _DIGITS.finditer(plain(text)):
        digits = match["digits"] or match["loose"]
        readings = _readings(digits)
        scale = _SCALES.get((match["scale"] or "").casefold())
        if scale is not None:
            readings |= {value * scale for value in readings}
        found.append(frozenset(canonical(value) for value in readings))
    return found


def values(text: str) -> frozenset[str]:
    """Every value that a number in the text may stand for, Chinese numerals included."""
    text = plain(text)
    found = {value for readings in digit_values(text) for value in readings}
    for match in _HAN.finditer(text):
        value = _han(match.group())
        if value is not None:
            found.add(canonical(value))
    for match in _TENTHS.finditer(text):
        found.add(canonical(Decimal(_HAN_DIGIT[match["n"]] * 10)))
    for match in _OF_HUNDRED.finditer(text):
        value = Decimal(match["n"]) if match["n"][0].isascii() else _han(match["n"])
        if value is not None:
            found.add(canonical(value))
    return frozenset(found)


def canonical(value: Decimal) -> str:
    """A value as plain digits: no exponent, no trailing zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_GROUPED = regex.compile(r"\d{1,3}(?:[.,]\d{3})+")


def _readings(digits: str) -> set[Decimal]:
    bare = regex.sub(r"[\u00a0\u202f' ]", "", digits)
    candidates = {bare.replace(",", "."), bare.replace(".", "").replace(",", "."), bare.replace(",", "")}
    if _GROUPED.fullmatch(bare):
        candidates.add(regex.sub("[.,]", "", bare))
    else:
        candidates = {bare.replace(",", ".")} if bare.count(".") + bare.count(",") <= 1 else candidates
    readings = set()
    for candidate in candidates:
        try:
            readings.add(Decimal(candidate))
        except InvalidOperation:
            continue
    return readings


def _han(text: str) -> Decimal | None:
    whole, _, decimals = text.partition("点")
    if all(char in _HAN_BIG for char in whole):
        return None
    if all(char in _HAN_DIGIT for char in whole):
        number = int("".join(str(_HAN_DIGIT[char]) for char in whole)) if whole else 0
    else:
        number = _han_whole(whole)
    if decimals:
        return Decimal(f"{number}." + "".join(str(_HAN_DIGIT[char]) for char in decimals))
    return Decimal(number)


def _han_whole(text: str) -> int:
    total = section = digit = 0
    for char in text:
        if char in _HAN_DIGIT:
            digit = _HAN_DIGIT[char]
        elif char in _HAN_UNIT:
            section += (digit or 1) * _HAN_UNIT[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _HAN_BIG[char]
            section = digit = 0
    return total + section + digit
