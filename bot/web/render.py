"""Answers as HTML for the chat: every piece of text that is not ours is escaped here, character by character.

Gradio reads a message as Markdown and sanitises the HTML it finds. Text is therefore escaped twice over: what HTML or
Markdown could take for markup becomes a numeric entity, and line ends become `<br>`, so that one message is one HTML
block in which Markdown changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.links import source_path
from bot.types import Answer, Citation, Paragraph, Passage, Sentence
from bot.web.lines import MARKER, direction, disagreement_of, lead_of, lines_of
from bot.web.words import counted, language_name

_SPECIAL = re.compile(r"[^\w\s,;?’“”«»、。，！？：；（）《》]|_", re.ASCII)
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$:@])")
_NEAREST = 3
_WORD = 18
"""Longest word, in characters, that is kept on one line with a number behind it."""

Look = Callable[[str, int], Paragraph | None]
"""Finds a paragraph by file and number."""
Link = Callable[[str, int, str], str]
"""Makes the address of a paragraph from file, number and content hash."""


def esc(text: str) -> str:
    """Escape text so that neither HTML nor Markdown sees anything but text.

    Control and bidirectional formatting characters are shown by their code point, since they could make a page show
    other words than it holds.
    """
    text = _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};" if ord(found[0]) < 128 else found[0], text)
    return text.replace("\n", "<br>").replace("\t", " ")


def question_markdown(text: str) -> str:
    """Write a question as Markdown that shows as its own text, and that stays readable in the box that edits it."""
    text = _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = []
    for line in text.split("\n"):
        bare = line.strip()
        lines.append(_MARKDOWN.sub(r"\\\1", bare) if _looks_like_markup(bare) else bare)
    return "\n".join(lines)


def question_text(markdown: str) -> str:
    """Undo `question_markdown` on what the reader edited."""
    return re.sub(r"\\([\\`*_{}\[\]<>()#+\-.!|~&$:@])", r"\1", markdown)


def _looks_like_markup(line: str) -> bool:
    return bool(re.search(r"[\\`*_{}\[\]<>|~&$@]|://|www\.|^\s*([#+=-]|\d+[.)])|!\[", line))


@dataclass
class View:
    """Renders turns for one reader: their words, and how to find and link paragraphs."""

    words: Mapping[str, str]
    """The interface's words."""
    language: str
    """The interface's language."""
    look: Look
    """Finds the paragraphs that are shown without being cited."""
    link: Link = source_path
    """Makes the addresses of paragraphs."""
    dropped: Callable[[str], bool] = lambda _: False
    """Tells whether a file was dropped into the conversation, also when it is gone by now."""

    def status(self, text: str) -> str:
        """A line that says what is going on."""
        return f'<div class="pp-answer"><div class="pp-step pp-busy">{esc(text)}</div></div>'

    def asking(self, passages: Sequence[Passage], text: str, citations: Sequence[Citation], language: str) -> str:
        """An answer while it is written: the passages found, and unchecked text whose known markers are chips."""
        places = [(item.paragraph.file, item.paragraph.number, item.paragraph) for item in passages]
        by_number = {citation.n: citation for citation in citations}
        body = "".join(self._unchecked(line, by_number) for line in text.strip().split("\n")) if text.strip() else ""
        writing = f'<div class="pp-text pp-writing">{body}</div>' if body else ""
        return self._frame(self._found(places, busy=not body) + writing, language)

    def _unchecked(self, text: str, by_number: Mapping[int, Citation]) -> str:
        pieces, at = [], 0
        for marker in MARKER.finditer(text):
            citation = by_number.get(int(marker[1]))
            pieces.append(esc(text[at : marker.start()].rstrip(" ") if citation is None else text[at : marker.start()]))
            if citation is not None:
                pieces.append(self._chip(citation))
            at = marker.end()
        pieces.append(esc(text[at:]))
        return f'<div dir="{direction(text)}">{"".join(pieces)}</div>' if text.strip() else "<br>"

    def partial(self, text: str) -> str:
        """What had come when the reader stopped it."""
        body = esc(MARKER.sub("", text).strip())
        shown = f'<div class="pp-text pp-stopped" dir="auto">{body}</div>' if body else ""
        return self._frame(f'{shown}<div class="pp-note">{esc(self.words["chat.stopped"])}</div>', "")

    def failed(self, note: str) -> str:
        """A question that could not be answered."""
        note = note[:1].upper() + note[1:]
        return self._frame(
            f'<div class="pp-alert" role="alert"><strong>{esc(self.words["chat.error"])}</strong> {esc(note)}</div>', ""
        )

    def note(self, note: str) -> str:
        """Something to know that is not an answer."""
        return self._frame(f'<div class="pp-note">{esc(note)}</div>', "")

    def answer(self, answer: Answer, note: str = "") -> str:
        """A checked answer with chips, marks and its list of sources."""
        places = [(item.file, item.paragraph, self.look(item.file, item.paragraph)) for item in answer.retrieved]
        parts = [self._found(places)]
        if note:
            parts.append(f'<div class="pp-note">{esc(note)}</div>')
        if answer.status == "not_found":
            parts += [self._not_found(answer)]
        elif answer.disagreement:
            parts += [self._disagreement(answer), self._sources(answer.citations)]
        else:
            parts += [self._text(answer), self._sources(answer.citations)]
        if answer.notice:
            parts.append(f'<div class="pp-note" dir="auto">{esc(answer.notice)}</div>')
        parts.append(self._footer(answer))
        return self._frame("".join(parts), answer.language)

    def _frame(self, inner: str, language: str) -> str:
        lang = f' lang="{esc(language)}"' if language else ""
        return f'<div class="pp-answer"{lang}>{inner}</div>'

    def _found(self, places: Sequence[tuple[str, int, Paragraph | None]], *, busy: bool = False) -> str:
        if not places:
            return ""
        summary = self.words["chat.reading" if busy else "chat.read"].format(
            passages=counted(self.words, "count.passages", len(places)),
            files=counted(self.words, "count.files", len({file for file, _, _ in places})),
        )
        items = []
        for file, number, paragraph in places:
            text = (
                f'<span class="pp-snippet" dir="auto">{esc(_shorten(paragraph.text, 140))}</span>' if paragraph else ""
            )
            href = esc(self.link(file, number, paragraph.hash if paragraph else ""))
            items.append(f'<li><a class="pp-open" href="{href}">{self._place(file, number)}{text}</a></li>')
        state = " pp-busy" if busy else ""
        return (
            f'<details class="pp-step pp-found{state}"><summary>{esc(summary)}</summary>'
            f"<ol>{''.join(items)}</ol></details>"
        )

    def _text(self, answer: Answer) -> str:
        pieces = []
        if lead := lead_of(answer):
            pieces.append(f'<div class="pp-lead" dir="{direction(lead)}">{esc(lead)}</div>')
        for line in lines_of(answer):
            written = " ".join(self._sentence(answer, sign, sentence) for sign, sentence in line.sentences)
            pieces.append(
                f'{"<br>" if line.apart else ""}<div dir="{direction(line.sentences[0][1].text)}">{written}</div>'
            )
        return f'<div class="pp-text">{"".join(pieces)}</div>'

    def _sentence(self, answer: Answer, sign: str, sentence: Sentence) -> str:
        """A sentence with its chips, running its own way; what is quoted is in the language of its source."""
        cited = [citation for n in sentence.citations for citation in answer.citations if citation.n == n]
        quoted = answer.model == "quote" and bool(cited)
        lang = f' lang="{esc(cited[0].language)}"' if quoted else ""
        inner = esc(f"{sign} ") if sign else ""
        if not sentence.supported:
            reason = sentence.reason or self.words["answer.unsupported"]
            why = f"{self.words['answer.unsupported']}: {reason}" if sentence.reason else reason
            inner += (
                f'<span class="pp-bad" tabindex="0" title="{esc(why)}">{esc(sentence.text)}'
                f'<span class="pp-sr"> ({esc(why)})</span></span>'
            )
        elif cited:
            head, tail = _tied(sentence.text)
            chips = [self._chip(citation) for citation in cited]
            inner += f'{esc(head)}<span class="pp-tie">{esc(tail)}{chips[0]}</span>{"".join(chips[1:])}'
        else:
            inner += esc(sentence.text)
        return f'<span{lang} dir="{direction(sentence.text)}">{inner}</span>'

    def _chip(self, citation: Citation) -> str:
        said = self.words["answer.open"].format(number=citation.paragraph, file=citation.file)
        return (
            f'<a class="pp-chip" href="{esc(self._quote_link(citation))}">{citation.n}'
            f'<span class="pp-sr"> {esc(said)}</span></a>'
        )

    def _quote_link(self, citation: Citation) -> str:
        path, _, anchor = self.link(citation.file, citation.paragraph, citation.hash).partition("#")
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}q={citation.start}-{citation.end}#{anchor}"

    def _place(self, file: str, number: int) -> str:
        return (
            f'<span class="pp-place"><bdi class="pp-file">{esc(file)}</bdi> '
            f'<span class="pp-para">{esc(self.words["answer.para"].format(number=number))}</span></span>'
        )

    def _card(self, citation: Citation) -> str:
        return (
            f'<a class="pp-card" href="{esc(self._quote_link(citation))}"><span class="pp-n">{citation.n}</span>'
            f"{self._place(citation.file, citation.paragraph)}"
            f'<span class="pp-language" lang="{esc(citation.language)}">'
            f"{esc(language_name(citation.language, self.language))}</span>"
            f'<span class="pp-quote" lang="{esc(citation.language)}" dir="auto">{esc(citation.quote)}</span></a>'
        )

    def _sources(self, citations: Sequence[Citation]) -> str:
        if not citations:
            return ""
        cards = "".join(f"<li>{self._card(citation)}</li>" for citation in citations)
        label = esc(self.words["answer.sources"])
        return f'<div class="pp-sources"><div class="pp-label">{label}</div><ol>{cards}</ol></div>'

    def _disagreement(self, answer: Answer) -> str:
        sides = "".join(
            f'<div class="pp-side" dir="{direction(sentence.text)}">{self._sentence(answer, sign, sentence)}</div>'
            for line in lines_of(answer)
            for sign, sentence in line.sentences
        )
        said = disagreement_of(answer)
        label = f'<div class="pp-label pp-warn" dir="{direction(said)}">{esc(said)}</div>'
        return f'<div class="pp-text">{label}<div class="pp-sides">{sides}</div></div>'

    def _not_found(self, answer: Answer) -> str:
        items = []
        for item in answer.retrieved[:_NEAREST]:
            paragraph = self.look(item.file, item.paragraph)
            if paragraph is None:
                continue
            href = esc(self.link(item.file, item.paragraph, paragraph.hash))
            items.append(
                f'<li><a class="pp-card pp-open" href="{href}">{self._place(item.file, item.paragraph)}'
                f'<span class="pp-quote" lang="{esc(paragraph.language)}" dir="auto">'
                f"{esc(_shorten(paragraph.text, 280))}</span></a></li>"
            )
        nearest = ""
        if items:
            label = esc(self.words["answer.nearest"])
            nearest = (
                f'<div class="pp-sources pp-nearest"><div class="pp-label">{label}</div><ol>{"".join(items)}</ol></div>'
            )
        said = answer.text or self.words["answer.not_found"]
        return f'<div class="pp-text pp-none" dir="{direction(said)}">{esc(said)}</div>{nearest}'

    def _footer(self, answer: Answer) -> str:
        model = self.words["model.quote"] if answer.model == "quote" else answer.model
        return (
            f'<div class="pp-foot"><button type="button" class="pp-copy">{esc(self.words["chat.copy"])}</button>'
            f'<span class="pp-model">{esc(model)}</span></div>'
        )


def _tied(text: str) -> tuple[str, str]:
    """Split off the end of a sentence that its first number stays on one line with, so that none stands alone."""
    if text[-1:] > "\u2e7f":  # Chinese and Japanese break between any two characters
        return text[:-2], text[-2:]
    head, blank, word = text.rpartition(" ")
    return (head + blank, word) if len(word) <= _WORD else (text, "")


def _shorten(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
