"""The measurement itself: what is counted, and that the shipped pairs are what they claim to be."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.errors import UsageError
from eval.citations.cli import aims_missed
from eval.citations.measure import KINDS, Pair, lexical, measure, read_pairs, table


def pair(kind, *, supported=False):
    return Pair(kind, "a b", "a b c", supported, kind, "en", "en", "x", "dev")


def test_the_shipped_pairs_are_many_distinct_and_in_many_languages():
    pairs = read_pairs()
    assert len(pairs) >= 300
    assert len({p.id for p in pairs}) == len(pairs)
    assert len({p.language[:2] for p in pairs}) >= 8
    assert set(KINDS) == {p.kind for p in pairs} - {"right"}
    assert all(p.supported == (p.kind == "right") for p in pairs)
    assert Counter(p.split for p in pairs)["heldout2"] >= 160


def test_half_of_the_pairs_of_each_part_are_supported():
    for split in ("dev", "heldout2", "heldout3"):
        pairs = read_pairs(split=split)
        assert abs(sum(p.supported for p in pairs) - len(pairs) / 2) <= 0.01 * len(pairs)


def test_the_held_out_part_is_about_other_texts():
    held, dev = (read_pairs(split=split) for split in ("heldout2", "dev"))
    assert not {p.paragraph for p in held} & {p.paragraph for p in dev}


def test_no_sentence_is_a_copy_of_its_paragraph():
    assert not [p.id for p in read_pairs() if p.sentence in p.paragraph]


def test_counts_say_what_lost_its_citation():
    results = [(pair("number"), True), (pair("number"), False), (pair("right", supported=True), False)]
    counts = table(results)
    assert (counts["number"].hits, counts["number"].of) == (1, 2)
    assert counts["right lost"].share == 1.0
    assert [line.split(":")[0] for line in aims_missed(counts)] == ["number", "right"]


def test_the_baseline_counts_words():
    assert measure([pair("number")], lexical) == [(pair("number"), True)]
    assert not lexical("x y z", "a b c")


def test_a_broken_file_of_pairs_is_one_sentence(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(UsageError, match=r"p\.jsonl"):
        read_pairs(tmp_path / "p.jsonl")
