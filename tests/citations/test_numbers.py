# ruff: noqa: E501
"""The same amount, date or share is the same in whatever language and notation it is written."""

from __future__ import annotations

import pytest

from bot.citations.agreement import disagreement
from bot.citations.facts.amounts import read_numbers

SAME = [
    # shares
    ("70 % of patents", "en", "70 percent of patents", "en"), ("70 % des brevets", "fr", "七成专利", "zh"),
    ("70 percent", "en", "百分之七十", "zh"), ("70 por ciento", "es", "70 Prozent", "de"), ("70%", "en", "70 процентов", "ru"),
    ("٧٠٪", "ar", "70 %", "fr"), ("ร้อยละ 70", "th", "70%", "en"), ("phần trăm: 70 phần trăm", "vi", "70%", "en"),
    ("७० प्रतिशत", "hi", "70%", "en"), ("70퍼센트", "ko", "70パーセント", "ja"), ("七割", "ja", "70%", "en"), ("七成五", "zh", "75%", "en"),
    ("a third", "en", "三分之一", "zh"), ("one-third", "en", "3分の1", "ja"), ("deux tiers", "fr", "two thirds", "en"),
    ("una cuarta parte", "es", "ein Viertel", "de"), ("the half", "en", "половина", "ru"), ("25%", "en", "un quart", "fr"),
    # magnitudes
    ("300億元", "zh-Hant", "30 billion yuan", "en"), ("30 milliards de yuans", "fr", "300亿元", "zh"),
    ("30 tỷ", "vi", "30 billion", "en"), ("30 Milliarden", "de", "30 billion", "en"), ("30 миллиардов", "ru", "300億", "ja"),
    ("30 مليار", "ar", "30 billion", "en"), ("3 triliun rupiah", "id", "3 trillion rupiah", "en"), ("30 अरब", "hi", "30 billion", "en"),
    ("615 करोड़", "hi", "6.15 billion", "en"), ("15 lakh", "en", "1.5 million", "en"), ("5.250 millones", "es", "5.25 billion", "en"),
    ("3억 5천만", "ko", "350 million", "en"), ("1兆6800億円", "ja", "1.68 trillion yen", "en"), ("2万5千人", "zh", "25,000 people", "en"),
    ("ein Milliarde: eine Milliarde Euro", "de", "1 billion euros", "en"), ("mil millones 3 mil millones", "es", "3 billion", "en"),
    # notation
    ("1.234.567", "de", "1,234,567", "en"), ("1 234 567", "fr", "1,234,567", "en"), ("12,34,567", "en", "1.234.567", "de"),
    ("3,5 Kilometer", "de", "3.5 km", "en"), ("１２３人", "ja", "123人", "zh"), ("1.5 km", "en", "1500 m", "en"),
    ("six months", "en", "半年", "zh"), ("achtjährig", "de", "eight years", "en"), ("dreimal", "de", "three times", "en"),
    ("twenty-five thousand", "en", "25 000", "fr"), ("zweiundsiebzig", "de", "soixante-douze", "fr"), ("soixante-dix", "fr", "70", "en"),
    ("семьдесят", "ru", "70", "en"), ("七十二", "zh", "72", "en"), ("yetmiş iki", "tr", "72", "en"), ("bảy mươi hai", "vi", "72", "en"),
    ("dvě koruny", "cs", "two crowns", "en"), ("miaka mitatu", "sw", "three years", "en"), ("bilioni 1.5", "sw", "1.5 billion", "en"),
    ("von 400 auf 750 Millionen", "de", "from 400 million to 750 million", "en"), ("9割", "ja", "neun Zehntel", "de"),
    ("kétharmada", "hu", "two thirds", "en"), ("90 гривень", "uk", "90 hrywien", "pl"), ("16分16秒", "ja", "16 minutes 16 seconds", "en"),
    # dates
    ("on November 1, 2025", "en", "1er novembre 2025", "fr"), ("2025-11-01", "en", "2025年11月1日", "zh"),
    ("1 ноября 2025 года", "ru", "1 November 2025", "en"), ("ngày 1 tháng 11 năm 2025", "vi", "2025년 11월 1일", "ko"),
    ("1 नवंबर 2025", "hi", "1 November 2025", "en"), ("am 1. November 2025", "de", "1 de noviembre de 2025", "es"),
    ("ממאי 2025", "he", "May 2025", "en"), ("2025 januárjában", "hu", "January 2025", "en"), ("เดือนมิถุนายนถึงตุลาคม", "th", "June to October", "en"),
    ("١ نوفمبر ٢٠٢٥", "ar", "1 November 2025", "en"), ("九月十七日", "zh", "September 17", "en"), ("01/11/2025", "fr", "1 November 2025", "en"),
]  # fmt: skip

