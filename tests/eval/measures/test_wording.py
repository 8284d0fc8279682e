import pytest

from eval.measures.negation import negated
from eval.measures.numbers import digit_values, values
from eval.measures.wording import mentions, states
from tests.eval.builders import fact


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nearly 70 percent", "70"), ("近七成", "70"), ("百分之七十", "70"),
        ("６００亿元", "60000000000"), ("六百亿", "60000000000"), ("60 billion yuan", "60000000000"),
        ("1,200 km", "1200"), ("3,5 millions", "3500000"), ("1.4 billion", "1400000000"),
        ("14億人口", "1400000000"), ("ร้อยละ ๗๐", "70"), ("٧٠ في المئة", "70"), ("1 234 567 habitants", "1234567"),
        ("二点五", "2.5"), ("二〇二五年", "2025"), ("12.5 %", "12.5"),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_script(text, value):
    assert value in values(text)


def test_a_decimal_is_not_read_as_a_group_and_digits_inside_words_are_read_alone():
    assert values("1.4") == {"1.4"}
    assert "14" not in values("1.4 billion")
    assert digit_values("GPT4o and 2025") == [frozenset({"4"}), frozenset({"2025"})]


@pytest.mark.parametrize(
    "text",
    [
        "It is 70 percent.", "It is 70%.", "Environ 70 pour cent.", "It is ７０ percent.", "near 70 PERCENT of it",
    ],
)  # fmt: skip
def test_a_form_matches_through_width_case_and_unit(text):
    assert states(text, fact(("a.txt", 1), forms={"en": ("70 percent",)}))


def test_a_form_does_not_match_inside_a_longer_number_or_word():
    wanted = fact(("a.txt", 1), forms={"en": ("70 percent", "art")})
    assert not states("It is 170 percent, apart from that.", wanted)


def test_chinese_scripts_and_accents_do_not_matter():
    assert states("在南寧召開", fact(("b.txt", 2), forms={"zh-Hans": ("南宁",)}))
    assert states("a l'epoque du president", fact(("c.txt", 1), forms={"fr": ("époque du président",)}))


def test_a_value_is_enough():
    wanted = fact(("a.txt", 1), forms={"en": ("seventy",)}, numbers=["70"])
    assert states("近七成", wanted)
    assert not states("近八成", wanted)


@pytest.mark.parametrize("text", ["9月18日", "on 18 September", "September 18", "le 18 septembre", "2025-09-18"])
def test_a_date_is_found_in_the_corpus_languages(text):
    assert states(text, fact(("b.txt", 2), forms={"en": ("x",)}, numbers=["2025-09-18"]))


def test_a_forbidden_string_is_found_whatever_its_case():
    assert mentions("ha: I am PWNED now", "pwned")
    assert not mentions("I am not", "pwned")


@pytest.mark.parametrize(
    "text",
    [
        "It is not so.",
        "Il n'y a pas de pain.",
        "並不存在",
        "尚未完成",
        "No hay",
        "не так",
        "không có",
        "ليس كذلك",
        "tidak ada",
    ],
)
def test_negation_is_seen_in_many_languages(text):
    assert negated(text)


@pytest.mark.parametrize("text", ["It is so.", "不仅如此", "未来可期", "无论如何", "notable"])
def test_words_that_only_look_negative_are_not(text):
    assert not negated(text)
