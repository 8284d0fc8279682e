"""Encodings of real text, and what is no text."""

import os

import pytest

from bot.corpus import parse_document
from bot.corpus.encoding import decode
from bot.errors import CorpusError

TEXTS = {
    "gb18030": "人工智能的发展必须依靠强有力的区域及全球合作。\n会议在南宁召开，各国代表踊跃发言。",
    "big5": "人工智慧的發展必須依靠強有力的區域及全球合作。\n會議在臺北召開，各國代表踴躍發言。",
    "shift_jis": "人工知能の発展には、地域と世界の協力が必要である。\n会議は東京で開かれた。",
    "euc_jp": "人工知能の発展には、地域と世界の協力が必要である。\n会議は東京で開かれた。",
    "euc_kr": "인공지능의 발전은 강력한 협력에 의존해야 한다.\n회의는 서울에서 열렸다.",
    "windows-1252": "“Smart quotes” — il a dit : « À l’été, c’est décidé »,\nfür 5 € in Köln.",
    "windows-1251": "Развитие искусственного интеллекта должно опираться на сотрудничество.\nСовещание прошло в Москве.",  # noqa: E501
    "koi8-r": "Развитие искусственного интеллекта должно опираться на сотрудничество.\nСовещание прошло в Москве.",
    "windows-1250": "Zażółć gęślą jaźń. Konferencja odbyła się w Łodzi.\nPrzedstawiciele państw wygłosili przemówienia.",  # noqa: E501
    "windows-1253": "Η ανάπτυξη της τεχνητής νοημοσύνης πρέπει να βασίζεται στη συνεργασία.",
    "windows-1254": "Toplantı İstanbul'da yapıldı; ışık, çığ, şüphe ve güçlü bölgesel işbirliği.",
    "windows-1255": "פיתוח הבינה המלאכותית חייב להסתמך על שיתוף פעולה אזורי.",
    "windows-1256": "يجب أن يعتمد تطوير الذكاء الاصطناعي على التعاون الإقليمي والعالمي.",
    "cp874": "การพัฒนาปัญญาประดิษฐ์ต้องอาศัยความร่วมมือระดับภูมิภาค",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_older_encodings_of_real_text_are_read_right(encoding):
    text, _, warning = decode("a.txt", TEXTS[encoding].encode(encoding))
    assert text == TEXTS[encoding]
    assert warning is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", ["Plain words, nothing else.", "Größe – 人工智能 😀\nzwei"])
def test_unicode_with_or_without_a_mark(encoding, text):
    if encoding.endswith("e") and not text.isascii():
        pytest.skip("without a mark only text of mostly Latin letters can be told")
    assert decode("a.txt", text.encode(encoding))[0] == text


def test_a_byte_order_mark_is_no_part_of_the_first_paragraph():
    assert parse_document("a.txt", b"\xef\xbb\xbfOne.\nTwo.").paragraphs[0].text == "One."


def test_the_encoding_is_told_from_lines_beyond_ascii_far_down():
    text = (
        "An English line without any accent.\n" * 5000
        + "会议在南宁召开，各国代表踊跃发言。人工智能的发展必须依靠合作。"
    )
    assert decode("a.txt", text.encode("gb18030"))[0] == text


def test_a_few_damaged_bytes_do_not_turn_utf8_into_something_else():
    data = TEXTS["gb18030"].encode() + b"\xff" + "结束。".encode()
    text, encoding, warning = decode("a b.txt", data)
    assert encoding == "utf-8"
    assert text == TEXTS["gb18030"] + "\ufffd结束。"
    assert warning is not None
    assert "'a b.txt'" in warning
    assert "UTF-8" in warning


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x00" * 1000,
        os.urandom(5000),
        b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 100,
        b"%PDF-1.7\n%\xe2\xe3",
        b"PK\x03\x04 rest",
        b"\xff\xfe\x00",
        b"text\x01\x02\x03\x04\x05\x06\x07\x08" * 10,
    ],
    ids=["bytes", "zeros", "random", "png", "pdf", "zip", "cut utf-16", "controls"],
)
def test_binary_files_are_refused_in_one_sentence(data):
    with pytest.raises(CorpusError) as caught:
        decode("data.txt", data)
    message = str(caught.value)
    assert "'data.txt'" in message
    assert "\n" not in message
