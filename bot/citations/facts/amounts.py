"""The amounts a text states: numbers in digits or words, with magnitude, unit and kind, comparable across languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from math import log10
from typing import Final

import regex

from bot.citations.facts import units
from bot.citations.facts.amount import GAP, Amount, Numbers, dress, magnitude
from bot.citations.facts.clock import read_clocks, read_weekdays
from bot.citations.facts.dates import Date, read_dates
from bot.citations.facts.digits import CJK, NUMBER, ODD, read_cjk, read_digits, tidy
from bot.citations.facts.halves import read_groups, read_halves
from bot.citations.facts.hedges import hedges, hedges_of, odds
from bot.citations.facts.lexicon import fold
from bot.citations.facts.periods import read_periods, read_quarters
from bot.citations.facts.rates import rate_of
from bot.citations.facts.worded import bare_magnitudes, fractions, single_spans, word_numbers

__all__ = ["Amount", "Numbers", "read_numbers"]

_DIGITS: Final = regex.compile(NUMBER)
_CODE: Final = regex.compile(
    r"(?<![\p{Latin}\d.])(?:[\p{Latin}]{1,30}[-/]?\d{1,6}[\p{Latin}\d]{0,10}(?:[-.]\d{1,6})?(?:[-./][\p{Latin}\d]{1,12}){0,4}"
    r"|\d{1,4}[\p{Latin}]\d?)(?![\p{Latin}\d])"
)
_CJK_NUMBER: Final = regex.compile(
    rf"(?:\d[\d.,]{{0,20}}(?:\s(?=[万亿億兆])|{ODD}(?=[万亿億兆]))?)?(?!百分[点比率]|千[瓦克米卡伏赫])[{CJK}](?:(?!百分[点比率]|千[瓦克米卡伏赫])[{CJK}]|\d[\d.,]{{0,20}}|(?<=[十百千]){ODD}(?=[万亿億兆])|(?<=\d)\s?(?=[만억조천])){{0,24}}"
    rf"|\d[\d.,]{{0,20}}{ODD}?\s?[십백천만억조]{{1,2}}(?:\s?\d[\d.,]{{0,20}}\s?[십백천만억조]{{0,2}}){{0,4}}"
)
_CLASSIFIER: Final = regex.compile(
    r"\s?(?:个|人|名|位|家|所|国|项|次|种|台|座|米|公里|岁|歳|天|日|月|年|周|届|期|号|只|条|本|篇|部|艘|架|辆|件|份|分|小时|時間|"
    r"时间|世纪|元|円|倍|成|%|条|章|款|点|场|局|票|枚|轮|层|代|级|批|支|套|张|头|匹|つ|か|ヶ|カ|社|者|冊|回|杯|軒|割|度|剂|针|瓶|盒|户|组|队|类|处|口|株|棵|颗|粒|幅|幢|栋|段|句|页|集|季|圈|步|站|线|路|环|折|强|员|任|遍|趟|顿|餐|艇|门|座|剤|粒|カ国|州|省|市|县|县|大)"
)
_OF: Final = regex.compile(rf"(?P<below>[\d{CJK}.]{{1,12}})\s?分(?:の|之)\s?(?P<above>[\d{CJK}.]{{1,12}})")
_OF_KOREAN: Final = regex.compile(r"(?P<below>\d{1,3})\s?분의\s?(?P<above>\d{1,3})")
_TENTHS: Final = regex.compile(rf"(?P<tens>[\d{CJK}])(?:成|割)(?P<half>[{CJK}])?(?!\p{{Han}}*[功立为员])")
_SLASH: Final = regex.compile(r"(?<![\d/.,])(?P<above>\d{1,2})/(?P<below>\d{1,2})(?![\d/])")
_BARE: Final = regex.compile(r"[\d.,\s]+")
_HALF: Final = regex.compile(r"半(?:个|個)?|반\s?")
_RANGE: Final = regex.compile(
    r"\s{0,2}(?:[-~〜～至到]|to|à|au|aux|bis|auf|a|al|ai|ao|aos|até|al|naar|tot|till|til|do|na|la|до|к|на|đến|lên|sang|ke|hingga|sampai|hadi|έως|σε|στα|ל|से|إلى|and|et|und|y|e|和|与|から|에서)\s{0,2}"
)
_IDIOM: Final = regex.compile(
    r"十分(?!钟|之)|万一|(?<![\d一二三四五六七八九几数两])千万(?!\p{Nd}|[人元円名吨]|富)|四面?[处方]|八面?方|八面|再三|三番五次|一一|成千上万|千方百计|五花八门|百般|百姓"
)
_ORDINAL: Final = regex.compile(r"(?:st|nd|rd|th|e|er|ère|ème|eme|ª|º|\.º|-й|-я|-го|-м|-е|-ом|-х)(?![\p{L}\d])")
_BEFORE: Final = regex.compile(r"(?:第|ที่|thứ|ke-|제)\s?$")


_EACH_ONE: Final = regex.compile(r"(?<!\d)[1一]\s?\w{1,2}(?=\s?(?:あたり|当たり|当り|につき|당(?!\p{L})))")
"""`Per day` is told with a one in Japanese and Korean."""
_OF_CHINA: Final = regex.compile("中国|大陆|人民")
"""What tells that `元` in traditional characters is the yuan of China."""
_LISTED: Final = frozenset(["ko", "ja", "zh"])
"""Languages that put a raised dot between the members of a list: `3·4학년`."""


@lru_cache(maxsize=4096)
def read_numbers(text: str, language: str) -> Numbers:
    """Read all numbers, dates and codes.

    Args:
        text: any text; it is folded here.
        language: BCP 47 tag that decides what `billion`, `1.234` and number words mean.
    """
    whole = folded = fold(text)
    if language.partition("-")[0] in _LISTED:
        folded = folded.replace("·", " ")
    folded = _blank(folded, (match.span() for match in _EACH_ONE.finditer(folded)))
    weekdays = read_weekdays(folded, language)
    folded = _blank(folded, ((day.start, day.end) for day in weekdays if day.sure))
    quarters = read_quarters(folded, language)
    folded = _blank(folded, ((date.start, date.end) for date in quarters))
    periods = read_periods(folded, language)
    folded = _blank(folded, ((period.start, period.end) for period in periods))
    dates = tuple(date for date in read_dates(folded, language) if not _is_measured(date, folded, language))
    folded = _blank(folded, ((date.start, date.end) for date in dates))
    clocks = read_clocks(folded, language)
    folded = _blank(folded, ((clock.start, clock.end) for clock in clocks))
    codes = _codes(folded, language)
    folded = _blank(folded, (match.span() for match in codes))
    amounts: list[Amount] = []
    for read in _READERS:
        found = read(folded, language)
        amounts.extend(found)
        folded = _blank(folded, ((amount.start, amount.end) for amount in found))
    amounts = list(_with_cents(sorted(amounts, key=lambda amount: amount.start), folded))
    return Numbers(
        tuple(_dressed(_ranges(amounts, folded, language), whole, language)),
        (*quarters, *dates),
        tuple(match[0] for match in codes),
        periods,
        clocks,
        weekdays,
        whole,
        language,
    )


def _with_cents(amounts: list[Amount], text: str) -> Iterator[Amount]:
    """`Nine pounds fifty`, `9 euros 50`: what follows a currency at once is its hundredths."""
    waiting: Amount | None = None
    for amount in amounts:
        if waiting is not None and _are_cents(waiting, amount, text):
            total = frozenset(value + max(amount.values) / 100 for value in waiting.values)
            waiting = replace(waiting, values=total, end=amount.end, text=f"{waiting.text} {amount.text}")
            continue
        if waiting is not None:
            yield waiting
        waiting = amount
    if waiting is not None:
        yield waiting


def _are_cents(money: Amount, amount: Amount, text: str) -> bool:
    whole = money.unit is not None and (money.unit.isupper() or money.unit in {"pound", "krone", "peso"})
    return (
        whole
        and all(value.is_integer() for value in money.values)
        and amount.unit is None
        and amount.kind == "amount"
        and 10 <= max(amount.values) < 100
        and not text[money.end : amount.start].strip("\x00 ")
        and amount.start - money.end <= 1
    )


def _dressed(amounts: Iterable[Amount], text: str, language: str) -> Iterator[Amount]:
    """Add what the text around a number says of it: that it is rounded, and what time it is for."""
    cues = hedges(text, language)
    for amount in amounts:
        after = text[amount.start + len(amount.text) :]
        how = amount.how | odds(amount.text, after[:1]) | hedges_of(amount.start, amount.end, text, cues)
        rate = rate_of(amount.start, amount.end, amount.unit, text, language)
        yield replace(amount, how=how, rate=rate, unit=_local(amount, text, language))


def _local(amount: Amount, text: str, language: str) -> str | None:
    """The unit, where `元` in traditional characters is a dollar too, of Taiwan or Hong Kong."""
    if amount.unit != "CNY" or not language.lower().startswith(("zh-hant", "zh-tw", "zh-hk")):
        return amount.unit
    return amount.unit if text[amount.start : amount.end][-1:] != "元" or _OF_CHINA.search(text) else "元"


def _is_measured(date: Date, text: str, language: str) -> bool:
    """Whether what looks like a year is an amount: `1642 metres`."""
    if date.year is None or date.months or date.days or date.end - date.start > 4:
        return False
    gap = GAP.match(text, date.end)
    read = units.units(language).at(text, gap.end() if gap else date.end)
    return read is not None and str(read[1]) not in {"year", "percent"}


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Take out what was read, keeping every offset."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], "\x00" * (end - start)]
            at = end
    return "".join([*pieces, text[at:]])


def _ranges(amounts: list[Amount], text: str, language: str) -> Iterator[Amount]:
    """`5-10 million` means 5 million to 10 million: the first number may take the second one's magnitude and unit."""
    for amount, following in zip(amounts, [*amounts[1:], None], strict=False):
        if following is None or not _RANGE.fullmatch(text, amount.end, following.start):
            yield amount
            continue
        written = _DIGITS.match(following.text)
        base = max(read_digits(written[0], language), default=0.0) if written else 0.0
        ratio = max(following.values) / base if base and _BARE.fullmatch(amount.text) else 1.0
        ratio = 10.0 ** round(log10(ratio)) if ratio > 1 else ratio
        values = amount.values | ({tidy(value * ratio) for value in amount.values} if ratio > 1 else set())
        unit = amount.unit or following.unit
        kind = following.kind if amount.kind == "amount" else amount.kind
        yield replace(amount, values=frozenset(values), unit=unit, kind=kind)


