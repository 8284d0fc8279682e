"""What every question needs of the indexes that are searched: prepared once for a snapshot, then only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from bot.embeddings import Matrix
from bot.retrieval.channel import Channel, ChannelUnits, Coarse
from bot.retrieval.fairness import Fairness, group_codes
from bot.retrieval.lexicon import Lexicon
from bot.retrieval.recipe import SHIPPED, Recipe
from bot.types import Kind, Paragraph

if TYPE_CHECKING:
    from bot.index import Index

EXACT = 4000
"""Most paragraphs that are all scored exactly; of a larger corpus, candidates are found by shortened vectors first."""
SAMPLE = 1200
"""Paragraphs that stand for the background of a larger corpus, spread evenly over its languages."""
_BLOCK = 512
"""Vectors gathered at a time."""

_KINDS: tuple[str, ...] = get_args(Kind)
_HEADING = _KINDS.index("heading")
_NOTICES = [_KINDS.index(kind) for kind in ("byline", "caption", "boilerplate")]


class Ground:
    """One or more indexes with what their languages have in common and what sets them apart."""

    def __init__(self, indexes: Sequence[Index], recipe: Recipe = SHIPPED, *, exact: int = EXACT) -> None:
        self.indexes = tuple(indexes)
        """The indexes, the corpus first."""
        self.spaces = tuple(space for space in indexes[0].spaces if all(space in index.spaces for index in indexes))
        """Vector spaces that all of them have; the first is the primary one."""
        self.begins = np.cumsum([0, *(len(index.paragraphs) for index in indexes)])
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
        evidence = ~(self.heading | self.notice)
        self.background = evidence if evidence.any() else np.ones(len(self), bool)
        """Which paragraphs scores are measured against."""
        self.twin = _twins(np.concatenate([part["digests"] for part in layout]))
        """First paragraph with the same text, for every paragraph."""
        self.lexicons = [
            Lexicon.from_arrays(index.derived("lexicon-2", partial(_lexicon, index.paragraphs))) for index in indexes
        ]
        """The words of each index."""
        self.fairness: dict[Channel, Fairness] = {}
        """What makes the languages of each channel comparable."""
        self.units: dict[Channel, ChannelUnits] = {}
        """What is scored in each channel."""
        self.coarse: dict[Channel, Coarse] = {}
        """Shortened vectors of each channel; empty when everything is scored exactly."""
        for space in self.spaces:
            for level in (0, 1):
                self._prepare(space, level, recipe, shorten=len(self) > exact)

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

    def products(self, space: str, columns: Matrix, rows: NDArray[np.int64] | None = None) -> Matrix:
        """Inner products of stored vectors with the columns: of all vectors of a space in order, or of some rows."""
        if rows is None:
            return np.concatenate([stored @ columns for stored in self.stored[space]])
        out = np.empty((len(rows), columns.shape[1]), np.float32)
        for start in range(0, len(rows), _BLOCK):  # as many as stay in the processor's cache
            part = slice(start, start + _BLOCK)
            out[part] = _gather(self.stored[space], rows[part]) @ columns
        return out

    @cached_property
    def stored(self) -> Mapping[str, list[Matrix]]:
        """Vectors of each space, one matrix an index."""
        return {space: [index.vectors(space) for index in self.indexes] for space in self.spaces}

    @cached_property
    def sample(self) -> NDArray[np.int64]:
        """Paragraphs that stand for the background: as many of each language, evenly spaced."""
        quota = max(30, SAMPLE // max(len(self.groups), 1))
        chosen = []
        for code in range(len(self.groups)):
            rows = np.flatnonzero(self.background & (self.group == code))
            chosen.append(rows[np.unique(np.linspace(0, len(rows) - 1, min(quota, len(rows))).astype(int))])
        return np.sort(np.concatenate(chosen)).astype(np.int64)

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

    def _prepare(self, space: str, level: int, recipe: Recipe, *, shorten: bool) -> None:
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
        fairness = self._fairness(space, level, recipe, vectors, group)
        paragraphs, start = np.unique(owner, return_index=True)
        lengths = fairness.lengths(vectors, group)
        channel = (space, level)
        self.fairness[channel] = fairness
        units = ChannelUnits(np.concatenate(chosen), row, group, lengths, start, paragraphs)
        self.units[channel] = units
        if shorten:
            # Candidates come from the primary space; the other one only has to tell what is usual in it.
            self.coarse[channel] = Coarse.of(vectors, units, fairness, None if space == self.spaces[0] else self.sample)

    def _fairness(self, space: str, level: int, recipe: Recipe, vectors: Matrix, group: NDArray[np.int32]) -> Fairness:
        """Learnt once for a generation and kept beside it; anew for several indexes at once and in ablations."""

        def learn() -> dict[str, NDArray[Any]]:
            fair = Fairness.fit(vectors, group, len(self.groups), centre=recipe.centre, damp=recipe.damp)
            return {"means": fair.means, "damping": fair.damping}

        if len(self.indexes) > 1 or recipe != SHIPPED:
            return Fairness(**learn())
        return Fairness(
            **{
                name: np.asarray(matrix)
                for name, matrix in self.indexes[0].derived(f"fairness-1-{space}-{level}", learn).items()
            }
        )


def _gather(matrices: Sequence[Matrix], rows: NDArray[np.int64]) -> Matrix:
    if len(matrices) == 1:
        return matrices[0][rows]
    bounds = np.cumsum([0, *(len(matrix) for matrix in matrices)])
    out = np.empty((len(rows), matrices[0].shape[1]), np.float32)
    for place, matrix in enumerate(matrices):
        mine = (rows >= bounds[place]) & (rows < bounds[place + 1])
        out[mine] = matrix[rows[mine] - bounds[place]]
    return out


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
