import json
from pathlib import Path

import pytest

from shared.command.main import COULD_NOT_LOOK, main

QUESTION = "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May."


def dataset(folder: Path, *prompts: str) -> str:
    rows = [
        {"messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": f"Answer {number}."}]}
        for number, prompt in enumerate((*prompts, *(f"Which blade fits saw {at}?" for at in range(40))))
    ]
    path = folder / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_a_question_of_a_benchmark_is_found_in_a_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "questions.txt").write_text(f"{QUESTION}\nWhy?\n")
    (tmp_path / "benchmarks").mkdir()
    out = tmp_path / "benchmarks" / "sums.jsonl"
    assert main(["fingerprint", "sums", str(tmp_path / "questions.txt"), "--out", str(out)]) == 0
    recipe = tmp_path / "team.yaml"
    recipe.write_text("data:\n  benchmarks: [sums]\n")
    capsys.readouterr()

    copied = dataset(tmp_path, f"Think hard. {QUESTION.upper()} How many?", "Natalia sold clips.")
    assert main(["check", copied, "--recipe", str(recipe), "--json"]) == 0

    found = [each for each in json.loads(capsys.readouterr().out)["findings"] if each["rule"] == 132]
    assert [(each["line"], each["field"], each["message"]) for each in found] == [
        (1, "messages[0].content", "a text contains a question of the benchmark 'sums'")
    ]


def test_a_benchmark_without_its_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "team.yaml"
    recipe.write_text("data:\n  benchmarks: [sums]\n")
    assert main(["check", dataset(tmp_path), "--recipe", str(recipe)]) == COULD_NOT_LOOK
    assert "there is no file 'benchmarks/sums.jsonl' beside the recipes" in capsys.readouterr().err


def test_questions_too_short_to_be_told_from_others_make_no_fingerprints(tmp_path: Path) -> None:
    (tmp_path / "questions.txt").write_text("Why?\n")
    out = tmp_path / "sums.jsonl"
    assert main(["fingerprint", "sums", str(tmp_path / "questions.txt"), "--out", str(out)]) == COULD_NOT_LOOK
    assert not out.exists()
