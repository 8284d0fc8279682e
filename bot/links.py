"""Addresses of paragraphs: the one place that knows how a citation becomes a link."""

from __future__ import annotations

from urllib.parse import quote


def source_path(file: str, number: int | None = None, content_hash: str = "") -> str:
    """Path of a file's page on this server, at a paragraph when one is given.

    Args:
        file: Name of the file in the corpus, with forward slashes, any characters.
        number: Paragraph number from 1, or None for the top of the page.
        content_hash: Hash of the paragraph when it was cited; lets the page say that the paragraph has changed.

    Returns:
        For example `/sources/a%20b.txt?h=0123456789ab#p7`.
    """
    path = "/sources/" + quote(file, safe="/", errors="surrogateescape")
    if content_hash:
        path += "?h=" + quote(content_hash, safe="")
    if number is not None:
        path += f"#p{number}"
    return path


def permalink(public_url: str | None, file: str, number: int | None = None, content_hash: str = "") -> str | None:
    """Permanent link to a paragraph, or None when no public address is configured.

    Args:
        public_url: Address of the server as readers see it (`PINPOINT_PUBLIC_URL`), with or without a final slash.
        file: Name of the file in the corpus.
        number: Paragraph number from 1, or None for the file.
        content_hash: Hash of the paragraph when it was cited.
    """
    if not public_url:
        return None
    return public_url.rstrip("/") + source_path(file, number, content_hash)
