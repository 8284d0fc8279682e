import logging

from bot.retrieval import Retriever
from bot.retrieval.steps import Steps
from tests.retrieval.concepts import ConceptEmbedder, document, index, sentence

PARAGRAPHS = [("en" if n % 2 else "de", sentence("en" if n % 2 else "de", n, (n + 3) % 12)) for n in range(12)]


def keys(steps=None, question="river doctor", k=5):
    made = index([document("a.txt", PARAGRAPHS)])
    found = Retriever(made, embedders={"main": ConceptEmbedder()}, steps=steps).retrieve(question, k=k, language="en")
    return [passage.paragraph.number for passage in found.passages]


def fails(*_):
    raise TimeoutError("the model is away")


def test_translations_have_their_say():
    asked = []

    def translate(question, languages):
        asked.append(tuple(languages))
        return [sentence("de", 0, 3)]

    assert keys(Steps(translate=translate))[0] == 1
    assert asked == [("de", "en")]


def test_reranking_puts_what_it_names_first_and_keeps_the_rest():
    plain = keys()
    assert keys(Steps(rerank=lambda _, texts: [len(texts) - 1, 99, 0])) == [plain[-1], plain[0], *plain[1:-1]]


def test_retrieval_does_not_fail_because_a_model_does(caplog):
    with caplog.at_level(logging.WARNING):
        assert keys(Steps(translate=fails, rerank=fails)) == keys()
    assert "the model is away" in caplog.text
    assert keys(Steps(translate=lambda *_: [None, 3], rerank=lambda *_: ["x"])) is not None
