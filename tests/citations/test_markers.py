# ruff: noqa: E501
"""Markers are found in every form models write, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from bot.citations.markers import find_markers, marker_may_continue, neutralise

FORMS = [
    ("AI [1].", (1,)), ("AI. [1]", (1,)), ("AI[1]", (1,)), ("AI [1][2]", (1, 2)), ("AI [1, 2].", (1, 2)),
    ("AI [1-3].", (1, 2, 3)), ("AI [1–3].", (1, 2, 3)), ("专利[1、2]。", (1, 2)), ("专利[1；2]。", (1, 2)), ("专利[1，3]。", (1, 3)),
    ("专利【1】。", (1,)), ("AI 【1†source】.", (1,)), ("AI【3:0†a.txt】", (3,)), ("专利［１］。", (1,)), ("AI ［１，２］", (1, 2)),
    ("holds most of the patents (1).", (1,)), ("专利最多（1）。", (1,)), ("It holds most. (2)", (2,)), ("patents¹.", (1,)),
    ("patents.²", (2,)), ("专利¹。", (1,)), ("patents¹²", (1, 2)), ("AI [^1].", (1,)), ("AI [[2]].", (2,)), ("AI \\[2\\].", (2,)),
    ("AI [Source 1].", (1,)), ("AI [source: 1, source: 3]", (1, 3)), ("AI [citation:2]", (2,)), ("AI [doc1].", (1,)),
    ("AI [1 and 2].", (1, 2)), ("AI [1](https://example.org/a).", (1,)), ("AI <sup>2</sup>.", (2,)), ("AI<sup>[2]</sup>", (2,)),
    ("براءات [١].", (1,)), ("पेटेंट [१]।", (1,)), ("AI [1; 3]", (1, 3)), ("AI [3, 3]", (3,)), ("段落[段落2]。", (2,)),
]  # fmt: skip

NOT_MARKERS = [
    "In (2019) it grew.", "As of [2019] it grew.", "An area of 5 m².", "About 10² times.", "km² and x²", "Article 5(1).",
    "See figure (1).", "1. First item", "(1) first, (2) second", "f(1).", "`a[1]`", "```\na[1] = 2\n```", "$x[1]$",
    "\\(x[1]\\)", "a[i]", "[link](https://example.org)", "第(1)条", "Section (2).",
]  # fmt: skip


@pytest.mark.parametrize(("text", "numbers"), FORMS)
def test_every_form_is_read(text, numbers):
    found = find_markers(text, 3)
    assert tuple(n for marker in found for n in marker.numbers) == numbers


@pytest.mark.parametrize("text", NOT_MARKERS)
def test_what_only_looks_like_a_marker_is_left_alone(text):
    assert find_markers(text, 3) == []


def test_numbers_out_of_range_name_nothing_but_are_found_to_be_removed():
    (marker,) = find_markers("AI [9].", 3)
    assert marker.numbers == ()
    (marker,) = find_markers("AI [2, 9].", 3)
    assert marker.numbers == (2,)


def test_a_huge_range_names_nothing():
    (marker,) = find_markers("AI [1-9999].", 3)
    assert marker.numbers == ()


@pytest.mark.parametrize("text", ["a[1]", "[[1]2]", "[١]", "[1, 2]", "[ [1] ]"])
def test_neutralised_text_holds_no_number_in_brackets(text):
    import re

    assert not re.search(r"\[\d+\]", neutralise(text))
    assert neutralise(neutralise(text)) == neutralise(text)


@pytest.mark.parametrize("whole", ["AI holds [1", "AI 【1†sou", "AI holds (", "AI holds ¹", "AI <su"])
def test_a_growing_text_is_cut_before_a_marker_that_may_go_on(whole):
    assert marker_may_continue(whole) <= len("AI holds")


@pytest.mark.parametrize("piece", ["[", "[1", "`", "$", "(1", "¹ ", "```\n", "<sup>", "\\(", "[source ", "【1†"])
def test_long_adversarial_text_is_read(piece):
    text = piece * (60_000 // len(piece))
    find_markers(text, 5)
    neutralise(text)
