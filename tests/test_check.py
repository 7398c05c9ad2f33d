import json
from pathlib import Path

import pytest

from shared.check import main
from tests.core.prepare.dropping import chats, jsonl


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(jsonl(chats(200)))
    return file


def test_a_sound_dataset_is_accepted_and_its_rows_accounted_for(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(sound)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("questions.jsonl (JSON lines): accepted\n")
    assert "rows      200 read = " in said
    assert "formats   Azure chat (200)" in said


def test_a_rejected_dataset_says_why_where_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(
        jsonl(chats(12)) + b'{"prompt": "a" "response": "b"}\n' + jsonl([{"prompt": None, "response": "x"}])
    )

    assert main([str(file)]) == 1
    said = capsys.readouterr().out
    assert "2 of 14 rows (14.3%) cannot be used" in said
    assert "rejected  1 x a comma is missing, or a quote inside a text is not escaped (rule 8)" in said
    assert "what to do: correct the JSON at this place" in said
    assert "lines: questions.jsonl 13:16" in said
    assert "expected: text" in said


def test_the_prepared_files_are_kept_where_asked(sound: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "here"
    assert main([str(sound), "--out", str(out)]) == 0

    report = json.loads((out / "report.json").read_text())
    for name, key in (("train", "training"), ("validation", "validation"), ("test", "test"), ("rejects", "rejects")):
        assert (out / f"{name}.jsonl").read_bytes().count(b"\n") == report[key]["rows"]
    assert report["verdict"] == "accepted"


def test_a_recipe_decides_what_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "strict.yaml"
    recipe.write_text('data:\n  keep: {helpfulness: ">=4"}\n')
    scores = {"correctness": 3, "coherence": 3, "complexity": 1, "verbosity": 1}
    rows = [{"prompt": f"{n}?", "response": "Yes.", "helpfulness": 3 + n % 2, **scores} for n in range(40)]
    file = tmp_path / "scored.jsonl"
    file.write_bytes(jsonl(rows))

    assert main([str(file), "--recipe", str(recipe)]) == 0
    assert "20 filtered" in capsys.readouterr().out


def test_several_files_are_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rows in (("train", chats(20)), ("val", chats(3, start=50))):
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl(rows))
    assert main([str(tmp_path / "train.jsonl"), str(tmp_path / "val.jsonl")]) == 0
    said = capsys.readouterr().out
    assert "val.jsonl (JSON lines), train.jsonl (JSON lines): accepted" in said
    assert "3 validation, 0 test" in said


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["missing.jsonl"], "missing.jsonl: No such file or directory"),
        (["train.jsonl", "more.jsonl"], "'more.jsonl' is no file of a set"),
        (["train.jsonl", "training.jsonl"], "two files are for the same part of the set"),
        (["train.jsonl", "--recipe", "odd.yaml"], "odd.yaml: modle: unknown key; did you mean 'model'?"),
    ],
)
def test_what_cannot_be_looked_at_is_said(
    names: list[str],
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("train.jsonl", "training.jsonl", "more.jsonl"):
        Path(name).write_bytes(jsonl(chats(10)))
    Path("odd.yaml").write_text("modle: gpt-4.1\n")

    assert main(names) == 2
    assert complaint in capsys.readouterr().err
