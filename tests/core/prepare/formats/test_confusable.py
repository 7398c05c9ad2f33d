"""Formats that share field names are told apart wherever their rows stand, and what they become is told again."""

import pytest

from shared.core.prepare.format import Format
from shared.core.prepare.formats import known_formats
from shared.core.prepare.targets import Method
from tests.core.prepare.dropping import Line, drop, jsonl

USER, REPLY = {"role": "user", "content": "6 * 7 = ?"}, {"role": "assistant", "content": "42"}
ASKED = "6 * 7 = ?"
LINK = "https://example.com/sum.png"
SHARED = {"from": "human", "value": ASKED}, {"from": "gpt", "value": "42"}

ROWS: dict[str, Line] = {
    "Azure RFT": {"messages": [USER], "reference_answer": "42"},
    "Axolotl chat": {"messages": [USER, {**REPLY, "train": True}]},
    "images beside the text": {"messages": [{"role": "user", "content": f"<image>{ASKED}"}, REPLY], "images": [LINK]},
    "image with prompt and reply": {"image": LINK, "question": ASKED, "answer": "42"},
    "ShareGPT": {"conversations": [*SHARED]},
    "Vertex": {
        "contents": [{"role": "user", "parts": [{"text": ASKED}]}, {"role": "model", "parts": [{"text": "42"}]}]
    },
    "Nova RFT": {
        "schemaVersion": "x",
        "messages": [{"role": "user", "content": [{"text": ASKED}]}],
        "reference_answer": 42,
    },
    "Nova": {
        "schemaVersion": "x",
        "messages": [
            {"role": "user", "content": [{"text": ASKED}]},
            {"role": "assistant", "content": [{"text": "42"}]},
        ],
    },
    "Verl": {"prompt": [USER], "reward_model": {"ground_truth": "42"}},
    "multiple choice": {"question": ASKED, "choices": ["41", "42"], "answer": "B"},
    "Countdown": {"target": 42, "nums": [6, 7]},
    "Osmosis": {"user_prompt": ASKED, "ground_truth": "42"},
    "TRL GRPO": {"prompt": ASKED, "ground_truth": "42"},
    "jeopardy": {"category": "SUMS", "question": ASKED, "answer": "42", "round": "x"},
    "Azure chat": {"messages": [USER, REPLY]},
    "prompt/completion messages": {"prompt": [USER], "completion": [REPLY]},
    "promptflow chat": {"chat_history": [], "question": ASKED, "answer": "42"},
    "conversation": {"conversation": [USER, REPLY]},
    "items": {"items": [USER, REPLY]},
    "UltraChat": {"data": [ASKED, "42"]},
    "segments": {"segments": [{"label": False, "text": ASKED}, {"label": True, "text": "42"}]},
    "reflection": {"instruction": ASKED, "output": "41", "corrected": "42"},
    "OASST flat": {"INSTRUCTION": ASKED, "RESPONSE": "42"},
    "Alpaca": {"instruction": ASKED, "input": "", "output": "42"},
    "input/output": {"input": ASKED, "output": "42"},
    "problem/solution": {"problem": ASKED, "solution": "42"},
    "prompt/response": {"prompt": ASKED, "response": "42"},
    "prompt/completion": {"prompt": ASKED, "completion": "42"},
    "question/answer": {"question": ASKED, "answer": "42"},
    "question/response": {"question": ASKED, "response": "42"},
    "prompt/answer": {"prompt": ASKED, "answer": "42"},
    "raw text": {"text": f"Human: {ASKED}\n\nAssistant: 42"},
}
"""A row of each format, by its name."""

REFUSED = {
    ("Countdown", "sft"),
    ("Azure RFT", "sft"),
    ("reflection", "dpo"),
}  #: formats and methods that are there to refuse well
MADE = [
    (one.name, method)
    for one in known_formats()
    if isinstance(one, Format) and one.name in ROWS
    for method in one.converts
    if (one.name, method) not in REFUSED
]


@pytest.mark.parametrize("first", ROWS)
def test_a_row_is_taken_for_what_it_is_behind_every_other(first: str) -> None:
    names = [name for other in ROWS for name in (first, other)]
    formats = drop(jsonl(ROWS[name] for name in names)).report.formats
    assert formats == {name: len(ROWS) + 1 if name == first else 1 for name in ROWS}


@pytest.mark.parametrize(("name", "method"), MADE)
def test_what_a_row_becomes_stays_as_it_is(name: str, method: Method) -> None:
    once = drop(jsonl([ROWS[name], ROWS[name]]), method=method)
    twice = drop(once.written["training"] * 2, method=method)
    assert len(once.training) == 1
    assert twice.training == once.training
    assert twice.report.rows.fixed == 0


@pytest.mark.parametrize("name", ["Azure RFT", "multiple choice", "question/answer", "Alpaca"])
def test_keys_of_others_do_not_make_a_problem_something_else(name: str) -> None:
    others = {
        key: value for row in ROWS.values() for key, value in row.items() if key not in {"images", "schemaVersion"}
    }
    [problem] = drop(jsonl([ROWS[name], ROWS[name]]), method="rft").training
    row = {**others, **problem}
    assert drop(jsonl([row, row])).report.formats == {"Azure RFT": 2}
