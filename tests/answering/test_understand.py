"""Follow-ups become standalone by rule, in many languages; questions that stand alone are not touched."""

import pytest

from bot.answering.questions import read_question
from bot.answering.understand import make_standalone, question_language, told_language
from bot.types import Message
from tests.answering.helpers import passage, retrieval


def after(question: str, answer: str = "An answer. [1]") -> list[Message]:
    return [Message("user", question), Message("assistant", answer)]


@pytest.mark.parametrize(
    ("question", "before", "carried"),
    [
        ("and in France?", "How many bridges did Norway build?", ["bridges", "Norway"]),
        ("Còn số người dùng thì sao?", "Trung Quốc có bao nhiêu bằng sáng chế?", ["Trung", "Quốc"]),
        ("What about the tunnels?", "How many bridges did Norway build?", ["bridges", "Norway"]),
        ("When did he resign?", "Who is Karl Ove Berg?", ["Karl", "Ove", "Berg"]),
        ("Why?", "Did the council close the harbour?", ["council", "harbour"]),
        ("Where will it be based?", "Which agency did the ministers found?", ["agency"]),
        ("Et en France ?", "Combien de ponts la Norvège a-t-elle construits ?", ["ponts", "Norvège"]),
        ("Quand a-t-il démissionné ?", "Qui est Karl Berg ?", ["Karl", "Berg"]),
        ("¿Y en Francia?", "¿Cuántos puentes construyó Noruega?", ["puentes", "Noruega"]),
        ("Wo wird sie ihren Sitz haben?", "Welche Behörde haben die Minister gegründet?", ["Behörde"]),
        ("E na França?", "Quantas pontes a Noruega construiu?", ["pontes", "Noruega"]),
        ("А во Франции?", "Сколько мостов построила Норвегия?", ["мостов", "Норвегия"]),
        ("وماذا عن فرنسا؟", "كم عدد الجسور في النرويج؟", ["الجسور", "النرويج"]),
        ("他呢？", "市長為什麼辭職？", ["市長"]),
        ("那法國呢？", "挪威建了多少座橋？", ["挪威"]),
        ("它什么时候成立？", "部长们成立了哪个机构？", ["机构"]),
        ("それはいつですか？", "大臣たちが設立した機関は何ですか？", ["機関"]),
        ("그럼 프랑스는?", "노르웨이는 다리를 몇 개 지었나요?", ["노르웨이는", "다리를"]),
        ("Còn nước Pháp thì sao?", "Na Uy đã xây bao nhiêu cây cầu?", ["cầu"]),
        ("Dan di Prancis?", "Berapa jembatan yang dibangun Norwegia?", ["jembatan", "Norwegia"]),
        ("แล้วฝรั่งเศสล่ะ", "นอร์เวย์สร้างสะพานกี่แห่ง", ["นอร์เวย์"]),
    ],
)
def test_a_follow_up_carries_the_subject_of_the_question_before(question: str, before: str, carried: list[str]) -> None:
    standalone = make_standalone(question, after(before))
    assert standalone != question
    assert all(term in standalone for term in carried), standalone
    assert standalone.startswith(question.rstrip("?？؟ "))


@pytest.mark.parametrize(
    "question",
    [
        "How many tunnels did Sweden dig in 1990?",
        "When did Sweden say it would close its mines?",
        "Is it true that Sweden closed the mine?",
        "How many of the countries that signed the treaty are in Asia?",
        "Combien de tunnels la Suède a-t-elle creusés ?",
        "Wie viele Tunnel hat Schweden gegraben?",
        "瑞典挖了多少條隧道？",
        "其他國家挖了多少條隧道？",
        "スウェーデンはいくつのトンネルを掘りましたか？",
        "Сколько туннелей построила Швеция?",
        "Thụy Điển đã đào bao nhiêu đường hầm?",
        "Tunnels in Sweden",
    ],
)
def test_a_question_that_stands_alone_is_not_touched(question: str) -> None:
    assert make_standalone(question, after("How many bridges did Norway build?")) == question


