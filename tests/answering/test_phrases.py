"""What Pinpoint itself says is there in many languages and falls back to English."""

import pytest

from bot.answering.phrases import language_name, languages, phrases


def test_thirty_languages_and_both_chinese_scripts_have_phrases_of_their_own() -> None:
    assert len(languages()) >= 30
    assert {"zh-Hant", "zh-Hans"} <= set(languages())
    leads = {tag: phrases(tag).not_found for tag in languages()}
    assert len(set(leads.values())) == len(leads)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en-GB", "English"), ("zh", "Simplified Chinese"), ("zh-TW", "Traditional Chinese"),
        ("zh-Hant-HK", "Traditional Chinese"), ("pt-BR", "Portuguese"), ("no", "Norwegian"), ("xx", "English"),
        ("und", "English"), ("", "English"),
    ],
)  # fmt: skip
def test_a_tag_finds_the_nearest_phrases(tag: str, name: str) -> None:
    assert phrases(tag).name == name


def test_a_prompt_never_names_the_wrong_language() -> None:
    assert language_name("fr") == "French"
    assert language_name("yo") == "the language of the question"
