import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from shared.command.main import main
from tests.core.prepare.dropping import chats, jsonl

SAMPLES = Path(__file__).parents[2] / "samples"
COUNT = {"type": "integer", "minimum": 0}
ROWS = ("in", "kept", "fixed", "rejected", "duplicates", "ties", "filtered", "test")
PLACE = {"type": ["integer", "null"], "minimum": 1}


def closed(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


FINDING = closed(
    {
        "rule": PLACE,
        "severity": {"enum": ["error", "reject", "warning", "fix", "info"]},
        "line": PLACE,
        "column": PLACE,
        "field": {"type": "string"},
        "message": {"type": "string", "minLength": 1},
        "remedy": {"type": "string", "minLength": 1},
    }
)
SCHEMA = closed(
    {
        "verdict": {"enum": ["accepted", "rejected"]},
        "format": {"type": "string"},
        "method": {"enum": ["sft", "dpo", "rft", None]},
        "rows": closed(dict.fromkeys(ROWS, COUNT)),
        "tokens": COUNT,
        "findings": {"type": "array", "items": FINDING},
    }
)


def checked(file: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The object, which is all that is printed."""
    main(["check", str(file), "--json"])
    found = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(found)
    return found


def test_the_object_says_what_the_report_does(capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(SAMPLES / "broken.csv", capsys)
    assert (found["verdict"], found["format"], found["method"]) == ("rejected", "question/answer", "sft")
    assert found["rows"] == {
        "in": 24, "kept": 0, "fixed": 13, "rejected": 11, "duplicates": 0, "ties": 0, "filtered": 0, "test": 0,
    }  # fmt: skip


@pytest.mark.parametrize("sample", ["helpsteer.jsonl", "broken.csv"])
def test_every_row_has_one_fate(sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = checked(SAMPLES / sample, capsys)["rows"]
    assert isinstance(rows, dict)
    assert rows.pop("in") == sum(rows.values())


def test_each_place_of_a_finding_is_an_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "drop.jsonl"
    nameless = {"messages": [{"role": "user", "content": "Why?"}, {"role": "nobody", "content": "Because."}]}
    file.write_bytes(jsonl([*chats(11), nameless]) + b'{"prompt": 1 "response": 2}\n' * 2)
    found = checked(file, capsys)["findings"]
    assert isinstance(found, list)
    assert [(each["line"], each["column"], each["field"]) for each in found if each["severity"] == "reject"] == [
        (13, 14, ""),
        (14, 14, ""),
        (12, None, "messages[1].role"),
    ]


def test_what_concerns_the_whole_file_has_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "drop.jsonl"
    file.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    found = checked(file, capsys)
    assert (found["verdict"], found["format"], found["method"]) == ("rejected", "", None)
    assert [each["line"] for each in found["findings"]] == [None]  # type: ignore[attr-defined]
