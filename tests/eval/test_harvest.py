import json

import pytest

from bot.errors import UsageError
from bot.feedback import FeedbackStore
from bot.settings import Settings
from eval.golden import load_golden
from eval.harvest import UNCONFIRMED, harvest
from tests.eval.builders import GOOD, answer


def test_stored_verdicts_become_golden_lines_that_say_what_is_to_be_done(tmp_path):
    store = FeedbackStore(tmp_path)
    store.save(answer(GOOD, id="1", question="What share does China hold?"), "up")
    store.save(answer(id="2", question="Who pays?"), "down", comment="It is in the report")
    store.save(answer(id="3", question="What is the weather?"), "up")
    assert harvest(Settings.load(data=tmp_path), None, tmp_path / "out.jsonl") == 3
    liked, missed, agreed = load_golden(tmp_path / "out.jsonl")
    assert liked.facts[0].gold[0].key == ("a.txt", 1)
    assert missed.scope == "answerable"
    assert "Comment: It is in the report" in missed.notes
    assert agreed.scope == "unanswerable"
    assert all(question.notes.startswith(UNCONFIRMED) for question in (liked, missed, agreed))


def test_a_question_that_the_set_has_already_is_named(tmp_path):
    known = load_golden()[0]
    store = FeedbackStore(tmp_path)
    store.save(answer(GOOD, id="1", question=known.question), "up")
    harvest(Settings.load(data=tmp_path), None, tmp_path / "out.jsonl")
    assert "Nearly the same as" in load_golden(tmp_path / "out.jsonl")[0].notes


def test_json_lines_are_read_too_and_mistakes_are_named(tmp_path):
    path = tmp_path / "feedback.jsonl"
    path.write_text(json.dumps({"answer": answer(GOOD).model_dump(mode="json"), "verdict": "down"}) + "\n{}\n")
    with pytest.raises(UsageError, match=r"feedback\.jsonl:2"):
        harvest(Settings.load(), path, tmp_path / "out.jsonl")
    with pytest.raises(UsageError, match="no feedback"):
        harvest(Settings.load(data=tmp_path), None, tmp_path / "out.jsonl")
