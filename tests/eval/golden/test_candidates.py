"""Which paragraphs are shown to a person who writes gold."""

import numpy as np
import pytest

from bot.corpus import Corpus
from bot.settings import Settings
from eval.golden import candidates
from eval.golden.candidates import ranker, shared_words, standardised
from eval.golden.sources import Sources


def test_no_language_stands_in_front_of_another() -> None:
    scores = standardised(np.array([0.9, 0.8, 0.2, 0.1]), ["en", "en", "fr", "fr"])
    assert scores.tolist() == pytest.approx([1, -1, 1, -1])


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    scores = shared_words("the durian", ["the cat", "the durian", "the dog", "a bird"])
    assert int(scores.argmax()) == 1


@pytest.mark.parametrize("limit", [0, 3000])
def test_every_paragraph_is_ranked_with_and_without_embeddings(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, tmp_path: object, limit: int
) -> None:
    monkeypatch.setattr(candidates, "EMBEDDED_AT_MOST", limit)
    settings = Settings.load(embeddings="hashing", data=tmp_path)
    ranked = ranker(Sources(corpus), settings)("Where is the tea house on the lake?")
    assert len(ranked) == 3
    assert ranked[0].key == ("tea.txt", 2)