def _codes(text: str, language: str) -> list[regex.Match[str]]:
    """Names with digits; `5km` and `300tỷ` are amounts, not names."""
    codes = []
    for match in _CODE.finditer(text):
        if match[0][0].isdigit():
            lead = regex.match(r"\d+", match[0])
            rest = lead.end() if lead else 0
            after = match.start() + rest
            if (
                units.units(language).at(text, after)
                or units.magnitudes(language).at(text, after)
                or _ORDINAL.match(text, after)
            ):
                continue
        elif units.units().before(text, match.start() + len(match[0].rstrip("0123456789.-/"))):
            continue
        codes.append(match)
    return codes


def _shares(text: str, _language: str) -> list[Amount]:
    found: list[Amount] = []
    for match in _OF.finditer(text):
        below, above = read_cjk(match["below"]), read_cjk(match["above"])
        if below and above is not None:
            found.append(_share(above, below, match))
    for pattern in (_OF_KOREAN, _SLASH):
        matches = (match for match in pattern.finditer(text) if int(match["below"]))
        found += [_share(float(match["above"]), float(match["below"]), match) for match in matches]
    for match in _TENTHS.finditer(text):
        tens = read_cjk(match["tens"])
        half = read_cjk(match["half"]) if match["half"] else 0.0
        if tens and tens <= 10:
            found.append(
                Amount(
                    frozenset({tidy(tens * 10 + (half or 0))}),
                    "share",
                    "percent",
                    True,
                    match.start(),
                    match.end(),
                    match[0],
                )
            )
    return found


