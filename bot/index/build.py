"""Bringing the index up to date: what changed is embedded, a new generation is built beside the last and replaces it.

Nothing that answers is ever written to. A generation is built in its own folder, checked in a process of its own,
flushed to the disk, and only then named by the pointer. Whatever ends the process before leaves the last one answering.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.corpus.text import search_text
from bot.embeddings import Embedder, EmbeddingCache, open_cache
from bot.embeddings.base import Matrix
from bot.embeddings.words import WordEmbedder, WordStore
from bot.errors import CorpusError, IndexIncompatible, IndexingError, ModelError
from bot.index.changes import Look, look, recipe
from bot.index.home import (
    Home,
    LocalHome,
    damage,
    fingerprint,
    flush_tree,
    new_generation,
    open_home,
    write_atomically,
)
from bot.index.locks import writing
from bot.index.parts import FilePart, assemble, collections, read_part, stored_part, with_vectors
from bot.index.progress import Progress, Quiet
from bot.index.read import open_tables, other_embeddings
from bot.index.records import FileInfo, Manifest, SyncReport
from bot.index.root import corpus_root
from bot.index.spaces import space_embedders
from bot.index.store import Store
from bot.index.tables import Tables, decode_paragraph
from bot.index.trouble import chroma_errors, unwritable
from bot.index.vectors import Texts, fits, space_vectors
from bot.index.verify import check, check_apart

if TYPE_CHECKING:
    from bot.corpus.records import Document, Problem
    from bot.settings import Settings

_log = logging.getLogger(__name__)

_COPY_LIMIT = 0.3
"""Share of records that may change before copying the last generation costs more than beginning anew."""


@dataclass(frozen=True)
class _Last:
    """The generation that answers now."""

    manifest: Manifest
    tables: Tables | None
    """None when its artefacts or its store are damaged: then it is not built upon."""
    sound: bool
    """Whether its store may be copied."""


def sync(
    settings: Settings, *, progress: Progress | None = None, rebuild: bool = False, wait: bool = True
) -> SyncReport:
    """Bring the index up to date with the corpus.

    Args:
        settings: names the corpus, the data folder, the embeddings and the Chroma server.
        progress: told how it gets on.
        rebuild: begin anew; vectors of known texts still come from the cache.
        wait: whether to wait for another process that is indexing.

    Raises:
        CorpusError: when the corpus folder is missing or holds nothing to read.
        IndexIncompatible: when the index there was made otherwise and `rebuild` is off.
        IndexLocked: when another process is indexing and `wait` is off.
        IndexingError: when the index cannot be written.
        ModelError: when the embedding model fails.
    """
    started = time.monotonic()
    progress = progress or Quiet()
    run = _Run(settings, progress, rebuild=rebuild, wait=wait)
    try:
        return run.run(started)
    except OSError as error:
        raise unwritable(error, settings.data) from error
    finally:
        run.home.close()


class _Run:
    """One run of `sync`."""

    def __init__(self, settings: Settings, progress: Progress, *, rebuild: bool, wait: bool) -> None:
        self.settings = settings
        self.progress = progress
        self.rebuild = rebuild
        self.wait = wait
        self.home: Home = open_home(settings)
        self.embedders: dict[str, Embedder] = space_embedders(settings)
        self.embedded = 0

    def run(self, started: float) -> SyncReport:
        manifest = self._manifest()
        root = corpus_root(self.settings, manifest)
        seen = look(root, self.home.base / "scan.json")
        if not seen.hashes and not seen.problems:
            aside = f" ({len(seen.skipped)} files of other kinds are there)" if seen.skipped else ""
            raise CorpusError(
                f"the corpus folder {str(root)!r} holds no documents{aside}; put files there, or name another folder"
            )
        return replace(self._up_to_date(manifest, root, seen, started), skipped=seen.skipped)

    def _up_to_date(self, manifest: Manifest | None, root: Path, seen: Look, started: float) -> SyncReport:
        """Build what has to be built."""
        if manifest is not None and not self.rebuild and self._is_current(manifest, root, seen):
            return self._report(
                manifest, started, changed=False, added=0, removed=0, total=sum(manifest.counts.values())
            )
        with writing(self.home.base, wait=self.wait, say=self.progress.say):
            manifest = self._manifest()  # another process may have been at work
            if manifest is not None and not self.rebuild and self._is_current(manifest, root, seen):
                return self._report(
                    manifest, started, changed=False, added=0, removed=0, total=sum(manifest.counts.values())
                )
            return self._build(manifest, root, seen, started)

    def _manifest(self) -> Manifest | None:
        """The manifest of the current generation, when it can be built upon."""
        generation = self.home.current()
        if generation is None:
            return None
        try:
            manifest = self.home.manifest(generation)
        except FileNotFoundError:
            return None
        except IndexIncompatible:
            if self.rebuild:
                return None
            raise
        wanted = {space: embedder.name for space, embedder in self.embedders.items()}
        if manifest.spaces == wanted:
            return manifest
        if not self.rebuild:
            raise IndexIncompatible(other_embeddings(manifest.spaces, wanted))
        return None

    def _is_current(self, manifest: Manifest, root: Path, seen: Look) -> bool:
        held = {info.file: info.hash for info in manifest.files} | manifest.rejected
        unread = {problem.file: problem.message for problem in seen.problems}
        noted = {problem.file: problem.message for problem in manifest.problems}
        return (
            held == dict(seen.hashes)
            and manifest.root == str(root)
            and manifest.recipe == recipe()
            and unread.items() <= noted.items()
            and all(file in held for file in noted.keys() - unread.keys())
            and not (isinstance(self.home, LocalHome) and self._damage(manifest))
        )

    def _damage(self, manifest: Manifest) -> str | None:
        return damage(self.home.folder(manifest.generation) / "chroma", manifest.store)

    def _last(self, manifest: Manifest | None) -> _Last | None:
        if manifest is None:
            return None
        folder = self.home.folder(manifest.generation)
        bad = self._damage(manifest) if isinstance(self.home, LocalHome) else None
        if bad:
            self.progress.say(f"the index file {bad!r} is damaged; building the index anew")
        try:
            tables = open_tables(folder, manifest)
        except (OSError, ValueError):
            tables = None
        return _Last(manifest, tables, sound=not bad and not self.rebuild and isinstance(self.home, LocalHome))

    def _build(self, manifest: Manifest | None, root: Path, seen: Look, started: float) -> SyncReport:
        last = self._last(manifest)
        parts, problems, rejected = self._parts(last, seen)
        if not parts:
            reasons = "; ".join(problem.message for problem in problems[:3])
            raise CorpusError(f"the corpus folder {str(root)!r} holds no document that can be read: {reasons}")
        known = last.manifest.languages if last else ()
        languages = (*known, *sorted({language for part in parts for language in part.languages} - set(known)))
        tables = assemble(parts, self.embedders, languages)
        tables = with_vectors(tables, self._vectors(tables, parts, last.tables if last else None))
        fresh = Manifest(
            generation=new_generation(),
            root=str(root),
            recipe=recipe(),
            created=_now(),
            spaces={space: embedder.name for space, embedder in self.embedders.items()},
            files=tuple(part.info for part in parts),
            problems=problems,
            rejected=rejected,
            languages=languages,
            counts={name: len(rows) for name, rows in collections(tables).items()},
        )
        fresh = self._write(fresh, tables, parts, last)
        before = {info.file: info.hash for info in last.manifest.files} if last else {}
        return self._report(
            fresh,
            started,
            changed=True,
            added=sum(before.get(info.file) != info.hash for info in fresh.files),
            removed=len(before.keys() - {info.file for info in fresh.files}),
            total=sum(len(vectors) for vectors in tables.vectors.values()),
        )

    def _parts(self, last: _Last | None, seen: Look) -> tuple[list[FilePart], tuple[Problem, ...], dict[str, str]]:
        """The part of every file: as it was when it is unchanged, else read now."""
        from bot.corpus.records import Problem

        reusable = last is not None and last.tables is not None and last.manifest.recipe == recipe()
        before = {info.file: (code, info) for code, info in enumerate(last.manifest.files)} if last and reusable else {}
        noted: dict[str, list[Problem]] = {}
        for problem in last.manifest.problems if last else ():
            noted.setdefault(problem.file, []).append(problem)
        parts: list[FilePart] = []
        problems = list(seen.problems)
        rejected: dict[str, str] = {}
        for file, digest in seen.hashes.items():
            code, info = before.get(file, (0, None))
            if info is not None and info.hash == digest and last and last.tables:
                parts.append(stored_part(info, last.tables, code, last.manifest.languages))
                problems += noted.get(file, [])
                continue
            try:
                document = self._parse(file, seen)
            except CorpusError as error:
                rejected[file] = digest
                problems.append(Problem(file, str(error)))
                continue
            parts.append(self._read(document))
            if document.warning:
                problems.append(Problem(file, document.warning))
        return parts, tuple(sorted(problems, key=lambda problem: problem.file)), rejected

    def _parse(self, file: str, seen: Look) -> Document:
        from bot.corpus import parse_document

        return parse_document(file, seen.read(file))

    def _read(self, document: Document) -> FilePart:
        info = FileInfo(document.file, "und", 0, _now(), document.hash, document.size)
        return read_part(info, document.paragraphs, spaces=tuple(self.embedders), fits=fits(self._primary))

    @property
    def _primary(self) -> Embedder:
        return next(iter(self.embedders.values()))

    def _vectors(self, tables: Tables, parts: Sequence[FilePart], old: Tables | None) -> dict[str, Matrix]:
        """Vectors of every space."""
        cache = open_cache(self.settings)
        try:
            found = {}
            for space, embedder in self.embedders.items():
                texts = self._texts(space, parts)
                found[space], embedded = space_vectors(space, tables, old, texts, embedder, cache, self.progress)
                self.embedded += embedded
            self._keep_words(parts, cache)
            return found
        finally:
            cache.close()

    def _keep_words(self, parts: Sequence[FilePart], cache: EmbeddingCache) -> None:
        """Read the words of new paragraphs now, so that no question has to wait for it."""
        if not isinstance(self._primary, WordEmbedder):
            return
        fresh = [decode_paragraph(part.info.file, line) for part in parts if part.texts for line in part.lines]
        try:
            WordStore(self._primary, cache).keep([search_text(paragraph.text) for paragraph in fresh])
        except ModelError as error:
            _log.warning("passages will not be looked at word by word: %s", error)

    def _texts(self, space: str, parts: Sequence[FilePart]) -> Texts:
        return Texts(space, parts, spaces=tuple(self.embedders), embedder=self._primary)

    def _write(self, manifest: Manifest, tables: Tables, parts: Sequence[FilePart], last: _Last | None) -> Manifest:
        """Build the generation, check it, flush it, and make it the current one."""
        folder = self.home.folder(manifest.generation)
        answering = self.home.current()  # stays, whatever becomes of this run
        kept = {answering} if answering else set()
        self.home.collect(kept)
        try:
            tables.save(folder / "tables")
            (folder / "in-use").touch()
            self._build_store(manifest, tables, parts, last, folder)
            if isinstance(self.home, LocalHome):
                manifest = replace(manifest, store=fingerprint(folder / "chroma"))
            flush_tree(folder)
            write_atomically(folder / "manifest.json", json.dumps(manifest.as_json(), ensure_ascii=False).encode())
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.home.publish(manifest.generation)
        self.home.collect(kept | {manifest.generation})
        return manifest

    def _build_store(
        self, manifest: Manifest, tables: Tables, parts: Sequence[FilePart], last: _Last | None, folder: Path
    ) -> None:
        copied = self._copy(last, tables, folder)
        wrong = self._fill_and_check(manifest, tables, parts, folder)
        if wrong and copied:
            _log.warning("the index built upon the last one is not sound (%s); building it anew", wrong)
            shutil.rmtree(folder / "chroma")
            wrong = self._fill_and_check(manifest, tables, parts, folder)
        if wrong:
            raise IndexingError(f"the new index is not sound ({wrong}); run `pinpoint index --rebuild`")

    def _copy(self, last: _Last | None, tables: Tables, folder: Path) -> bool:
        """Copy the last store when little has changed; writing to the copy leaves the original alone."""
        if last is None or last.tables is None or not last.sound:
            return False
        for space, keys in tables.keys.items():
            old = last.tables.keys[space]
            common = len(np.intersect1d(keys, old, assume_unique=True))
            if len(keys) + len(old) - 2 * common > _COPY_LIMIT * len(keys):
                return False
        shutil.copytree(self.home.folder(last.manifest.generation) / "chroma", folder / "chroma")
        return True

    def _fill_and_check(
        self, manifest: Manifest, tables: Tables, parts: Sequence[FilePart], folder: Path
    ) -> str | None:
        """Bring the store to hold the tables; what is wrong with it afterwards, or None."""
        with chroma_errors(self.settings.data):
            store = self.home.store(manifest.generation)
            try:
                self._fill(store, manifest, tables, parts)
                if not isinstance(self.home, LocalHome):
                    return check(store, tables)
            finally:
                if isinstance(self.home, LocalHome):
                    store.close()
        return check_apart(folder / "chroma", folder / "tables", list(tables.keys))

    def _fill(self, store: Store, manifest: Manifest, tables: Tables, parts: Sequence[FilePart]) -> None:
        for name, rows in collections(tables).items():
            space = name.rpartition("-")[0]
            keys = [key.decode() for key in tables.keys[space][rows]]
            store.put(name, keys, tables.vectors[space][rows], self._texts(space, parts))
        records = {name: text for part in parts for name, text in part.records(manifest.recipe)}
        store.put_tables(manifest.as_json(), records)

    def _report(
        self, manifest: Manifest, started: float, *, changed: bool, added: int, removed: int, total: int
    ) -> SyncReport:
        return SyncReport(
            root=manifest.root,
            generation=manifest.generation,
            changed=changed,
            files=len(manifest.files),
            paragraphs=sum(info.paragraphs for info in manifest.files),
            vectors=total,
            embedded=self.embedded,
            reused=total - self.embedded,
            added=added,
            removed=removed,
            problems=manifest.problems,
            seconds=time.monotonic() - started,
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
