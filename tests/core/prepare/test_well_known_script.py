"""The nine faults of the script that people copy to convert HelpSteer: each with the account of its rows here.

The script reads `val.jsonl` line by line, takes `prompt` and `response`, and writes messages.
"""

import gzip

from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import Line, drop, drop_set, fates, jsonl, said

SCORES = {"helpfulness": 4, "correctness": 4, "coherence": 4, "complexity": 2, "verbosity": 2}
OPTIONS = DataOptions(bad_rows={"reject_file_above": 0.5})  # type: ignore[arg-type]


def row(number: int, **changes: object) -> Line:
    return {"prompt": f"Question {number}?", "response": f"Answer {number}.", **SCORES, **changes}


def rows(count: int) -> list[Line]:
    return [row(number) for number in range(count)]


def test_training_and_validation_file_are_both_converted() -> None:
    prepared = drop_set({"train": jsonl(rows(12)), "validation": jsonl([row(20), row(21)])}, OPTIONS)
    assert (len(prepared.training), len(prepared.validation)) == (12, 2)
    assert fates(prepared) == {"read": 14, "kept": 14}


def test_an_empty_or_missing_text_makes_no_empty_message() -> None:
    broken = [
        row(50, prompt=""),
        row(51, response="  "),
        {"prompt": "Only a prompt?", **SCORES},
        {"response": "No.", **SCORES},
    ]
    prepared = drop(jsonl([*rows(12), *broken]), OPTIONS)

    assert fates(prepared) == {"read": 16, "kept": 12, "rejected": 4}
    assert all(content for line in prepared.training for _, content in said(line))


def test_a_list_row_and_a_null_prompt_leave_the_run_alive() -> None:
    prepared = drop(jsonl([*rows(6), ["a", "list"], row(50, prompt=None), None, *rows(12)[6:]]), OPTIONS)
    assert fates(prepared) == {"read": 15, "kept": 12, "rejected": 3}
    assert [reject["line"] for reject in prepared.rejects] == [7, 8, 9]


def test_bad_lines_are_kept_with_their_reasons_and_not_only_printed() -> None:
    prepared = drop(jsonl(rows(12)) + b'{"prompt": "cut o\n', OPTIONS)
    [reject] = prepared.rejects
    assert fates(prepared) == {"read": 13, "kept": 12, "rejected": 1}
    assert reject["text"] == '{"prompt": "cut o'
    assert {"file", "line", "column", "rule", "reason", "remedy"} <= reject.keys()


def test_bad_answers_are_left_out_by_their_scores() -> None:
    prepared = drop(jsonl([*rows(12), row(50, helpfulness=0), row(51, helpfulness=2)]), OPTIONS)
    assert fates(prepared) == {"read": 14, "kept": 12, "filtered": 2}


def test_markers_of_helpsteer2_do_not_stay_in_the_text() -> None:
    two_turns = "Hello<extra_id_1>Assistant\nHi!<extra_id_1>User\nWhich oil?"
    prepared = drop(jsonl([*rows(12), row(50, prompt=two_turns)]), OPTIONS)

    assert fates(prepared) == {"read": 13, "kept": 12, "fixed": 1}
    assert b"<extra_id_1>" not in prepared.written["training"]
    assert sorted(len(said(line)) for line in prepared.training) == [2] * 12 + [4]


def test_duplicates_are_removed() -> None:
    prepared = drop(jsonl([*rows(12), row(3), row(3, correctness=3)]), OPTIONS)
    assert fates(prepared) == {"read": 14, "kept": 12, "duplicates": 2}


def test_every_row_is_counted() -> None:
    given = [*rows(40), row(1), row(70, helpfulness=1), row(71, response="x "), row(72, prompt=7), [], {"x": 1}]
    prepared = drop(jsonl(given), OPTIONS)

    counts = prepared.report.rows
    assert (counts.read, counts.rejected, counts.duplicates, counts.filtered, counts.ties) == (46, 3, 1, 1, 0)
    assert counts.kept + counts.fixed + counts.test == 41
    assert len(prepared.all_lines) == 41


def test_gzip_is_read() -> None:
    prepared = drop(gzip.compress(jsonl(rows(12))), OPTIONS, name="train.jsonl.gz")
    assert fates(prepared) == {"read": 12, "kept": 12}
