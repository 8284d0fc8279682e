"""Reading golden files."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import UsageError
from eval.golden import load_golden, split_of
from tests.eval.golden.conftest import Writer


def test_blank_lines_and_a_byte_order_mark_do_no_harm(write: Writer, line: dict[str, Any]) -> None:
    file = write("", line, "")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert [question.id for question in load_golden(file)] == ["en-tea-harvest"]


def test_a_folder_is_all_its_files_in_order(write: Writer, line: dict[str, Any]) -> None:
    write({**line, "id": "bbb", "split": split_of("bbb")}, name="b.jsonl")
    folder = write({**line, "id": "aaa", "split": split_of("aaa")}, name="a.jsonl").parent
    assert [question.id for question in load_golden(folder)] == ["aaa", "bbb"]


def test_a_wrong_line_is_named_with_its_reason(write: Writer, line: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"set\.jsonl:2 is not a golden question \(kind: .*golden check"):
        load_golden(write(line, {**line, "kind": "funny"}))


def test_an_id_twice_is_refused(write: Writer, line: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"set\.jsonl:2 repeats the id 'en-tea-harvest'"):
        load_golden(write(line, line))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes("é".encode("latin-1"))
    with pytest.raises(UsageError, match="not UTF-8"):
        load_golden(tmp_path / "set.jsonl")
