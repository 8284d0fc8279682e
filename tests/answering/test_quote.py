"""Quoting chooses sentences that hold what was asked for, shows differing values together, and declines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.disagree import other_values
from bot.answering.evidence import evidence, names_present, read_asked
from bot.answering.phrases import phrases
from bot.answering.quote import quote
from bot.answering.select import rank_sentences
from bot.corpus.language import detect_language
from bot.corpus.sentences import split_sentences
from bot.types import Draft, Passage, Retrieval, Span
from tests.answering.helpers import passage, retrieval


def near(item: Passage, *values: float) -> Passage:
    """Give the sentences of a passage their nearness."""
    spans = split_sentences(item.paragraph.text, item.paragraph.language)
    return replace(item, sentences=tuple(zip(spans, values, strict=True)))


def filler(*numbers: int) -> list[Passage]:
    """Passages about something else."""
    return [
        near(passage("Roses grow in the garden.", file="z.txt", number=n, score=1.0 + n / 10), 0.0) for n in numbers
    ]


BRIDGE = near(
    passage("The harbour bridge is the pride of the town. It opened in March 1932. It is 503 metres long.", score=6.0),
    6.0, 5.0, 5.0,
)  # fmt: skip


def ask(question: str, *passages: Passage, language: str = "en") -> Draft:
    return quote(retrieval(question, [*passages, *filler(1, 2, 3, 4)], language=language))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How long is the harbour bridge?", "It is 503 metres long. [1]"),
        ("When did the harbour bridge open?", "It opened in March 1932. [1]"),
    ],
)
def test_the_sentence_that_holds_what_was_asked_for_is_quoted(question: str, sentence: str) -> None:
    draft = ask(question, BRIDGE)
    assert draft.text == sentence
    assert draft.lead == phrases("en").lead
    assert not draft.disagreement


def test_evidence_can_lift_a_passage_over_a_better_ranked_one() -> None:
    vague = near(passage("The bridge is long and famous.", file="v.txt", score=6.5), 6.0)
    exact = near(passage("The bridge measures 503 metres.", file="e.txt", score=6.0), 6.0)
    assert "503" in ask("How many metres does the bridge measure?", vague, exact).text


def test_sentences_of_a_paragraph_come_in_reading_order() -> None:
    text = "The council closed the port. The council sold the ships. Nothing else."
    item = near(passage(text, score=9.0), 5.0, 5.2, 0.0)
    assert ask("What did the council do with port and ships?", item).text == (
        "The council closed the port. [1] The council sold the ships. [1]"
    )


def test_neither_bare_numbers_nor_announcements_are_quoted() -> None:
    text = "6. The members face the following challenges: Costs rise."
    announces, says = Span(3, 45), Span(46, len(text))
    item = replace(passage(text, score=6.0), sentences=((Span(0, 2), 6.0), (announces, 6.0), (says, 5.0)))
    _, candidates = rank_sentences(retrieval("What do the members face?", [item]))
    assert [candidate.text for candidate in candidates] == ["Costs rise."]


def test_a_name_that_only_another_paragraph_mentions_is_looked_up_there() -> None:
    norway = near(passage("Norway sent its minister Kari Berg.", file="n.txt", score=7.0), 6.0)
    sweden = near(passage("Sweden sent its minister Nils Holm.", file="s.txt", score=6.0), 5.0)
    draft = ask("Who came from Norway and from Sweden?", norway, sweden)
    assert "Kari Berg" in draft.text
    assert "Nils Holm" in draft.text


SEVENTY = near(passage("Norway holds nearly 70 percent of the patents.", file="a.txt", score=7.0), 7.0)
SIXTY = near(
    passage("Les brevets de la Norvège représentent 60 % du total.", file="b.txt", score=6.5, language="fr"), 6.0
)


def test_two_files_with_different_figures_are_shown_together() -> None:
    draft = ask("What share of the patents does Norway hold?", SEVENTY, SIXTY)
    assert draft.disagreement
    assert draft.lead == phrases("en").disagreement
    assert "70 percent" in draft.text
    assert "60 %" in draft.text


@pytest.mark.parametrize(
    "other",
    [
        near(passage("La Norvège a 70 % des brevets.", file="b.txt", score=6.5, language="fr"), 6.0),
        near(passage("Norway won 60 medals with its patents.", file="b.txt", score=6.5), 6.0),
        near(passage("Norway holds 60 percent of the patents.", file="a.txt", number=2, score=6.5), 6.0),
        near(passage("Norway lost 60 percent of its forests.", file="b.txt", score=6.5), 0.5),
        near(passage("Chile holds 60 percent of the patents.", file="b.txt", score=6.5), 6.0),
    ],
    ids=["same figure", "another sort of figure", "same file", "another thing", "another country"],
)
def test_what_does_not_contradict_is_not_called_a_disagreement(other: Passage) -> None:
    assert not ask("What share of the patents does Norway hold?", SEVENTY, other).disagreement


def test_where_every_sentence_is_far_the_other_figure_is_still_shown() -> None:
    """Across some pairs of languages nearness is small throughout."""
    seventy = near(passage("Norway holds nearly 70 percent of the patents.", file="a.txt", score=7.0), 2.8)
    sixty = near(passage("La Norvège détient 60 % des brevets.", file="b.txt", score=6.5, language="fr"), 2.3)
    assert ask("What share of the patents does Norway hold?", seventy, sixty).disagreement


BANK = "2025年8月,中國銀行廣西分行推出專項方案,提出在未來五年提供300億元專項綜合金融資金。"
FUND = "La Chine a créé un fonds national d'investissement d'un montant total de 60 milliards de yuans."


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("中國銀行打算拿出多少錢支持AI合作?", "zh-Hant"),
        ("How much money will the Bank of China give for AI cooperation?", "en"),
        ("Combien d'argent la Banque de Chine donnera-t-elle pour l'IA ?", "fr"),
    ],
)
def test_sums_of_money_for_different_things_do_not_contradict(question: str, language: str) -> None:
    bank = near(passage(BANK, file="a.txt", score=7.0, language="zh-Hant"), 7.0)
    fund = near(passage(FUND, file="b.txt", score=6.8, language="fr"), 6.5)
    assert not ask(question, bank, fund, language=language).disagreement


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        ("Repairing the town hall cost 18 million euros.", "The town hall's repair cost 25 million euros.", "en"),
        ("大桥总长五百米,耗资3亿元。", "The bridge cost 400 million yuan.", "en"),
        ("Le lac compte 210 espèces de poissons.", "The lake is home to 190 species of fish.", "en"),
    ],
    ids=["one language", "zh and en", "fr and en"],
)
def test_two_figures_for_one_thing_contradict(first: str, second: str, language: str) -> None:
    question = {"T": "How much money was spent?", "大": "How much money was spent?", "L": "How many species?"}
    one = near(passage(first, file="a.txt", score=7.0, language=detect_language(first)), 7.0)
    two = near(passage(second, file="b.txt", score=6.8, language=language), 6.5)
    assert ask(question.get(first[0], question["T"]), one, two).disagreement


def test_sums_spent_on_different_things_do_not_contradict() -> None:
    one = near(passage("The restoration of the town hall cost 18 million euros.", file="a.txt", score=7.0), 7.0)
    two = near(passage("The city spent 25 million euros on new buses.", file="b.txt", score=6.8), 6.5)
    assert not ask("How much money was spent?", one, two).disagreement


def test_of_several_figures_the_one_beside_the_name_counts() -> None:
    first = near(passage("Norway has a market of 5 million people.", file="a.txt", score=7.0), 6.0)
    second = near(passage("Sweden has 10 million people and Norway 5 million people.", file="b.txt", score=6.8), 6.0)
    question = retrieval("How many people does Norway have?", [first, second, *filler(1, 2)])
    asked, candidates = rank_sentences(question)
    assert other_values(question, asked, candidates) == []


def test_without_confidence_it_declines() -> None:
    found: Retrieval = retrieval("Who won the cup?", filler(1, 2, 3, 4, 5), confidence=0.01)
    draft = quote(found)
    assert draft.declined
    assert draft.text == ""
    assert draft.lead is None


def test_a_number_that_is_nowhere_is_declined() -> None:
    item = near(passage("The members of the union met in the old harbour.", score=4.0), 3.0)
    found = retrieval("How many members does the union have?", [item, *filler(1, 2, 3)], confidence=0.35)
    assert quote(found).declined


def test_nothing_found_is_declined() -> None:
    assert quote(retrieval("Anything?", [])).declined


@pytest.mark.parametrize(
    ("question", "language", "sentence", "source", "holds"),
    [
        ("What share was lost?", "en", "損失了七成。", "zh-Hant", 1.0),
        ("What share was lost?", "en", "損失了700元。", "zh-Hant", 0.3),
        ("How much money was lost?", "en", "Ils ont perdu 300 millions d'euros.", "fr", 1.0),
        ("How many people came?", "en", "Sie kostet 300 Euro.", "de", 0.3),
        ("How many people came?", "en", "The hall measures 300 square metres.", "en", 0.3),
        ("How many people came?", "en", "4. Nobody came.", "en", 0.0),
        ("橋有多長？", "zh-Hant", "The bridge is 503 metres long.", "en", 1.0),
        ("Quand ?", "fr", "It opened on 3 March 1932.", "en", 1.0),
        ("Quand ?", "fr", "It opened late.", "en", 0.0),
        ("Who opened it?", "en", "大臣の田中氏が開いた。", "ja", 1.0),
        ("Who opened it?", "en", "It was opened by Kari Berg, the minister.", "en", 1.0),
        ("Where was it?", "en", "會議在南寧召開。", "zh-Hant", 1.0),
        ("What is it?", "en", "Anything.", "en", 0.5),
        ("How many?", "en", "Some in a language without word lists.", "xx", 0.0),
    ],
)
def test_evidence_is_told_across_languages(
    question: str, language: str, sentence: str, source: str, holds: float
) -> None:
    assert evidence(read_asked(question, language), sentence, source) == holds


def test_names_are_found_in_other_languages_and_rare_ones_weigh_more() -> None:
    asked = read_asked("How many patents does Japan hold?", "en")
    present = names_present(asked, ["日本持有專利。", "Le Chili a des brevets.", "Nothing here."])
    assert present == [1.0, 0.0, 0.0]
    assert names_present(read_asked("How many patents are there?", "en"), ["Anything."]) == [None]
