"""How answer strings are compared."""

import pytest

from eval.golden import contains, normalise


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("廣西壯族自治區(qū)黨委書記", "广西壮族自治区党委"),
        ("擁有超過6.6億人口", "6.6亿"),
        ("représente 60\u00a0% du total", "60%"),
        ("« l’Initiative sur l'intelligence artificielle »", "Initiative sur l’intelligence artificielle"),
        ("“攜手並進,智繪未來”為主題", "攜手並進，智繪未來"),
        ("中國—東盟 博覽會", "中国-东盟博览会"),
        ("٥٠٠ مليون", "500"),
        ("NEARLY 70 percent", "nearly 70"),
    ],
)
def test_width_case_script_space_and_quotes_do_not_matter(text: str, form: str) -> None:
    assert contains(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1700 patents", "700"),
        ("focus", "us"),
        ("Chinatown", "China"),
        ("any text", ""),
        ("7 languages", "17 languages"),
    ],
)
def test_parts_of_words_and_numbers_do_not_count(text: str, form: str) -> None:
    assert not contains(text, form)


def test_brackets_with_words_are_kept() -> None:
    assert "(beijing co)" in normalise("網絡 (Beijing Co)")
