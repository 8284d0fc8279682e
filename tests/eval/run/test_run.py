import json
import threading

import pytest

from bot.errors import ModelTimeout, UsageError
from eval.measures.results import as_json, evaluate
from eval.run.ask import ask_all
from eval.run.cache import AnswerCache
from eval.run.execute import read_questions
from eval.run.fingerprint import answer_key
from eval.run.records import Header, Run, read_run, write_run
from tests.eval.builders import GOOD, SOURCES, answer, crash, question, recorded, run_of

QUESTIONS = tuple(question(f"q-{i:02}", question=f"Question {i}?") for i in range(12))


def keys(asked):
    return answer_key(asked, "quote", "index", "code")


def ask(asked):
    if asked.id == "q-03":
        raise ZeroDivisionError("boom")
    if asked.id == "q-04":
        raise ModelTimeout("late")
    return answer(GOOD)


def test_a_crash_is_recorded_with_its_traceback_and_the_rest_goes_on():
    records = ask_all(QUESTIONS, ask, SOURCES, key=keys)
    assert [record.question.id for record in records] == [q.id for q in QUESTIONS]
    bug, late = records[3].failure, records[4].failure
    assert "ZeroDivisionError: boom" in bug.traceback
    assert (bug.infrastructure, late.infrastructure) == (False, True)
    assert sum(record.answer is not None for record in records) == 10


def test_order_and_concurrency_change_nothing():
    alone = ask_all(QUESTIONS, ask, SOURCES, key=keys, jobs=1)
    together = ask_all(QUESTIONS, ask, SOURCES, key=keys, jobs=6)
    backwards = ask_all(QUESTIONS[::-1], ask, SOURCES, key=keys, jobs=3)[::-1]

    def measures(records):
        return as_json(evaluate(Run(header=Header(), records=records)))

    assert measures(alone) == measures(together) == measures(backwards)


def test_the_cache_answers_again_unless_something_that_decides_changed(tmp_path):
    calls = []

    def counted(asked):
        calls.append(asked.id)
        return ask(asked)

    with AnswerCache(tmp_path / "c.sqlite3") as cache:
        ask_all(QUESTIONS, counted, SOURCES, key=keys, cache=cache, jobs=4)
        assert len(calls) == 12
        ask_all(QUESTIONS, counted, SOURCES, key=keys, cache=cache, jobs=4)
        assert sorted(calls[12:]) == ["q-03", "q-04"], "crashes are asked again"
        calls.clear()
        ask_all(QUESTIONS, counted, SOURCES, key=lambda q: answer_key(q, "other index"), cache=cache)
        assert len(calls) == 12


def test_the_key_depends_on_question_history_and_what_decides():
    plain = question("q-1")
    followed = question("q-1", kind="follow_up", history=({"role": "user", "content": "Hi"},))
    assert len({keys(plain), keys(followed), answer_key(plain, "x"), keys(QUESTIONS[0])}) == 4
    assert keys(plain) == keys(question("q-1", notes="for people"))


def test_an_earlier_part_of_the_run_is_taken_up():
    done = {QUESTIONS[0].id: recorded(QUESTIONS[0], answer(GOOD)).model_copy(update={"key": keys(QUESTIONS[0])})}
    seen = []
    ask_all(
        QUESTIONS, ask, SOURCES, key=keys, done=done, on_record=lambda r, before: seen.append((r.question.id, before))
    )
    assert [name for name, before in seen if before] == ["q-00"]


def test_quoting_in_place_of_a_failed_model_is_an_infrastructure_failure():
    fallen = answer(GOOD, notice="The model did not answer; these are quotes.")
    made = ask_all(QUESTIONS[:1], lambda _: fallen, SOURCES, key=keys, model="openai:x")
    assert made[0].failure is not None
    assert made[0].failure.infrastructure


def test_questions_are_asked_at_the_same_time_when_wanted():
    barrier = threading.Barrier(3, timeout=20)

    def wait(_):
        barrier.wait()
        return answer(GOOD)

    assert all(record.answer for record in ask_all(QUESTIONS[:3], wait, SOURCES, key=keys, jobs=3))


def test_an_answers_file_holds_everything_needed_to_score_again(tmp_path):
    run = run_of(
        recorded(question("q-1"), answer(GOOD)), recorded(question("q-2"), crash()), model="quote", seconds=1.0
    )
    write_run(tmp_path / "answers.jsonl", run)
    again = read_run(tmp_path)
    assert again == run
    assert as_json(evaluate(again)) == as_json(evaluate(run))


def test_a_file_that_is_no_answers_file_is_named(tmp_path):
    with pytest.raises(UsageError, match="no recorded answers"):
        read_run(tmp_path / "none.jsonl")
    (tmp_path / "answers.jsonl").write_text('{"run": {}}\n{"nonsense": 1}\n')
    with pytest.raises(UsageError, match=r"answers\.jsonl:2"):
        read_run(tmp_path / "answers.jsonl")


def test_golden_files_are_read_together_and_split(tmp_path):
    lines = [q.model_dump_json() for q in QUESTIONS]
    (tmp_path / "one.jsonl").write_text("\n".join(lines[:6]))
    (tmp_path / "two.jsonl").write_text("\n".join(lines[6:]))
    files = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    assert len(read_questions(files)) == 12
    assert {q.split for q in read_questions(files, "dev")} == {"dev"}
    with pytest.raises(UsageError, match="q-00"):
        read_questions([files[0], files[0]])


def test_a_header_says_how_the_answers_were_made(tmp_path):
    write_run(tmp_path / "a.jsonl", run_of(recorded(question("q-1"), answer(GOOD)), model="openai:x", split="dev"))
    head = json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])["run"]
    assert (head["model"], head["split"], head["questions"]) == ("openai:x", "dev", 1)