def _share(above: float, below: float, match: regex.Match[str]) -> Amount:
    if below == 100:
        return Amount(frozenset({above}), "share", "percent", True, match.start(), match.end(), match[0])
    return Amount(frozenset({tidy(above / below)}), "fraction", None, True, match.start(), match.end(), match[0])


def _halves(text: str, language: str) -> list[Amount]:
    """`半年` is half a year."""
    found = []
    for match in _HALF.finditer(text):
        read = units.units(language).at(text, match.end())
        if read and str(read[1]) in {"year", "century", "hour", "month", "day"}:
            found.append(Amount(frozenset({0.5}), "amount", str(read[1]), True, match.start(), read[0], match[0]))
    return found


def _cjk(text: str, language: str) -> list[Amount]:
    found = []
    for match in _CJK_NUMBER.finditer(_IDIOM.sub(lambda idiom: "\x00" * len(idiom[0]), text)):
        value = read_cjk(match[0])
        if value is None:
            continue
        end = match.start() + len(match[0].rstrip())
        classified = bool(_CLASSIFIER.match(text, end))
        ordinal = bool(_BEFORE.search(text, max(0, match.start() - 4), match.start()))
        digits = any(c.isdecimal() for c in match[0])
        many = len(match[0]) > 1 and match[0][0] not in "十百千万亿" and any(c in "百千万亿" for c in match[0])
        firm = digits or ((classified or ordinal or many or len(match[0]) > 2) and value >= 2)
        amount = dress(text, frozenset({value}), match.start(), end, firm, ordinal, language)
        next_one = ordinal and match[0] == "二" and amount.unit in {"day", "year"}
        found.append(replace(amount, firm=False) if next_one else amount)  # `第二天` is the next day
    return found


def _digits(text: str, language: str) -> list[Amount]:
    found = []
    for match in _DIGITS.finditer(text):
        if match.start() and text[match.start() - 1].isdecimal():
            continue
        values = read_digits(match[0], language)
        if not values:
            continue
        start = match.start()
        end, power = magnitude(text, match.end(), language)
        if language.startswith("sw") and (
            before := units.magnitudes(language).before(text, len(text[:start].rstrip()))
        ):
            start, power = before[0], float(before[1])  # `bilioni 1.5`
        ordinal = bool(_ORDINAL.match(text, end)) or bool(
            _BEFORE.search(text, max(0, match.start() - 5), match.start())
        )
        scaled = frozenset(tidy(value * 10.0**power) for value in values)
        amount = dress(text, scaled, start, end, True, ordinal, language)
        if amount.unit is None and text[match.end() : end] == "m":
            amount = replace(amount, values=scaled | frozenset(values))  # `800m` may be metres
        found.append(amount)
    return found


_READERS: Final = (
    _shares, _halves, read_halves, read_groups, _cjk, _digits, fractions, word_numbers, bare_magnitudes, single_spans,
)  # fmt: skip
"""What reads amounts, in this order; each sees only what those before it left."""
