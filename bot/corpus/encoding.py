"""From bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import unicodedata

import regex

from bot.errors import CorpusError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF", ".pdf"),
    (b"PK\x03\x04", "a zip archive or office file", ".docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted office file", ".docx"),
    (b"\x89PNG", "an image", None),
    (b"\xff\xd8\xff", "an image", None),
    (b"GIF8", "an image", None),
    (b"\x1f\x8b", "a compressed file", None),
    (b"\x7fELF", "a program", None),
    (b"SQLite format 3\x00", "a database", None),
)
# Detectors name the older standard; its superset reads what people really saved.
_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "shift_jis": "cp932",
    "shift_jis_2004": "cp932", "euc_kr": "cp949", "latin_1": "cp1252", "iso8859_1": "cp1252", "iso8859_9": "cp1254",
}  # fmt: skip
# Encodings of Latin letters that differ in a few of them: which language comes out tells them apart best.
_WESTERN = frozenset(
    (
        *("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_10", "iso8859_13"),
        *(
            "iso8859_14",
            "iso8859_15",
            "iso8859_16",
            "mac_roman",
            "mac_latin2",
            "mac_iceland",
            "cp850",
            "cp852",
            "cp858",
        ),
    )
)
_RIVALS = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257")
_MIXED_CASE = regex.compile(r"\p{Ll}\p{Lu}\p{Ll}|(?<=\p{L})[^\p{L}\p{M}\p{N}\p{Pd}'’\s\x00-\x7f](?=\p{L})")
_HIGH = regex.compile(rb"[\x80-\xff]+")
_SAMPLE = 64_000


def decode(file: str, data: bytes) -> tuple[str, str, str | None]:
    """Return the text, the name of its encoding, and a warning when some bytes could not be read.

    A byte order mark is not part of the text. Bytes that break an otherwise sound UTF-8 file become U+FFFD.

    Raises:
        CorpusError: when the bytes are no text in any encoding known here.
    """
    for signature, what, suffix in _SIGNATURES:
        if data.startswith(signature):
            remedy = f"rename it to end in {suffix!r}" if suffix else "remove it, or put its text in a .txt file"
            raise CorpusError(f"cannot read {file!r} as text: it is {what}; {remedy}")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return _checked(file, data.decode(encoding)), encoding, None
            except UnicodeDecodeError:
                break
    if b"\x00" not in data[:_SAMPLE]:
        try:
            return _checked(file, data.decode("utf-8")), "utf-8", None
        except UnicodeDecodeError:
            return _decode_other(file, data)
    return _decode_wide(file, data)


def _decode_wide(file: str, data: bytes) -> tuple[str, str, str | None]:
    """Decode UTF-16 without a mark, told by where its zero bytes stand: text has them on one side, mostly."""
    head = data[:_SAMPLE]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for encoding, here, there in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(data) % 2 == 0 and here > 4 * there:
            try:
                return _checked(file, data.decode(encoding)), encoding, None
            except UnicodeDecodeError:
                continue
    raise _binary(file)


def _decode_other(file: str, data: bytes) -> tuple[str, str, str | None]:
    """Decode what is not valid UTF-8: damaged UTF-8, or one of the older encodings."""
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    sound = sum(character > "\x7f" for character in lenient) - broken
    if broken * 3 <= sound:
        warning = (
            f"{broken} damaged {'character' if broken == 1 else 'characters'} in {file!r} cannot be read and "
            "show as \ufffd; save the file again as UTF-8"
        )
        return _checked(file, lenient), "utf-8", warning
    sample = _sample(data)
    detected = "cp1252" if _is_western(sample) else _detect(sample)
    if detected is None:
        raise _binary(file)
    encoding = _SUPERSETS.get(detected, detected)
    if encoding in _WESTERN:
        encoding = _most_plausible(sample, encoding)
    for name in (encoding, detected):
        try:
            return _checked(file, data.decode(name)), name, None
        except UnicodeDecodeError:
            continue
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") * 100 > len(text):
        raise _binary(file)
    warning = f"some characters in {file!r} cannot be read as {encoding} and show as \ufffd; save the file as UTF-8"
    return _checked(file, text), encoding, warning


def _is_western(sample: bytes) -> bool:
    """Tell Latin text with accents: bytes beyond ASCII stand alone among letters, where other scripts fill words."""
    runs = _HIGH.findall(sample)
    alone = [run for run in runs if len(run) == 1]
    return len(alone) * 5 >= len(runs) * 4 and sum(run >= b"\xc0" for run in alone) * 5 >= len(runs) * 3


def _detect(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    # UTF-16 without a mark was tried where it can be told; a few bytes of anything can look like it.
    excluded = ["utf_16_le", "utf_16_be", "utf_16", "utf_32", "utf_7"] if len(sample) < 64 else []
    best = from_bytes(sample, cp_exclusion=excluded).best()
    return best.encoding if best else None


def _most_plausible(sample: bytes, first: str) -> str:
    """Return the encoding in which the sample reads most like a language, the commonest when in doubt."""
    from bot.corpus.language import confidence

    best, best_score = first, -1.0
    for name in dict.fromkeys((*_RIVALS, first)):
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        odd = len(_MIXED_CASE.findall(text)) + sum(unicodedata.category(c) in {"Cc", "Co", "Cn"} for c in text) // 4
        accents = sum(c > "\x7f" for c in text) or 1
        score = confidence(text) - odd / accents
        if score > best_score + 0.02:
            best, best_score = name, score
    return best


def _sample(data: bytes) -> bytes:
    """Return lines that tell encodings apart: those with bytes beyond ASCII, whole, up to a size."""
    lines: list[bytes] = []
    size = 0
    for line in data[: 50 * _SAMPLE].split(b"\n"):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    return b"\n".join(lines) if size <= 4 * _SAMPLE else data[: 4 * _SAMPLE]


def _checked(file: str, text: str) -> str:
    """Return the text if it reads like one: hardly any control characters."""
    head = text[:_SAMPLE]
    controls = sum(
        (character < " " and character not in "\t\n\r\x0b\x0c\x1c\x1d\x1e") or "\x7f" <= character <= "\x84"
        for character in head
    )
    if controls * 50 > len(head):
        raise _binary(file)
    return text


def _binary(file: str) -> CorpusError:
    return CorpusError(
        f"cannot read {file!r}: it is not text in any encoding known here; save it as UTF-8, or remove it"
    )
