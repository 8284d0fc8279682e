"""Markdown, HTML, PDF and Word."""

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from bot.corpus import Document, parse_document
from bot.corpus.markdown import markdown_blocks
from bot.errors import CorpusError


def outline(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.kind, paragraph.text) for paragraph in document.paragraphs]


MARKDOWN = """\
---
title: Harbours
---

# The *title*

First paragraph
on two lines.

Second part
-----------

- one
  continued
- two
  - nested

    its second paragraph

1. numbered

> quoted
> text

| a | b |
|---|---|
| 1 | 2 |

```python
# no heading

print(1)
```

<!-- a remark -->

***

[ref]: http://example.com

Last line"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_markdown_blocks(newline):
    text = MARKDOWN.replace("\n", newline)
    document = parse_document("a.md", text.encode())
    expected = [
        ("byline", "---\ntitle: Harbours\n---"), ("heading", "# The *title*"), ("text", "First paragraph\non two lines."),  # noqa: E501
        ("heading", "Second part\n-----------"), ("list_item", "- one\n  continued"), ("list_item", "- two"),
        ("list_item", "  - nested"), ("list_item", "    its second paragraph"), ("list_item", "1. numbered"),
        ("text", "> quoted\n> text"), ("table", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("code", "```python\n# no heading\n\nprint(1)\n```"), ("boilerplate", "<!-- a remark -->"),
        ("text", "[ref]: http://example.com"), ("text", "Last line"),
    ]  # fmt: skip
    assert outline(document) == [(kind, part.replace("\n", newline)) for kind, part in expected]
    assert all(p.text == text[p.start : p.end] for p in document.paragraphs)
    assert document.paragraphs[4].headings == ("The *title*", "Second part")


def test_markdown_with_unclosed_fence_or_front_matter():
    assert outline(parse_document("a.md", b"```\ncode\n\nmore")) == [("code", "```\ncode\n\nmore")]
    assert [p.text for p in parse_document("a.md", b"---\nnot closed\n\ntext").paragraphs] == ["not closed", "text"]


@pytest.mark.parametrize("mark", ["> ", "- ", "* > ", "1. "])
def test_markdown_nested_beyond_reason_is_read_without_losing_words(mark):
    document = parse_document("a.md", (mark * 3000 + "the end\n\nafter it").encode())
    assert "the end" in document.paragraphs[-2].text
    assert document.paragraphs[-1].text.endswith("after it")


@given(
    st.lists(
        st.sampled_from([*"#>-*+|`~=_[]()<>!:\\ \t\n\r", "1. ", "word", "  ", "```", "---", "\n\n", "<p>", "字"]),
        max_size=60,
    )
)
def test_markdown_paragraphs_lie_in_order_and_lose_no_word(pieces):
    text = "".join(pieces)
    blocks = markdown_blocks(text)
    position = 0
    for block in blocks:
        assert position <= block.start < block.end <= len(text)
        assert not any(character.isalnum() for character in text[position : block.start])
        position = block.end
    assert not any(character.isalnum() for character in text[position:])


HTML = """<!doctype html><html><head><title>Page</title><style>x{}</style>
<script>var a="<p>no</p>"</script></head>
<body><nav><a href=x>Home</a></nav><p>Intro with <b>bold</b> and a<br>break.</p><h2>Section &amp; more</h2>loose
<ul><li>one<ul><li>nested</li></ul></li><li>two</li></ul>
<table><tr><th>Name</th><th>Value</th></tr><tr><td>x</td><td>1</td></tr></table>
<pre>  code
   here</pre><figure><figcaption>A photo</figcaption></figure><p hidden>secret</p><template>no</template>
