from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest

from bot.retrieval import Retriever
from bot.retrieval.ground import Ground
from bot.retrieval.recipe import Recipe
from bot.retrieval.retriever import Searched
from tests.retrieval.concepts import CONCEPTS, LANGUAGES, ConceptEmbedder, document, index, sentence

EMBEDDERS = {"main": ConceptEmbedder()}
PAIRS = list(combinations(range(12), 2))


def mixed(languages=("en", "de", "es")):
    """Each pair of concepts in one language, in turn."""
    return [
        (languages[n % len(languages)], sentence(languages[n % len(languages)], *pair)) for n, pair in enumerate(PAIRS)
    ]


def retriever(paragraphs, **options):
    return Retriever(index([document("a.txt", paragraphs)]), embedders=EMBEDDERS, **options)


def hits(found, paragraphs, languages):
    right = asked = 0
    for number, pair in enumerate(PAIRS):
        for language in languages:
            top = found.retrieve(sentence(language, *pair), language=language).passages[0].paragraph
            right += top.number == number + 1
            asked += 1
    return right / asked


def test_a_question_finds_its_paragraph_in_any_language_of_the_corpus():
    found = retriever(mixed())
    plain = retriever(
        mixed(), recipe=Recipe(centre=False, damp=False, standardise=False, sentences=False, lexical=0, lift=0)
    )
    assert hits(found, mixed(), ("en", "de", "es")) > 0.9
    assert hits(plain, mixed(), ("en", "de", "es")) < 0.6


def test_a_question_in_a_language_the_corpus_lacks():
    assert hits(retriever(mixed(("en", "de"))), mixed(("en", "de")), ("es",)) > 0.85


def test_a_corpus_of_one_language_loses_nothing():
    paragraphs = mixed(("en",))
    assert hits(retriever(paragraphs), paragraphs, ("en",)) == 1


def test_the_only_paragraph_of_a_language_can_be_first():
    paragraphs = [*[("en", sentence("en", *pair)) for pair in PAIRS[:40]], ("de", sentence("de", 10, 11))]
    found = retriever(paragraphs)
    assert found.retrieve(sentence("de", 10, 11), language="de").passages[0].paragraph.language == "de"
    ranks = [p.paragraph.language for p in found.retrieve(sentence("en", 10, 11), language="en").passages]
    assert "de" in ranks[:5]


def test_ten_results_whenever_the_corpus_has_ten():
    found = retriever(mixed())
    assert len(found.retrieve("river", language="en").passages) == 10
    assert len(found.retrieve("nothing of the kind", language="en").passages) == 10
    assert len(found.retrieve("river", k=25).passages) == 25
    assert len(retriever(mixed()[:4]).retrieve("river").passages) == 4


def test_filters_by_file_and_language():
    made = index([document("a.txt", mixed()[:20]), document("b.txt", mixed()[20:40])])
    found = Retriever(made, embedders=EMBEDDERS)
    assert {p.paragraph.file for p in found.retrieve("river", files=["b.txt"]).passages} == {"b.txt"}
    assert {p.paragraph.language for p in found.retrieve("river", languages=["de"]).passages} == {"de"}
    assert found.retrieve("river", files=["missing.txt"]).passages == ()
    assert not found.retrieve("river", files=["missing.txt"]).answerable


def test_a_language_filter_takes_in_scripts_and_regions():
    made = index([document("a.txt", [("zh-Hant", "人工智慧"), ("zh-Hans", "人工智能"), ("en", "Artificial.")])])
    found = Retriever(made, embedders=EMBEDDERS)
    assert len(found.retrieve("智能", languages=["zh"]).passages) == 2
    assert len(found.retrieve("智能", languages=["zh-hant"]).passages) == 1


def test_equal_texts_come_once_with_all_their_places():
    twin = ("en", sentence("en", 0, 1))
    made = index([document("a.txt", [twin, *mixed()[5:20]]), document("b.txt", [*mixed()[20:30], twin])])
    found = Retriever(made, embedders=EMBEDDERS).retrieve("river bridge", language="en").passages
    assert found[0].paragraph.key == ("a.txt", 1)
    assert found[0].also_at == (("b.txt", 11),)
    assert len({p.paragraph.text for p in found}) == len(found)
    only = Retriever(made, embedders=EMBEDDERS).retrieve("river bridge", files=["b.txt"]).passages[0]
    assert only.paragraph.key == ("b.txt", 11)
    assert only.also_at == ()


def test_headings_come_after_all_evidence():
    paragraphs = [("en", "River bridge", "heading"), *mixed()[:12]]
    found = retriever(paragraphs).retrieve("river bridge", k=13, language="en").passages
    assert found[-1].paragraph.kind == "heading"


