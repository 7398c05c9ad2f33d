"""What everything usable is written to, in the order of the rows, before it is split."""

import json

from shared.core.prepare import Assignment, Outputs, Source, prepare
from shared.core.prepare.files import Hashed
from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import Written, chats, jsonl


def usable(data: bytes) -> list[dict[str, object]]:
    sinks = [Written() for _ in range(5)]
    source = Source("drop.jsonl", "whole", lambda: Hashed([data]))
    report = prepare([source], Assignment(DataOptions()), lambda: Outputs(*sinks))
    lines = [json.loads(line) for line in sinks[-1].getvalue().splitlines()]
    assert len(lines) == report.training.rows + report.validation.rows + report.test.rows
    return lines


def test_all_examples_are_there_in_the_order_of_their_rows_whatever_their_part() -> None:
    rows = chats(300)
    assert usable(jsonl(rows)) == rows


def test_what_is_rejected_or_repeated_is_not() -> None:
    rows = chats(40)
    assert usable(jsonl([*rows[:20], [], rows[3], *rows[20:]])) == rows


def test_a_repaired_row_is_there_as_repaired() -> None:
    rows = chats(12)
    padded = [{"prompt": "  Question?  ", "response": "Answer."}]
    assert usable(jsonl([*rows, *padded]))[-1] == {
        "messages": [{"role": "user", "content": "Question?"}, {"role": "assistant", "content": "Answer."}]
    }
