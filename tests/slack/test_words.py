"""What the app says is said in every language it speaks, with the same places to fill."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from bot.slack.words import LANGUAGES, say

TABLE = json.loads((resources.files("bot.slack") / "words.json").read_text("utf-8"))


@pytest.mark.parametrize("key", TABLE)
def test_every_language_says_it_with_the_same_places(key: str):
    texts = TABLE[key]
    assert tuple(texts) == LANGUAGES
    assert len({tuple(sorted(re.findall(r"{(\w+)}", text))) for text in texts.values()}) == 1


@pytest.mark.parametrize(
    ("tag", "word"), [("zh-TW", "來源"), ("zh", "来源"), ("FR-ca", "Sources"), ("und", "Sources"), ("", "Sources")]
)
def test_other_tags_find_the_nearest_words(tag: str, word: str):
    assert say("sources", tag) == word
