"""What a paragraph is, in texts of several scripts that no rule was written for."""

import pytest

from bot.corpus import parse_document

TEXTS = {
    "ru": [
        ("heading", "Гавань после бури"),
        ("text", "В понедельник утром инспекторы пришли в порт и обнаружили, что весь груз промок насквозь за ночь."),
        ("text", "Никто в городе не мог объяснить, откуда взялся этот груз и почему его объявили лесом, хотя это фарфор."),  # noqa: E501
        ("heading", "Что говорит мэр"),
        ("text", "Мэр отказался отвечать на вопросы журналистов, но обещал, что расследование закончится до конца года."),  # noqa: E501
        ("byline", "Автор: Иван Петров"),
        ("boilerplate", "© 2024 Газета. Все права защищены."),
    ],
    "ja": [
        ("heading", "港の嵐のあと"),
        ("text", "月曜日の朝、検査官たちは港に到着し、積荷がすべて一晩で濡れていることを発見した。町の誰も理由を知らなかった。"),  # noqa: E501
        ("heading", "市長の説明"),
        ("text", "市長は記者の質問に答えることを拒んだが、年末までに調査を終えると約束した。陶磁器は藁に包まれていたという。"),  # noqa: E501
        ("text", "住民の多くは、この出来事が町の観光にどのような影響を与えるのかを心配していると、新聞の取材に対して話した。"),  # noqa: E501
        ("boilerplate", "© 2024 新聞社 無断転載を禁じます"),
    ],
    "ar": [
        ("heading", "الميناء بعد العاصفة"),
        ("text", "وصل المفتشون إلى الميناء صباح يوم الاثنين ووجدوا أن الحمولة كلها قد ابتلت خلال الليل دون أن يعرف أحد السبب."),  # noqa: E501
        ("heading", "ماذا يقول رئيس البلدية؟"),
        ("text", "رفض رئيس البلدية الإجابة عن أسئلة الصحفيين لكنه وعد بأن ينتهي التحقيق قبل نهاية العام وبأن تنشر النتائج."),  # noqa: E501
        ("text", "ويخشى كثير من السكان أن يؤثر هذا الحادث في السياحة التي تعيش منها المدينة منذ أكثر من خمسين عاما كاملة."),  # noqa: E501
    ],
    "hi": [
        ("heading", "तूफ़ान के बाद बंदरगाह"),
        ("text", "सोमवार की सुबह निरीक्षक बंदरगाह पहुँचे और उन्होंने पाया कि सारा माल रात भर में भीग गया था और कारण किसी को पता नहीं था।"),  # noqa: E501
        ("heading", "महापौर का बयान"),
        ("text", "महापौर ने पत्रकारों के सवालों का जवाब देने से इनकार किया लेकिन वादा किया कि जाँच साल के अंत तक पूरी हो जाएगी।"),
    ],
    "de": [
        ("heading", "Der Hafen nach dem Sturm"),
        ("byline", "von Erika Mustermann:  "),
        ("text", "Am Montagmorgen kamen die Prüfer in den Hafen und fanden, dass die ganze Ladung über Nacht nass geworden war."),  # noqa: E501
        ("heading", "1. Was der Bürgermeister sagt"),
        ("text", "Der Bürgermeister wollte Fragen nicht beantworten, versprach aber, dass die Untersuchung bis Jahresende endet."),  # noqa: E501
        ("list_item", "1. Die Ladung war als Holz angemeldet, bestand aber aus Porzellan, das in Stroh verpackt worden war."),  # noqa: E501
        ("list_item", "2. Niemand in der Stadt konnte sagen, wie sie dorthin gekommen war, auch nicht die Händler selbst."),  # noqa: E501
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "ja", "ar", "hi"])
def test_kinds_in_many_scripts(language):
    document = parse_document("a.txt", "\n".join(text for _, text in TEXTS[language]).encode())
    assert [(p.kind, p.text) for p in document.paragraphs] == TEXTS[language]
    assert {p.language for p in document.paragraphs} == {language}


def test_numbered_headings_and_items():
    lines = [text for _, text in TEXTS["de"] if not text.startswith("von")]
    kinds = [p.kind for p in parse_document("a.txt", "\n\n".join(lines).encode()).paragraphs]
    assert kinds == ["heading", "text", "heading", "text", "list_item", "list_item"]


def test_an_article_on_copyright_is_content():
    lines = [
        "The new copyright law changes what libraries may lend, and publishers have reserved all rights since January.",
        "Under the law a copyright lasts for seventy years, and a licence is needed for each copy that a library makes.",  # noqa: E501
        "Courts have held that the words all rights reserved have no effect in most countries that joined the treaty.",
        "Copyright notices are no longer needed, and 'all rights reserved' on a page changes nothing about its status.",
    ]
    assert {p.kind for p in parse_document("a.txt", "\n".join(lines).encode()).paragraphs} == {"text"}


def test_the_last_paragraph_of_an_article_is_not_drawn_into_the_notice_below():
    body = "The Republic of Korea will license the technology, the minister said, once the parliament has agreed to it."
    lines = [*[body] * 4, "Copyright 2024 The Paper. All rights reserved."]
    assert [p.kind for p in parse_document("a.txt", "\n".join(lines).encode()).paragraphs] == ["text"] * 4 + [
        "boilerplate"
    ]


@pytest.mark.parametrize(
    "text",
    ["One line only", "short\nlines\nof\nverse", "“Yes.”\n“No.”\n“Why?”", "Just a sentence, nothing else at all."],
)
def test_without_prose_nothing_is_a_heading(text):
    assert {p.kind for p in parse_document("a.txt", text.encode()).paragraphs} == {"text"}


def test_a_list_of_short_lines_inside_prose_is_no_row_of_headings():
    body = "The committee of the harbour met on Monday and decided on the following towns, each with its own inspector."
    lines = [body, "Aberdeen", "Bergen", "Calais", "Dover", "Esbjerg", body]
    assert [p.kind for p in parse_document("a.txt", "\n".join(lines).encode()).paragraphs] == ["text"] * 7


def test_a_line_of_stars_carries_nothing():
    body = "The committee of the harbour met on Monday and decided on the following towns, each with its own inspector."
    assert [p.kind for p in parse_document("a.txt", f"{body}\n* * *\n{body}".encode()).paragraphs][1] == "boilerplate"
