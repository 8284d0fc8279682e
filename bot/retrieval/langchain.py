"""The retriever as LangChain knows one, for use in any chain."""

from __future__ import annotations

import asyncio
from typing import Any, Self

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from bot.retrieval.retriever import Retriever
from bot.settings import Settings


class PinpointRetriever(BaseRetriever):
    """Language-fair retrieval over a Pinpoint index.

    Each document is one paragraph; its metadata holds `file`, `paragraph` (number in the file, from 1), `score`,
    `language`, `start` and `end` (the part that matched best), `also_at` (other places of the same text, as lists of
    file and number), and of the question as a whole `confidence` and `answerable`.

        PinpointRetriever.from_settings().invoke("Wie viele KI-Patente hält China?")
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever = Field(description="What does the work.")
    k: int = Field(10, ge=1, description="Passages to return.")
    files: list[str] | None = Field(None, description="Look only in these files.")
    languages: list[str] | None = Field(None, description="Look only in paragraphs of these languages.")

    @classmethod
    def from_settings(cls, settings: Settings | None = None, **fields: Any) -> Self:
        """Open the current index.

        Args:
            settings: read from the environment when left out.
            fields: `k`, `files`, `languages`.

        Raises:
            IndexMissing: when nothing has been indexed yet.
        """
        from bot.index import open_index

        settings = settings or Settings.load()
        return cls(retriever=Retriever(open_index(settings), settings=settings), **fields)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun | None = None,  # noqa: ARG002  LangChain passes it
        **kwargs: Any,
    ) -> list[Document]:
        asked: dict[str, Any] = {"k": self.k, "files": self.files, "languages": self.languages} | kwargs
        found = self.retriever.retrieve(query, **asked)
        return [
            Document(
                page_content=passage.paragraph.text,
                metadata={
                    "file": passage.paragraph.file,
                    "paragraph": passage.paragraph.number,
                    "score": passage.score,
                    "language": passage.paragraph.language,
                    "start": passage.span.start,
                    "end": passage.span.end,
                    "also_at": [list(place) for place in passage.also_at],
                    "confidence": found.confidence,
                    "answerable": found.answerable,
                },
            )
            for passage in found.passages
        ]

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun | None = None,  # noqa: ARG002  LangChain passes it
        **kwargs: Any,
    ) -> list[Document]:
        return await asyncio.to_thread(self._get_relevant_documents, query, **kwargs)
