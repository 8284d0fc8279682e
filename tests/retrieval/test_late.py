"""Late interaction: words meet across languages, the order follows them, and nothing goes wrong without them."""

import numpy as np
import pytest

from bot.embeddings import EmbeddingCache, text_key
from bot.embeddings.words import STEPS, WIDTH, WordStore
from bot.errors import ModelError
from bot.retrieval import Retriever
from bot.retrieval.ground import Ground
from bot.retrieval.late import CANDIDATES, LateInteraction, WordEvidence
from bot.retrieval.ranking import Ranking
from bot.retrieval.recipe import Recipe
from tests.retrieval.concepts import LANGUAGES, WORDS, ConceptEmbedder, document, index, sentence


class WordyEmbedder(ConceptEmbedder):
    """Reads single words too: a direction for each concept, and one for each language."""

    words_name = "concepts/words"

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def embed_words(self, texts, role):
        self.read += texts
        return [np.array([self._word(raw) for raw in text.split()], np.int8).reshape(-1, WIDTH) for text in texts]

    def _word(self, raw):
        vector = np.zeros(WIDTH)
        language, concept = WORDS[raw.strip(".,?!").lower()]
        vector[concept], vector[40 + LANGUAGES.index(language)] = 0.2, 0.45
        return vector * STEPS


PARAGRAPHS = [
    *((language, sentence(language, *(n % 12, (n + 3) % 12, (n + 5) % 12)))
      for language in ("en", "de") for n in range(12)),
]  # fmt: skip


def late(embedder=None):
    embedder = embedder or WordyEmbedder()
    ground = Ground([index([document("a.txt", PARAGRAPHS)])])
    return LateInteraction(ground, [WordStore(embedder)]), ground