<footer>© 2020 Someone</footer></body></html>"""


def test_html_blocks():
    assert outline(parse_document("a.html", HTML.encode())) == [
        ("heading", "Page"), ("text", "Intro with bold and a\nbreak."), ("heading", "Section & more"), ("text", "loose"),  # noqa: E501
        ("list_item", "one"), ("list_item", "nested"), ("list_item", "two"), ("table", "Name | Value\nx | 1"),
        ("code", "  code\n   here"), ("caption", "A photo"), ("boilerplate", "© 2020 Someone"),
    ]  # fmt: skip


def test_html_offsets_count_in_the_extracted_text():
    paragraphs = parse_document("a.html", HTML.encode()).paragraphs
    extracted = "\n\n".join(p.text for p in paragraphs)
    assert all(p.text == extracted[p.start : p.end] for p in paragraphs)


def test_html_in_the_encoding_it_declares():
    text = '<meta charset="gb2312"><p>会议在南宁召开。</p>'
    assert parse_document("a.htm", text.encode("gb18030")).paragraphs[0].text == "会议在南宁召开。"
    text = '<meta charset="no-such-thing"><p>会议在南宁召开，各国代表踊跃发言。人工智能的发展必须依靠合作。</p>'
    assert "南宁" in parse_document("a.htm", text.encode("gb18030")).paragraphs[0].text


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote"])
def test_html_nested_beyond_reason(tag):
    name = tag.split(">")[-1].strip("<")
    html = "<p>before</p>" + f"<{tag}>" * 20_000 + "deep" + f"</{name}>" * 20_000
    texts = [p.text for p in parse_document("a.html", html.encode()).paragraphs]
    assert texts[0] == "before"
    assert any("deep" in text for text in texts)


def make_pdf(pages: list[list[str]], password: str | None = None) -> bytes:
    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    reference = writer._add_object(DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()}))
    fonts = DictionaryObject({NameObject("/F1"): reference})
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = StreamObject()
        stream.set_data(
            ("BT /F1 11 Tf 14 TL 72 720 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET").encode()
        )
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


PAGES = [
    [
        "Report on Harbours",
        "The inspectors of the harbour arrived early on Monday, although nobody had asked",
        "them to, and they found that the cargo was in truth a consignment of porce-",
        "lain.",
        "It had been packed in straw by the merchants of the old town, and nobody in the",
        "council could say how it had come to be there.",
        "Page 1",
    ],
    ["The second page begins with a line that is as long as the ones on the page before", "and ends here.", "Page 2"],
    ["The third page begins with a line that is as long as the ones on the page before", "and ends too.", "Page 3"],
]


def test_pdf_paragraphs_carry_their_page():
    paragraphs = parse_document("a.pdf", make_pdf(PAGES)).paragraphs
    assert [(p.page, p.kind) for p in paragraphs] == [
        (1, "heading"), (1, "text"), (1, "text"), (1, "boilerplate"), (2, "text"), (2, "boilerplate"), (3, "text"),
        (3, "boilerplate"),
    ]  # fmt: skip
    assert paragraphs[1].text.endswith("porce-\nlain.")
    assert paragraphs[2].headings == ("Report on Harbours",)


def test_an_encrypted_pdf():
    with pytest.raises(CorpusError, match=r"'a.pdf' is protected by a password; save a copy without one"):
        parse_document("a.pdf", make_pdf(PAGES, "secret"))


def test_a_pdf_encrypted_with_an_empty_password_can_be_read():
    assert len(parse_document("a.pdf", make_pdf(PAGES, "")).paragraphs) == 8


def test_a_scanned_pdf():
    with pytest.raises(CorpusError, match="only pictures of it; run it through text recognition"):
        parse_document("a.pdf", make_pdf([[], []]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data):
    whole = bytearray(make_pdf(PAGES))
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        document = parse_document("a.pdf", bytes(whole[: data.draw(st.integers(50, len(whole)))]))
    except CorpusError:
        return
    assert document.paragraphs


def make_docx() -> bytes:
    document = docx.Document()
    document.add_heading("The Title", 0)
    document.add_heading("Section", 1)
    document.add_paragraph("Body text of the section.")
    document.add_paragraph("an item", style="List Bullet")
    table = document.add_table(2, 2)
    for index, text in enumerate("abcd"):
        table.cell(index // 2, index % 2).text = text
    document.add_paragraph("")
    document.add_paragraph("After the table.")
    document.add_heading("Part", 2)
    document.add_paragraph("Last words.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word_blocks_in_order_with_tables():
    document = parse_document("a.docx", make_docx())
    assert outline(document) == [
        ("heading", "The Title"), ("heading", "Section"), ("text", "Body text of the section."), ("list_item", "an item"),  # noqa: E501
        ("table", "a | b\nc | d"), ("text", "After the table."), ("heading", "Part"), ("text", "Last words."),
    ]  # fmt: skip
    assert document.paragraphs[-1].headings == ("The Title", "Section", "Part")


def test_a_word_file_that_unpacks_to_too_much():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as entry:
        for _ in range(250):
            entry.write(bytes(1_000_000))
    with pytest.raises(CorpusError, match="unpacks to more than"):
        parse_document("a.docx", buffer.getvalue())


def test_entities_in_a_word_file_are_not_expanded():
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 9))
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "boom">{entities}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>&e8;</w:t></w:r></w:p><w:p><w:r><w:t>safe</w:t></w:r></w:p></w:body></w:document>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_docx())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "word/document.xml" else old.read(name))
    try:
        document = parse_document("a.docx", buffer.getvalue())
    except CorpusError:
        return
    assert sum(len(p.text) for p in document.paragraphs) < 1000


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx"]), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(name, data):
    try:
        document = parse_document(name, data)
    except CorpusError:
        return
    assert [p.number for p in document.paragraphs] == list(range(1, len(document.paragraphs) + 1))