def test_without_history_nothing_changes() -> None:
    assert make_standalone("and in France?", []) == "and in France?"
    assert make_standalone("and in France?", [Message("assistant", "Hello, ask me something.")]) == "and in France?"


def test_a_chain_of_follow_ups_goes_back_to_the_subject() -> None:
    history = [*after("How many bridges did Norway build?"), *after("and in France?")]
    standalone = make_standalone("and when?", history)
    assert "bridges" in standalone
    assert "France" in standalone


def test_a_pronoun_may_point_to_a_name_in_the_last_answer() -> None:
    history = after("Who opened the bridge?", "It was opened by Ingrid Solberg of the council. [1]")
    assert "Ingrid Solberg" in make_standalone("What did she say?", history)


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("How many bridges are there?", "en", "number"),
        ("What percentage was lost?", "en", "number"),
        ("When was the bridge opened?", "en", "date"),
        ("Who opened it?", "en", "person"),
        ("Where is it?", "en", "place"),
        ("Why was it closed?", "en", "reason"),
        ("Did it rain?", "en", "choice"),
        ("What did the minister say when the bridge fell?", "en", "other"),
        ("What does the WHO recommend?", "en", "other"),
        ("Combien de ponts ?", "fr", "number"),
        ("Welcher Anteil ging verloren?", "de", "number"),
        ("橋是什麼時候開放的？", "zh-Hant", "date"),
        ("誰開放了橋？", "zh-Hant", "person"),
        ("橋有多長？", "zh-Hant", "number"),
        ("橋開放了嗎？", "zh-Hant", "choice"),
        ("何カ国が署名しましたか？", "ja", "number"),
        ("누가 다리를 열었나요?", "ko", "person"),
        ("Ai đã mở cây cầu?", "vi", "person"),
        ("AI dùng để làm gì?", "vi", "other"),
        ("Сколько стоил мост?", "ru", "number"),
        ("متى افتتح الجسر؟", "ar", "date"),
        ("ใครเปิดสะพาน", "th", "person"),
        ("Berapa panjang jembatan itu?", "id", "number"),
        ("Koliko mostova ima?", "hr", "other"),
        ("Qu’est-ce qui pousse les employés à partir ?", "fr", "other"),
        ("जून में कौन-सा क्लब नहीं आया?", "hi", "other"),
        ("在哪几个月禁止捕鱼？", "zh-Hans", "date"),
    ],
)
def test_the_expected_kind_of_answer_is_read_from_the_question_words(question: str, language: str, kind: str) -> None:
    assert read_question(question, language).kind == kind


def test_a_question_too_short_to_tell_takes_the_language_before_it() -> None:
    assert question_language("2024?", after("Combien de ponts la Norvège a-t-elle construits ?")) == "fr"
    assert question_language("Et Oslo ?", after("Combien de ponts la Norvège a-t-elle construits ?")) == "fr"
    assert question_language("為什麼？", after("How many bridges did Norway build?")).startswith("zh")


@pytest.mark.parametrize(
    ("question", "guessed", "told"),
    [("patents", "de", "en"), ("AI patents", "it", "en"), ("brevets", "en", "fr"), ("Löwen", "it", "it")],
)
def test_the_language_of_a_few_words_is_that_of_the_passages_that_hold_them(
    question: str, guessed: str, told: str
) -> None:
    passages = [
        passage("Nearly all AI patents are held in the region.", language="en"),
        passage("The patents expire.", language="en"),
        passage("Les brevets expirent, patents ou non.", language="fr"),
        passage("AI patents 專利", language="zh-Hant"),
    ]
    assert told_language(retrieval(question, passages, language=guessed)) == told


def test_a_longer_question_keeps_its_language() -> None:
    question = "What share of the patents does the region hold?"
    found = retrieval(question, [passage(question, language="fr")])
    assert told_language(found) == "en"