def ranking(scores, similarity=None, agreement=np.nan):
    """What found some paragraphs, as far as their order depends on it."""
    rows, nothing = np.arange(len(scores)), np.zeros(len(scores), np.float32)
    return Ranking(
        rows, np.ones(len(scores), bool), np.array(scores, np.float32), nothing, similarity or {}, {}, {}, nothing,
        nothing, agreement, 0.1, {},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_paragraph_that_holds_the_words_is_nearest_in_any_language(language):
    looks, ground = late()
    order = np.arange(12, 24)  # the German half
    look = looks.look(sentence(language, 2, 5, 7), order, np.arange(len(ground)))
    assert look.first[int(np.argmax(look.near))] == 12 + 2
    assert look.held >= look.near.max()


def test_what_words_tell_moves_a_paragraph_up_and_scores_follow_the_order():
    look = WordEvidence(np.array([0, 1, 2, 3]), np.array([0.1, 0.2, 0.9, 0.1]), 0.9, 0.9)
    order, found = look.reordered(ranking([3.0, 2.9, 2.8, 1.0, 0.9]), np.arange(5))
    assert order.tolist() == [2, 1, 0, 3, 4]
    assert sorted(found.scores[order], reverse=True) == found.scores[order].tolist()


def test_the_best_sentence_has_its_say_and_a_second_model_as_far_as_it_agrees():
    look = WordEvidence(np.array([0, 1, 2]), np.array([0.5, 0.5, 0.5]), 0.9, 0.9)
    scores, near, far = [3.0, 3.0, 3.0], [0.1, 0.2, 0.9], [0.9, 0.2, 0.1]
    both = {("first", 1): np.array(near, np.float32), ("second", 1): np.array(far, np.float32)}
    assert look.reordered(ranking(scores, {("first", 1): both["first", 1]}), np.arange(3))[0].tolist() == [2, 1, 0]
    assert look.reordered(ranking(scores, both, agreement=0.1), np.arange(3))[0][0] == 2


def test_an_order_that_puts_a_notice_behind_is_kept_where_words_tell_nothing():
    look = WordEvidence(np.array([1, 0]), np.array([0.5, 0.5]), 0.5, 0.5)
    order, _ = look.reordered(ranking([9.0, 1.0]), np.array([1, 0]))
    assert order.tolist() == [1, 0]


def test_headings_stay_last_and_are_not_looked_at():
    paragraphs = [("en", "River bridge.", "heading"), *PARAGRAPHS[:6]]
    made = index([document("a.txt", paragraphs)])
    passages = Retriever(made, embedders={"main": WordyEmbedder()}).retrieve("river bridge", language="en").passages
    assert passages[-1].paragraph.kind == "heading"
    looks = LateInteraction(Ground([made]), [WordStore(WordyEmbedder())])
    assert 0 not in looks.look("river bridge", np.array([3, 1, 2, 4, 5, 6, 0]), np.arange(7)).first


def test_no_more_than_the_best_candidates_are_looked_at():
    looks, ground = late()
    look = looks.look("river", np.arange(len(ground)), np.arange(len(ground)))
    assert len(look.first) == CANDIDATES < len(ground)


def test_where_words_cannot_be_read_the_order_stays():
    class Broken(WordyEmbedder):
        def embed_words(self, texts, role):
            raise ModelError("the weights are gone")

    broken = Retriever(index([document("a.txt", PARAGRAPHS)]), embedders={"main": Broken()})
    plain = Retriever(index([document("a.txt", PARAGRAPHS)]), embedders={"main": WordyEmbedder()}, recipe=Recipe(late=False))  # fmt: skip  # noqa: E501
    asked = [found.retrieve("music garden", language="en").passages for found in (broken, plain)]
    assert [p.paragraph.key for p in asked[0]] == [p.paragraph.key for p in asked[1]]


def test_words_are_read_once_and_kept(tmp_path):
    embedder = WordyEmbedder()
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    store = WordStore(embedder, cache)
    assert store.keep(["river bridge", "salt clock", "river bridge"]) == 2
    assert store.keep(["river bridge"]) == 0
    embedder.read.clear()
    first = WordStore(embedder, cache).passages(["salt clock", "music", "music"])
    assert embedder.read == ["music"]
    assert np.array_equal(first[0], embedder.embed_words(["salt clock"], "passage")[0])
    embedder.read.clear()
    WordStore(embedder, cache).passages(["music"])
    assert embedder.read == []


def test_what_is_read_without_a_cache_is_remembered_and_written_nowhere():
    embedder = WordyEmbedder()
    store = WordStore(embedder)
    store.passages(["music"])
    store.passages(["music"])
    assert store.keep(["salt"]) == 0
    assert embedder.read == ["music"]


def test_uploads_are_looked_at_beside_the_corpus_through_a_store_of_their_own(tmp_path):
    embedder = WordyEmbedder()
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    upload = [("en", sentence("en", 1, 6, 11)), ("en", sentence("en", 0, 6, 10))]
    ground = Ground([index([document("a.txt", PARAGRAPHS)]), index([document("b.txt", upload)])])
    looks = LateInteraction(ground, [WordStore(embedder, cache), WordStore(embedder)])
    rows = np.arange(len(ground))
    look = looks.look(sentence("en", 1, 6, 11), rows[::-1], rows)
    assert ground.paragraph(int(look.first[int(np.argmax(look.near))])).key == ("b.txt", 1)
    keys = [text_key(text) for _, text in upload]
    assert cache.known(WordStore(embedder).name, "passage", keys) == set()


def test_the_bundled_model_brings_words_of_two_languages_together():
    from bot.embeddings.e5 import E5Embedder

    embedder = E5Embedder()
    question = embedder.embed_words(["Where is the old bridge?"], "query")[0]
    right, wrong = embedder.embed_words(["El puente viejo está en el puerto.", "La sopa lleva sal y pan."], "passage")
    assert question.dtype == np.int8
    assert question.shape[1] == WIDTH

    def near(words):
        a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (question.astype(float), words.astype(float)))
        return (a @ b.T).max(axis=1).mean()

    assert near(right) > near(wrong)
    assert len(embedder.embed_words(["word " * 9000], "passage")[0]) <= 4096
