"""Prompts are files that must use exactly what they declare, and keep untrusted text apart from instructions."""

import pytest

from bot.answering import prompts
from bot.answering.prompts import load_prompt, make_nonce, neutralise, parse_prompt, prompt_version
from bot.errors import UsageError

GOOD = "---\ndescription: d\nvariables: [a, b]\n---\n# System\nSay {{a}}.\n# User\n{{b}} and {{a}}\n"


def test_a_prompt_renders_its_two_messages() -> None:
    assert parse_prompt("p", GOOD).render(a="x", b="y") == [("system", "Say x."), ("user", "y and x")]


def test_windows_line_ends_change_neither_text_nor_version() -> None:
    assert parse_prompt("p", GOOD.replace("\n", "\r\n")) == parse_prompt("p", GOOD)


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert parse_prompt("p", GOOD).render(a="{{b}}", b="{{a}}{{c}}")[1] == ("user", "{{a}}{{c}} and {{b}}")


@pytest.mark.parametrize(
    ("source", "culprit"),
    [
        (GOOD.replace("[a, b]", "[a]"), "'b'"),
        (GOOD.replace("[a, b]", "[a, b, c]"), "'c'"),
        (GOOD.replace("{{a}}", "{{typo}}"), "'typo'"),
        (GOOD.replace("# User", "# Human"), "form"),
        ("no front matter", "form"),
        ("", "form"),
    ],
)
def test_a_wrong_file_is_refused_when_it_is_loaded(source: str, culprit: str) -> None:
    with pytest.raises(UsageError, match=culprit):
        parse_prompt("p", source)


@pytest.mark.parametrize(("values", "culprit"), [({"a": "x"}, "'b'"), ({"a": "x", "b": "y", "z": ""}, "'z'")])
def test_rendering_insists_on_exactly_the_declared_variables(values: dict[str, str], culprit: str) -> None:
    with pytest.raises(UsageError, match=culprit):
        parse_prompt("p", GOOD).render(**values)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UsageError, match=r"nothing\.md"):
        load_prompt("nothing")


@pytest.mark.parametrize("name", ["answer", "standalone", "translate"])
def test_the_prompts_that_ship_are_valid(name: str) -> None:
    assert load_prompt(name).description


def test_the_version_changes_with_any_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prompt_version()
    changed = parse_prompt("standalone", GOOD)
    monkeypatch.setattr(prompts, "load_prompt", lambda name: changed if name == "standalone" else load_prompt(name))
    assert prompt_version() != before
    assert len(before) == 12


def test_the_nonce_is_new_each_time_and_in_none_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_nonce([]) != make_nonce([])
    words = iter(["aaaa", "bbbb", "cccc"])
    monkeypatch.setattr(prompts.secrets, "token_hex", lambda _: next(words))
    assert make_nonce(["has aaaa", "has bbbb too"]) == "cccc"


@pytest.mark.parametrize("token", ["<|im_start|>", "<|endoftext|>", "[INST]", "[/INST]", "<start_of_turn>", "</s>"])
def test_control_tokens_of_chat_templates_are_broken_up(token: str) -> None:
    assert token not in neutralise(f"before {token} after")


def test_ordinary_text_is_not_touched() -> None:
    text = "a < b | c > d, [1], x = {1|2}, <em>so</em>, 1 [I] 2"
    assert neutralise(text) == text
