"""Which files of a folder are read, and how bad ones are reported."""

import os
import socket
import sys
import unicodedata
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus, read_bytes, scan
from bot.errors import CorpusError

TEXT = "A sentence that can be read by anyone who opens this file.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "good.txt").write_text(TEXT)
    return root


def files(corpus: Corpus) -> list[str]:
    return [document.file for document in corpus.documents]


def problem(corpus: Corpus, file: str) -> str:
    assert "good.txt" in files(corpus)
    messages = [problem.message for problem in corpus.problems if problem.file == file]
    assert len(messages) == 1
    assert "\n" not in messages[0]
    return messages[0]


def test_a_missing_folder(tmp_path):
    with pytest.raises(CorpusError, match=r"'.*nowhere' does not exist; create it or"):
        load_corpus(tmp_path / "nowhere")


def test_a_folder_without_documents(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(CorpusError, match=r"holds no documents; put files ending in \.txt"):
        load_corpus(tmp_path)


def test_a_file_instead_of_a_folder(folder):
    with pytest.raises(CorpusError, match="is not a folder"):
        load_corpus(folder / "good.txt")


def test_folders_are_read_recursively_and_hidden_ones_skipped(folder):
    for name in ("b/c/deep.md", ".git/config.txt", "b/.hidden.txt", "~$lock.docx", "Z.TXT", "notes.unknown", "é/ü.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT)
    corpus = load_corpus(folder)
    assert files(corpus) == sorted(["Z.TXT", "b/c/deep.md", "good.txt", "é/ü.txt"])
    assert corpus.problems == ()


@pytest.mark.parametrize(
    "name",
    [
        "with space.txt",
        'it\'s "quoted".txt',
        "中文文件.txt",
        "😀.txt",
        "a#b?c&d=%20.txt",
        "new\nline.txt",
        "back\\slash.txt",
        "-x.txt",
    ],
)
def test_odd_names(folder, name):
    (folder / name).write_text(TEXT)
    corpus = load_corpus(folder)
    assert name in files(corpus)
    assert corpus.problems == ()


def test_a_decomposed_name_is_called_by_its_composed_form(folder):
    decomposed, composed = unicodedata.normalize("NFD", "résumé.txt"), unicodedata.normalize("NFC", "résumé.txt")
    (folder / decomposed).write_text(TEXT)
    assert files(load_corpus(folder)) == ["good.txt", composed]
    (folder / composed).write_text(TEXT)
    if len(list(folder.iterdir())) == 3:
        assert "rename one" in problem(load_corpus(folder), composed)


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not Unicode")
def test_a_name_that_is_not_utf8(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.txt")).write_text(TEXT)
    assert "rename the file" in problem(load_corpus(folder), "bad\\udcff.txt")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\xe3\x80\x80\n", "holds no text"),
        ("binary.txt", bytes(range(256)) * 9, "not text in any encoding"),
        ("empty.pdf", b"", "is empty"),
        ("broken.pdf", b"%PDF-1.7 nothing", "not a sound PDF"),
        ("notpdf.pdf", b"just text", "not a sound PDF"),
        ("broken.docx", b"PK\x03\x04 nothing", "not a Word file"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "protected by a password or an old .doc"),
        ("script.html", b"<script>alert(1)</script>", "holds no text"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "save it as '.docx'"),
    ],
)
def test_bad_files_are_reported_and_the_good_ones_read(folder, name, data, message):
    (folder / name).write_bytes(data)
    found = problem(load_corpus(folder), name)
    assert message in found
    assert repr(name) in found


def test_a_partly_damaged_file_is_read_and_reported(folder):
    (folder / "part.txt").write_bytes(
        "Größe und Straße für alle Bürger über die Brücke, höher, früher, schöner, müde, Öl, Übel, ähnlich, Äpfel, Ärger, öde.".encode()  # noqa: E501
        + b"\xff"
    )
    corpus = load_corpus(folder)
    assert files(corpus) == ["good.txt", "part.txt"]
    assert "damaged character" in problem(corpus, "part.txt")


def test_an_unreadable_file(folder, monkeypatch):
    (folder / "secret.txt").write_text(TEXT)
    real = os.open

    def deny(path, *args, **kwargs):
        if str(path).endswith("secret.txt"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", deny)
    assert "read permission" in problem(load_corpus(folder), "secret.txt")


def test_a_file_on_a_failing_disk(folder, monkeypatch):
    (folder / "bad.txt").write_text(TEXT)
    real = os.open

    def fail(path, *args, **kwargs):
        if str(path).endswith("bad.txt"):
            raise OSError(5, "Input/output error")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", fail)
    assert "Input/output error" in problem(load_corpus(folder), "bad.txt")


def test_a_huge_file_is_refused_before_it_is_read(folder):
    with (folder / "huge.txt").open("wb") as stream:
        stream.truncate(200_000_000)
    assert "larger than 50 MB (200.0 MB); split it" in problem(load_corpus(folder), "huge.txt")


def test_a_file_that_grows_after_the_scan_is_refused(folder):
    found = scan(folder, max_bytes=1000).files[0]
    (folder / "good.txt").write_text("x" * 2000)
    with pytest.raises(CorpusError, match="larger than"):
        read_bytes(found, max_bytes=1000)


def test_a_file_that_vanishes_after_the_scan(folder):
    found = scan(folder).files[0]
    (folder / "good.txt").unlink()
    with pytest.raises(CorpusError, match=r"cannot read 'good.txt'"):
        read_bytes(found)


def test_a_file_replaced_by_a_link_after_the_scan_is_not_followed(folder, tmp_path):
    found = scan(folder).files[0]
    (tmp_path / "outside.txt").write_text("secret")
    (folder / "good.txt").unlink()
    (folder / "good.txt").symlink_to(tmp_path / "outside.txt")
    with pytest.raises(CorpusError):
        read_bytes(found)


def test_links_out_of_the_folder_are_refused(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "hosts.txt").symlink_to("/etc/hosts")
    corpus = load_corpus(folder)
    assert files(corpus) == ["good.txt"]
    for name in ("link.txt", "linked", "hosts.txt"):
        assert "leads out of the corpus folder" in problem(corpus, name)


def test_a_link_whose_target_only_begins_like_the_folder_is_refused(folder, tmp_path):
    (tmp_path / "corpus-private").mkdir()
    (tmp_path / "corpus-private" / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "corpus-private" / "secret.txt")
    assert files(load_corpus(folder)) == ["good.txt"]


def test_links_inside_the_folder_are_followed_once(folder):
    (folder / "..data").mkdir()
    (folder / "..data" / "mounted.txt").write_text(TEXT)
    (folder / "mounted.txt").symlink_to("..data/mounted.txt")
    (folder / "sub").mkdir()
    (folder / "sub" / "up").symlink_to("..")
    (folder / "sub" / "self").symlink_to(".")
    (folder / "again").symlink_to("sub")
    (folder / "sub" / "deep.txt").write_text(TEXT)
    assert files(load_corpus(folder)) == ["good.txt", "mounted.txt", "sub/deep.txt"]


def test_broken_and_circular_links_are_reported(folder):
    (folder / "gone.txt").symlink_to("nothing.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    corpus = load_corpus(folder)
    assert "cannot read 'gone.txt'" in problem(corpus, "gone.txt")
    assert "cannot read 'loop.txt'" in problem(corpus, "loop.txt")


def test_the_corpus_folder_itself_may_be_a_link(folder, tmp_path):
    (tmp_path / "alias").symlink_to(folder)
    assert files(load_corpus(tmp_path / "alias")) == ["good.txt"]


def test_pipes_and_sockets_are_not_opened(folder, monkeypatch):
    os.mkfifo(folder / "pipe.txt")
    corpus = load_corpus(folder)
    assert "not a regular file" in problem(corpus, "pipe.txt")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.txt")
        assert "not a regular file" in problem(load_corpus(folder), "s.txt")


def test_a_file_replaced_by_a_pipe_after_the_scan_does_not_block(folder):
    found = scan(folder).files[0]
    (folder / "good.txt").unlink()
    os.mkfifo(folder / "good.txt")
    with pytest.raises(CorpusError, match="not a regular file"):
        read_bytes(found)


def test_a_very_deep_folder_is_reported_rather_than_followed(folder):
    deep = folder
    for _ in range(110):
        deep /= "d"
        deep.mkdir()
    (deep / "lost.txt").write_text(TEXT)
    corpus = load_corpus(folder)
    assert files(corpus) == ["good.txt"]
    assert "folders deep" in corpus.problems[0].message


def test_a_scan_tells_size_and_time_without_reading(folder):
    found = scan(folder).files[0]
    status = (folder / "good.txt").stat()
    assert (found.file, found.size, found.modified) == ("good.txt", status.st_size, status.st_mtime_ns)
