"""From bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

from bot.errors import CorpusError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(file: str, data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding; a byte order mark is not part of the text.

    Raises:
        CorpusError: when the bytes are no text in any encoding known here.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise CorpusError(f"cannot read {file!r}: it is not text in any known encoding; save it as UTF-8")
    return data.decode(best.encoding), best.encoding
