"""`pinpoint check`: a text with citations in it, and pairs in a file."""

from __future__ import annotations

import json

import pytest

from bot.citations.written import Target, check_written, read_written
from bot.cli import check as command
from tests.citations.doubles import passage, spelled

BIRDS = passage("The bird sings in May. It is red.", 7, "birds of may.txt").paragraph


@pytest.mark.parametrize(
    "text",
    [
        "The bird sings in May [birds of may.txt ¶7].",
        "The bird sings in May. [birds of may.txt#p7]",
        "The bird sings in May [birds of may.txt p. 7].",
        "The bird sings in May [birds of may.txt:7].",
        "The bird sings in May【birds of may.txt ¶7】.",
        "The bird sings in May https://qa.example/sources/birds%20of%20may.txt?h=0123#p7.",
        "The bird sings in May [¶7](https://qa.example/sources/birds%20of%20may.txt#p7).",
        "The bird sings in May </sources/birds%20of%20may.txt#p7>.",
        "The bird sings in May [1].\n\n[1]: birds of may.txt ¶7",
        "The bird sings in May.[^1]\n\n[^1]: https://qa.example/sources/birds%20of%20may.txt?h=1#p7",
        "The bird sings in May [1].\n\nSources\n- [1] birds of may.txt ¶7 — the song",
    ],
)
def test_every_accepted_form_names_the_paragraph(text):
    sentences, unknown = read_written(text)
    assert sentences[0] == ("The bird sings in May.", (Target("birds of may.txt", 7),))
    assert unknown == []


@pytest.mark.parametrize("cited", ["[birds of may ¶7]", "【birds of may#p7】", "[ birds of may, ¶ 7 ]"])
def test_a_file_may_go_without_its_ending(cited):
    assert read_written(f"It sings {cited}. And [¶7] [see ¶ below].")[0] == [
        ("It sings.", (Target("birds of may", 7),)),
        ("And [¶7] [see ¶ below].", ()),
    ]


def test_a_number_without_a_definition_is_reported():
    assert read_written("It sings [3].")[1] == ["[3]"]


def test_findings_tell_right_from_wrong_and_missing():
    text = "The bird sings in May [birds of may.txt ¶7]. It is blue [birds of may.txt ¶7]. So [birds of may.txt ¶9]."
    findings, _ = check_written(
        text, paragraph=lambda file, number: BIRDS if (file, number) == BIRDS.key else None, checker=spelled()
    )
    assert [finding.supported for finding in findings] == [True, False, False]
    assert findings[0].quote == BIRDS.text[findings[0].start : findings[0].end]
    assert "no paragraph 9" in str(findings[2].reason)


def test_a_batch_keeps_order_and_survives_bad_lines():
    lines = ['{"id": 1, "sentence": "It is red.", "paragraph": "It is red."}', "nonsense", "", '{"id": "x"}', "[]"]
    results = list(command.check_batch(lines, spelled()))
    assert results[0] == {"id": 1, "supported": True, "quote": "It is red.", "start": 0, "end": 10, "reason": None}
    assert [("error" in result, result["id"]) for result in results[1:]] == [(True, None), (True, "x"), (True, None)]
    assert all(json.dumps(result) for result in results)


def test_a_text_passes_only_when_every_citation_holds(capsys):
    def find(file, number):
        return BIRDS

    assert command.report("The bird sings in May [b.txt ¶7].", spelled(), find, as_json=False)
    assert not command.report("The bird sings in June [b.txt ¶7].", spelled(), find, as_json=True)
    assert not command.report("No citation here.", spelled(), find, as_json=False)
    assert "FAIL" not in capsys.readouterr().out.split("ok", 1)[0]