def test_a_heading_lends_its_words_to_the_paragraphs_below():
    below = [("en", "Installation of Zorblax", "heading"), ("en", "Run the script as usual.")]
    other = [("en", "Removal of Quuxity", "heading"), ("en", "Run the script backwards.")]
    made = index([document("a.txt", below), document("b.txt", other), document("c.txt", mixed(("en",)))])
    found = Retriever(made, embedders=EMBEDDERS).retrieve("Zorblax script", language="en").passages
    assert found[0].paragraph.key == ("a.txt", 2)


def test_notices_stay_behind_content_but_are_found_when_asked_for():
    notice = ("en", "Copyright notice: garden train reproduction forbidden.", "boilerplate")
    found = retriever([notice, *mixed(("en",))])
    assert found.retrieve("garden train", language="en").passages[0].paragraph.kind == "text"
    asked = found.retrieve("copyright reproduction forbidden notice", language="en").passages
    assert asked[0].paragraph.kind == "boilerplate"


def test_a_name_that_is_the_whole_question():
    paragraphs = [*mixed(), ("es", "El señor Qwertzian vive aquí, río jardín.")]
    found = retriever(paragraphs)
    for question in ("Qwertzian", "qwertzian?", "QWERTZIAN"):
        assert "Qwertzian" in found.retrieve(question).passages[0].paragraph.text


def test_a_model_that_does_not_know_the_language_is_left_aside(monkeypatch):
    blind = ConceptEmbedder("blind", blind="de", seed=5)
    monkeypatch.setattr("bot.index.memory.spaces_for", lambda _: ("main", "second"))
    paragraphs = [("en", sentence("en", *pair)) for pair in PAIRS]
    from bot.index import index_documents

    made = index_documents([document("a.txt", paragraphs)], ConceptEmbedder(), second=blind)
    found = Retriever(made, embedders={"main": ConceptEmbedder(), "second": blind})
    alone = retriever(paragraphs)
    assert hits(found, paragraphs, ("en",)) == 1
    assert hits(found, paragraphs, ("de",)) >= hits(alone, paragraphs, ("de",)) - 0.1


def test_uploads_are_searched_as_one_with_the_corpus():
    made = index([document("a.txt", mixed()[:30])])
    upload = index([document("upload/x.txt", [("en", sentence("en", 10, 11))])])
    found = Retriever(made, embedders=EMBEDDERS)
    assert found.retrieve("salt clock", language="en", extra=upload).passages[0].paragraph.file == "upload/x.txt"
    assert all(p.paragraph.file == "a.txt" for p in found.retrieve("salt clock", language="en").passages)


def test_an_empty_corpus_and_an_empty_question():
    assert retriever(mixed()).retrieve("   ").passages == ()
    nothing = Retriever(index([]), embedders=EMBEDDERS).retrieve("river")
    assert nothing.passages == ()
    assert not nothing.answerable


def test_the_best_sentence_is_marked_in_the_original_text():
    text = f"{sentence('en', 0, 1)} {sentence('en', 6, 7)} {sentence('en', 9, 10)}"
    found = retriever([("en", text), *mixed()[5:30]]).retrieve("music garden", language="en").passages[0]
    assert text[found.span.start : found.span.end] == sentence("en", 6, 7)
    assert [text[span.start : span.end] for span, _ in found.sentences][1] == sentence("en", 6, 7)
    assert max(found.sentences, key=lambda entry: entry[1])[0] == found.span


def test_the_same_question_gets_the_same_answer_from_many_threads():
    found = retriever(mixed())
    questions = [sentence(language, *pair) for pair in PAIRS[:20] for language in ("en", "de")]
    alone = [found.retrieve(question, language="en") for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: found.retrieve(question, language="en"), questions))
    assert [[p.paragraph.key for p in r.passages] for r in together] == [
        [p.paragraph.key for p in r.passages] for r in alone
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_large_corpus_gives_what_scoring_everything_gives(language, monkeypatch):
    monkeypatch.setattr("bot.retrieval.ranking.CANDIDATES", 20)
    made = index([document("a.txt", mixed())])
    exact, shortened = Retriever(made, embedders=EMBEDDERS), Retriever(made, embedders=EMBEDDERS)
    shortened._searched = Searched(ground := Ground([made], exact=5), None)
    assert ground.coarse
    same = 0
    for pair in PAIRS[:20]:
        question = sentence(language, *pair) if language in CONCEPTS else "?"
        a, b = (r.retrieve(question, language=language).passages[0].paragraph.key for r in (exact, shortened))
        same += a == b
    assert same >= 18


def test_confidence_is_higher_when_the_corpus_holds_the_answer():
    held, missing = PAIRS[::2], PAIRS[1::2]
    paragraphs = [("de", sentence("de", *pair)) for pair in held]
    found = retriever(paragraphs)
    yes = np.mean([found.retrieve(sentence("en", *pair), language="en").confidence for pair in held])
    no = np.mean([found.retrieve(sentence("en", *pair), language="en").confidence for pair in missing])
    assert yes > no
