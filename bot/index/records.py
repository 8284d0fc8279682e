"""What an index is made of, and what making one reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.corpus import Problem

FORMAT = 1
"""Version of the index on disk; a reader refuses a higher one."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """An indexed file."""

    file: str
    """Path below the corpus folder."""
    language: str
    """Language of most of its text, BCP 47."""
    paragraphs: int
    """How many paragraphs it has."""
    indexed_at: str
    """When its content was last read into the index, ISO 8601 in UTC."""
    hash: str
    """SHA-256 of its bytes, 64 hex digits."""
    size: int = 0
    """Bytes."""
    units: int = 0
    """How many texts of it are searched."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The page that makes a generation complete: it is written last."""

    generation: str
    """Name of the generation."""
    root: str
    """The corpus folder, absolute."""
    recipe: str
    """Fingerprint of the code that decides paragraphs and units; another one means that every file is read again."""
    created: str
    """ISO 8601 in UTC."""
    spaces: dict[str, str]
    """Name of each vector space and of its embedder; the first is the primary one."""
    files: tuple[FileInfo, ...]
    """Sorted by file."""
    problems: tuple[Problem, ...]
    """Files that could not be read."""
    rejected: dict[str, str]
    """SHA-256 of the files that could not be read at all, by name."""
    languages: tuple[str, ...]
    """What the language codes of the tables stand for."""
    counts: dict[str, int]
    """Records in each collection, by `space-level`."""
    store: dict[str, list[int]] = field(default_factory=dict)
    """Size and checksum of the store's files that no reader changes, to tell a damaged store before it is opened."""
    format: int = FORMAT
    """Version of this layout."""

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Manifest:
        """From plain data; unknown fields are left aside.

        Raises:
            KeyError: when a field is missing.
            TypeError: when a field has another shape.
        """
        return cls(
            generation=data["generation"],
            root=data["root"],
            recipe=data["recipe"],
            created=data["created"],
            spaces=dict(data["spaces"]),
            files=tuple(FileInfo(**entry) for entry in data["files"]),
            problems=_problems(data["problems"]),
            rejected=dict(data["rejected"]),
            languages=tuple(data["languages"]),
            counts=dict(data["counts"]),
            store=dict(data.get("store", {})),
            format=int(data["format"]),
        )


def _problems(entries: list[dict[str, str]]) -> tuple[Problem, ...]:
    if not entries:
        return ()  # the usual case: opening an index need not import what reads documents
    from bot.corpus import Problem

    return tuple(Problem(**entry) for entry in entries)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run of indexing did."""

    root: str
    """The corpus folder, absolute."""
    generation: str
    """The generation that now answers."""
    changed: bool
    """False when nothing had to be done."""
    files: int
    """Files in the index."""
    paragraphs: int
    """Paragraphs in the index."""
    vectors: int
    """Vectors in the index, all spaces together."""
    embedded: int
    """Texts embedded in this run."""
    reused: int
    """Vectors that were known already."""
    added: int
    """Files that are new or whose content changed."""
    removed: int
    """Files that are gone."""
    problems: tuple[Problem, ...]
    """Files that could not be read, one sentence each."""
    seconds: float
    """Wall-clock time of the run."""
    skipped: tuple[str, ...] = ()
    """Files of kinds that are no documents, such as programs and pictures, sorted."""
