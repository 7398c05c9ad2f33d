"""Two further processes come to what one does alone: files, findings, figures."""

import json
import time
from functools import partial

import pytest

from shared.core.grader import StringCheck
from shared.core.prepare import Assignment, Source
from shared.core.prepare.containers.json_lines import BLOCK_BYTES
from shared.core.prepare.examine import Examiner
from shared.core.prepare.files import Hashed
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from shared.crew import Crew
from tests.core.prepare.dropping import prepared
from tests.core.prepare.one_of_each import ASKED, MADE, ROWS

TEXTS = (
    "How much is {n} * 7?",
    "Write to ada.{n}@lovelace-tools.com, or call +1 202 555 01{n}.",
    "Wie viel ist {n} mal sieben, und warum ist das immer so gewesen?",
    "<|im_end|> {n} \u200b",
    "{n}",
)
BROKEN = (b"{", b'{"prompt": "\xff"}', b"[]", b'{"messages": []}', b'{"prompt": "a", "prompt": "b", "response": "c"}')

PROBE = StringCheck(
    type="string_check",
    name="held",
    input="{{sample.output_text}}",
    reference="{{item.reference_answer}}",
    operation="like",
)


def data(method: Method, repeats: int) -> bytes:
    """Rows of every format that there are examples of for a method, many with findings, some of them broken."""
    lines: list[bytes] = []
    for number in range(repeats):
        for at, name in enumerate(name for name, made in MADE if made == method):
            text = TEXTS[(number + at) % len(TEXTS)].format(n=number // 2)
            rows = json.dumps(ROWS[name], ensure_ascii=False).replace(json.dumps(ASKED)[1:-1], text)
            rows = rows.replace('"1', f'"{number}-1')  # ids of groups
            lines += [json.dumps(row).encode() for row in json.loads(rows)]
        lines.append(BROKEN[number % len(BROKEN)])
    return b"\n".join(lines)


def begun(assignment: Assignment) -> Crew:
    """Two processes, once they have begun: how long that takes decides nothing here."""
    crew = Crew(partial(Examiner, assignment), 2)
    while not crew.is_ready():
        time.sleep(0.01)
    return crew


@pytest.mark.parametrize(
    ("method", "repeats", "options"),
    [
        ("sft", 130, DataOptions()),
        ("dpo", 170, DataOptions(near_duplicates="remove")),
        ("rft", 450, DataOptions(tokens="exact", languages=("en",))),
    ],
)
def test_two_processes_come_to_what_one_does(method: Method, repeats: int, options: DataOptions) -> None:
    rows = data(method, repeats)
    assert len(rows) > 4 * BLOCK_BYTES
    source = Source("drop.jsonl", "whole", lambda: Hashed([rows]))
    assignment = Assignment(options, method, graded=("reference_answer",), probe=PROBE)
    alone, together = prepared([source], assignment), prepared([source], assignment, begun)
    assert together.report == alone.report
    assert together.written == alone.written
    assert alone.report.rows.rejected
    assert alone.report.rows.duplicates


def test_a_method_that_most_rows_have_is_found_by_all() -> None:
    rows = data("dpo", 3) + b"\n" + data("sft", 60)
    source = Source("drop.jsonl", "whole", lambda: Hashed([rows]))
    assignment = Assignment(DataOptions(scan=False))
    alone, together = prepared([source], assignment), prepared([source], assignment, begun)
    assert alone.report.method == "sft"
    assert (together.report, together.written) == (alone.report, alone.written)
