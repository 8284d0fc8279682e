"""`pinpoint serve`: says where it is, and says at once when it cannot be there."""

from __future__ import annotations

import socket

import pytest

from bot.cli.serve import _address, _listen
from bot.errors import UsageError
from bot.web.words import LANGUAGES, words


def test_a_free_port_is_found_and_named():
    with _listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        assert _address(listening) == f"http://127.0.0.1:{port}/"
    with _listen("0.0.0.0", 0) as listening:
        assert _address(listening).startswith("http://localhost:")


def test_a_port_in_use_is_said_with_the_remedy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="choose another with --host or --port"):
            _listen("127.0.0.1", taken.getsockname()[1])


def test_every_word_is_there_in_every_language_with_the_same_blanks():
    tables = [words(language) for language in LANGUAGES]
    for key, text in tables[0].items():
        blanks = sorted(part.split("}")[0] for part in text.split("{")[1:])
        for table in tables[1:]:
            assert sorted(part.split("}")[0] for part in table[key].split("{")[1:]) == blanks, key
            assert table[key]
