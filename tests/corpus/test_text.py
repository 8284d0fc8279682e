"""Text for search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.text import search_text


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("廣西壯族自治區(qū)黨委書記", "广西壮族自治区党委书记"),
        ("規(guī)則標準的“軟聯(lián)通”", "规则标准的“软联通”"),
        ("循環(huán )強化、戰( lüè)略", "循环强化、战略"),
        ("數(shù)據(jù)治理(zhi)", "数据治理"),
        ("ＡＩ　２０２５", "AI 2025"),
        ("a\u200bb\u00adc\ufeff \u202ed\u202c", "abc d"),
        ("  two \t\n words \u3000", "two words"),
        ("強有力的區域\n及全球合作", "强有力的区域及全球合作"),
        ("trans-\nport of goods", "transport of goods"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_what_readers_take_for_the_same_becomes_the_same(original, expected):
    assert search_text(original) == expected


@pytest.mark.parametrize(
    "text",
    [
        "人工智能(ai)与商业智能(bi)",
        "世界贸易组织(WTO)成立",
        "Straße (à la carte) naïve co-operation İstanbul",
        "東京都で会議が開かれました",
        "می‌خواهم",
        "क्‍ष",
        "👩‍💻",
        "说(see below)话",
    ],
)
def test_what_differs_stays_apart(text):
    assert search_text(text) == text


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_normalised_without_surrounding_space(text):
    assert search_text(text) == search_text(text).strip()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, categories=["L", "N", "P"]), max_size=100))
def test_latin_text_loses_nothing_but_compatibility_forms(text):
    import unicodedata

    assert search_text(text) == unicodedata.normalize("NFKC", text).strip()