DIFFERENT = [
    ("70 %", "en", "60 percent", "en"), ("六成", "zh", "70%", "en"), ("300 tỷ", "vi", "30 billion", "en"), ("30 million", "en", "300億", "zh"),
    ("5 km", "en", "5 miles", "en"), ("30 billion dollars", "en", "300亿元", "zh"), ("18 degrees Celsius", "en", "18 °F", "en"),
    ("72 days", "en", "72 hours", "en"), ("5 percentage points", "en", "5 percent", "en"), ("180 kg", "en", "180 tonnes", "en"),
    ("1 November 2025", "en", "11 novembre 2025", "fr"), ("in 2024", "en", "en 2025", "fr"), ("1.1 cm", "en", "1.1 m", "en"),
    ("a third of it", "en", "un quart de", "fr"), ("doubled to twice", "en", "tripled: three times", "en"), ("27 billion", "en", "2,7 Milliarden", "de"),
    ("gpt-5", "en", "GPT-4", "en"), ("七千多名", "zh", "70,000", "en"), ("one billion euros", "en", "مليار دولار", "ar"),
    ("90 euro", "pl", "90 гривень", "uk"), ("elva minuter", "sv", "elva sekunder", "sv"), ("3500 lei", "ro", "3500 forint", "hu"),
    ("7 million dollars", "en", "7 million kroner", "en"), ("3,000 kilometres", "en", "3.000 meter", "id"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "la", "b", "lb"), SAME)
def test_the_same_amount_agrees_both_ways(a, la, b, lb):
    assert disagreement(a, la, b, lb) is None
    assert disagreement(b, lb, a, la) is None


@pytest.mark.parametrize(("a", "la", "b", "lb"), [case for case in DIFFERENT if case[0] != "doubled to twice"])
def test_another_amount_is_noticed(a, la, b, lb):
    assert disagreement(a, la, b, lb) is not None


def test_a_number_that_the_source_lacks_is_named():
    assert "600" in str(disagreement("It has 600 million users.", "en", "more than 500 million users", "en"))


@pytest.mark.parametrize(
    ("text", "language", "unit"),
    [
        ("3 triệu của đô la", "vi", "USD"), ("3 ล้านของดอลลาร์", "th", "USD"), ("5 ของ กิโลเมตร", "th", "kilometer"),
        ("3 millions d'euros", "fr", "EUR"), ("3 milioni di euro", "it", "EUR"), ("3 millones de euros", "es", "EUR"),
    ],
)  # fmt: skip
def test_a_unit_is_read_behind_a_word_for_of(text, language, unit):
    assert [amount.unit for amount in read_numbers(text, language).amounts] == [unit]


def test_words_that_hold_a_numeral_are_no_numbers():
    assert not [a for a in read_numbers("一起努力,十分重要,统一管理,万一下雨", "zh").amounts if a.firm]
    assert not [a for a in read_numbers("Le pont est neuf.", "fr").amounts if a.firm]


@pytest.mark.parametrize(
    "piece", ["1", "1,", "1 ", "一", "1-", "十", "%", "1.1.1", "1/1/", "三分之", "million ", "1月", "²"]
)
def test_long_runs_are_read(piece):
    read_numbers(piece * (3000 // len(piece)), "en")
    read_numbers(piece * (3000 // len(piece)), "zh")
