import asyncio

from langchain_core.retrievers import BaseRetriever

from bot.retrieval import PinpointRetriever, Retriever
from bot.retrieval.similarity import similarity
from tests.retrieval.concepts import ConceptEmbedder, document, index, sentence


def made():
    documents = [
        document("a.txt", [("en", sentence("en", n, (n + 1) % 12)) for n in range(12)]),
        document("b.txt", [("de", sentence("de", n, (n + 2) % 12)) for n in range(12)]),
    ]
    return Retriever(index(documents), embedders={"main": ConceptEmbedder()})


def test_langchain_programs_get_documents_with_their_places():
    found = PinpointRetriever(retriever=made(), k=3)
    assert isinstance(found, BaseRetriever)
    documents = found.invoke("river bridge")
    assert len(documents) == 3
    first = documents[0].metadata
    assert (first["file"], first["paragraph"], first["language"]) == ("a.txt", 1, "en")
    assert documents[0].page_content[first["start"] : first["end"]]
    assert {"score", "also_at", "confidence", "answerable"} <= set(first)


def test_filters_are_fields_or_given_with_the_question():
    found = PinpointRetriever(retriever=made(), files=["b.txt"])
    assert {document.metadata["file"] for document in found.invoke("river")} == {"b.txt"}
    assert {document.metadata["file"] for document in found.invoke("river", files=["a.txt"])} == {"a.txt"}


def test_it_can_be_awaited():
    documents = asyncio.run(PinpointRetriever(retriever=made(), k=2).ainvoke("river bridge"))
    assert len(documents) == 2


def test_similarity_is_fair_to_languages():
    found = made()
    embedders = {"main": ConceptEmbedder()}
    texts = [sentence("en", 3, 4), sentence("en", 7, 8)]
    others = [sentence("de", 3, 4), sentence("de", 7, 8)]
    fair = similarity(texts, others, embedders, found.fairness)
    assert fair.shape == (2, 2)
    assert fair[0, 0] > fair[0, 1] + 0.3
    assert fair[1, 1] > fair[1, 0] + 0.3
    assert ((fair >= 0) & (fair <= 1.0001)).all()
    assert similarity([], others, embedders).shape == (0, 2)
