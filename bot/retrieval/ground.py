"""What every question needs of the indexes that are searched: prepared once for a snapshot, then only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.fairness import Fairness, group_codes
from bot.retrieval.lexicon import Lexicon
from bot.retrieval.recipe import SHIPPED, Recipe
from bot.types import Kind, Paragraph

if TYPE_CHECKING:
    from bot.index import Index

Channel = tuple[str, int]
"""A space and a level: whole paragraphs or single sentences, as one model sees them."""

_KINDS: tuple[str, ...] = get_args(Kind)
_HEADING = _KINDS.index("heading")
_NOTICES = [_KINDS.index(kind) for kind in ("byline", "caption", "boilerplate")]


@dataclass(frozen=True)
class Units:
    """The units of a channel, ordered by paragraph."""

    unit: NDArray[np.int64]
    """Row of each in its index's `units`."""
    row: NDArray[np.int64]
    """Row of its vector, all indexes' vectors taken one after the other."""
    group: NDArray[np.int32]
    """Its language group."""
    length: NDArray[np.float32]
    """Length of its fair vector before it is given length 1."""
    start: NDArray[np.int64]
    """Where the units of each paragraph that has any begin."""
    paragraph: NDArray[np.int64]
    """Those paragraphs, ascending."""


class Ground:
    """One or more indexes with what their languages have in common and what sets them apart."""

    def __init__(self, indexes: Sequence[Index], recipe: Recipe = SHIPPED) -> None:
        self.indexes = tuple(indexes)
        """The indexes, the corpus first."""
        self.spaces = tuple(space for space in indexes[0].spaces if all(space in index.spaces for index in indexes))
        """Vector spaces that all of them have; the first is the primary one."""
        counts = [len(index.paragraphs) for index in indexes]
        self.begins = np.cumsum([0, *counts])
        """Row of each index's first paragraph, and the total."""
        tags = [index.languages[code] for index in indexes for code in index.paragraph_columns["language"]]
        self.groups, self.group = group_codes(tags)
        """Names of the language groups, and the group of each paragraph."""
        layout = [index.derived("layout-1", partial(_layout, index.paragraphs)) for index in indexes]
        kinds = np.concatenate([part["kinds"] for part in layout]).astype(np.int64)
        self.heading = kinds == _HEADING
        """Which paragraphs are headings."""
        self.notice = np.isin(kinds, _NOTICES)
        """Which paragraphs are bylines, captions, legal notices or credits."""
        self.twin = _twins(np.concatenate([part["digests"] for part in layout]))
        """First paragraph with the same text, for every paragraph."""
        self.lexicons = [
            Lexicon.from_arrays(index.derived("lexicon-1", partial(_lexicon, index.paragraphs))) for index in indexes
        ]
        """The words of each index."""
        self.fairness: Mapping[Channel, Fairness] = {}
        """What makes the languages of each channel comparable."""
        self.units: Mapping[Channel, Units] = {}
        """What is scored in each channel."""
        for space in self.spaces:
            for level in (0, 1):
                self._prepare(space, level, recipe)

    def __len__(self) -> int:
        return int(self.begins[-1])

    def paragraph(self, row: int) -> Paragraph:
        """The paragraph of a row."""
        index, local = self._locate(row)
        return self.indexes[index].paragraphs[local]

    def rows_of(self, files: Sequence[str] | None, languages: Sequence[str] | None) -> NDArray[np.bool_]:
        """Which paragraphs are in one of the files and one of the languages; None stands for all.

        A language without script or region (`zh`) takes in those with one (`zh-Hant`).
        """
        allowed = np.ones(len(self), bool)
        for place, index in enumerate(self.indexes):
            part = allowed[self.begins[place] : self.begins[place + 1]]
            columns = index.paragraph_columns
            if files is not None:
                wanted = [code for code, info in enumerate(index.files) if info.file in set(files)]
                part &= np.isin(columns["file"], wanted)
            if languages is not None:
                lower = [tag.lower() for tag in languages]
                spoken = [
                    code
                    for code, tag in enumerate(index.languages)
                    if any(tag.lower() == want or tag.lower().startswith(want + "-") for want in lower)
                ]
                part &= np.isin(columns["language"], spoken)
        return allowed

    @cached_property
    def stored(self) -> dict[str, list[Matrix]]:
        """Vectors of each space, one matrix an index."""
        return {space: [index.vectors(space) for index in self.indexes] for space in self.spaces}

    def span(self, channel: Channel, place: int) -> tuple[int, int]:
        """First character and one past the last of a channel's unit in its paragraph's text."""
        units = self.units[channel]
        owner = int(units.paragraph[np.searchsorted(units.start, place, "right") - 1])
        table = self.indexes[self._locate(owner)[0]].units
        unit = int(units.unit[place])
        return int(table.start[unit]), int(table.end[unit])

    def _locate(self, row: int) -> tuple[int, int]:
        index = int(np.searchsorted(self.begins, row, "right")) - 1
        return index, int(row - self.begins[index])

    def _prepare(self, space: str, level: int, recipe: Recipe) -> None:
        chosen, rows, owners, before = [], [], [], 0
        for place, index in enumerate(self.indexes):
            vector_rows = index.units.rows(space)
            mine = np.flatnonzero((index.units.level == level) & (vector_rows >= 0))
            chosen.append(mine)
            rows.append(vector_rows[mine].astype(np.int64) + before)
            owners.append(index.units.paragraph[mine].astype(np.int64) + self.begins[place])
            before += len(index.vectors(space))
        row, owner = np.concatenate(rows), np.concatenate(owners)
        if not len(row):
            return
        group = self.group[owner]
        vectors = _gather(self.stored[space], row)
        fairness = Fairness.fit(vectors, group, len(self.groups), centre=recipe.centre, damp=recipe.damp)
        paragraphs, start = np.unique(owner, return_index=True)
        units = Units(np.concatenate(chosen), row, group, fairness.lengths(vectors, group), start, paragraphs)
        self.fairness = {**self.fairness, (space, level): fairness}
        self.units = {**self.units, (space, level): units}


def _gather(matrices: list[Matrix], rows: NDArray[np.int64]) -> Matrix:
    if len(matrices) == 1:
        return matrices[0][rows]
    return np.concatenate(matrices)[rows]


def _layout(paragraphs: Sequence[Paragraph]) -> dict[str, NDArray[Any]]:
    return {
        "kinds": np.array([_KINDS.index(paragraph.kind) for paragraph in paragraphs], np.uint8),
        "digests": np.array([paragraph.hash.encode() for paragraph in paragraphs], "S12"),
    }


def _lexicon(paragraphs: Sequence[Paragraph]) -> dict[str, NDArray[Any]]:
    """Words of the paragraphs and of the headings above them: what a section is about is often said only there."""
    return Lexicon.build(" ".join((*paragraph.headings, paragraph.text)) for paragraph in paragraphs).arrays()


def _twins(digests: NDArray[np.bytes_]) -> NDArray[np.int64]:
    _, first, inverse = np.unique(digests, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)
