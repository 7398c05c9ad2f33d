import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.command.main import main
from tests.core.prepare.dropping import chats, jsonl

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(jsonl(chats(200)))
    return file


@pytest.fixture
def padded(tmp_path: Path) -> Path:
    """A dataset of which every row can be repaired."""
    file = tmp_path / "padded.jsonl"
    file.write_bytes(jsonl({"prompt": f" {number}? ", "response": f"It is {number}."} for number in range(40)))
    return file


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main([str(each) for each in arguments])
    return status, capsys.readouterr().out


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_a_sound_dataset_is_accepted_and_its_rows_accounted_for(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = said(capsys, "check", sound)
    assert status == 0
    assert told.startswith("accepted: questions.jsonl (JSON lines)\n")
    assert "rows      200 read\n" in told
    assert "formats   Azure chat (200)\n" in told


def test_a_rejected_dataset_says_why_where_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(
        jsonl(chats(12)) + b'{"prompt": "a" "response": "b"}\n' + jsonl([{"prompt": None, "response": "x"}])
    )

    status, told = said(capsys, "check", file)
    assert status == 1
    assert "2 of 14 rows (14.3%) cannot be used" in told
    assert "  a comma is missing, or a quote inside a text is not escaped (rule 8)\n" in told
    assert "what to do: correct the JSON at this place" in told
    assert "line 13:16\n" in told
    assert "expected: text\n" in told


def test_all_that_a_run_would_write_is_kept_where_asked(sound: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "here"
    assert main(["check", str(sound), "--out", str(out)]) == 0

    report = json.loads((out / "report.json").read_text())
    for name, key in (("train", "training"), ("validation", "validation"), ("test", "test"), ("rejects", "rejects")):
        assert (out / f"{name}.jsonl").read_bytes().count(b"\n") == report[key]["rows"]
    assert report["verdict"] == "accepted"
    assert "questions.jsonl" in (out / "report.html").read_text()
    assert {file.name for file in out.iterdir()} == {
        "train.jsonl", "validation.jsonl", "test.jsonl", "rejects.jsonl", "report.json", "report.html",
    }  # fmt: skip


def test_a_dataset_that_could_be_repaired_is_also_given_whole(padded: Path, tmp_path: Path) -> None:
    assert main(["check", str(padded), "--out", str(tmp_path / "out")]) == 0
    corrected = lines_of(tmp_path / "out" / "corrected.jsonl")
    assert [row["messages"][0]["content"] for row in corrected] == [f"{number}?" for number in range(40)]  # type: ignore[index]


def test_the_repaired_file_of_an_earlier_check_does_not_outlive_it(padded: Path, tmp_path: Path) -> None:
    for text in (padded.read_bytes(), padded.read_bytes() + b"[]\n"):
        padded.write_bytes(text)
        main(["check", str(padded), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out" / "corrected.jsonl").exists()


def test_a_recipe_decides_what_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "strict.yaml"
    recipe.write_text('data:\n  keep: {helpfulness: ">=4"}\n')
    scores = {"correctness": 3, "coherence": 3, "complexity": 1, "verbosity": 1}
    rows = [{"prompt": f"{n}?", "response": "Yes.", "helpfulness": 3 + n % 2, **scores} for n in range(40)]
    file = tmp_path / "scored.jsonl"
    file.write_bytes(jsonl(rows))

    status, told = said(capsys, "check", file, "--recipe", recipe)
    assert status == 0
    assert "20 filtered by the recipe" in told


def test_a_recipe_for_another_method_is_told_after_the_report(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "preferences.yaml"
    recipe.write_text("hyperparameters: {beta: 0.1}\n")
    assert main(["check", str(sound), "--recipe", str(recipe)]) == 2
    said_of_both = capsys.readouterr()
    assert said_of_both.out.startswith("accepted")
    assert said_of_both.err == (
        "preferences.yaml: hyperparameters.beta: sft does not know it; leave it out (the dataset is for sft)\n"
    )


def test_several_files_are_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rows in (("train", chats(20)), ("val", [*chats(3, start=50), {"prompt": 1}])):
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl(rows))
    status, told = said(capsys, "check", tmp_path / "train.jsonl", tmp_path / "val.jsonl")
    assert status == 0
    assert "accepted: val.jsonl (JSON lines), train.jsonl (JSON lines)\n" in told
    assert "3 validation, 0 test" in told
    assert "      val.jsonl line 4" in told


def test_several_processes_find_what_one_does(capsys: pytest.CaptureFixture[str]) -> None:
    alone = said(capsys, "check", SAMPLES / "helpsteer.jsonl")
    assert said(capsys, "check", SAMPLES / "helpsteer.jsonl", "--jobs", "2") == alone


def test_a_converted_file_has_all_examples_in_their_order(
    padded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = said(capsys, "convert", padded, "--out", tmp_path / "chat.jsonl")
    assert status == 0
    assert told.endswith(f"Written to {tmp_path}\n  chat.jsonl: 40 examples\n")
    assert lines_of(tmp_path / "chat.jsonl")[2] == {
        "messages": [{"role": "user", "content": "2?"}, {"role": "assistant", "content": "It is 2."}]
    }
    assert main(["check", str(tmp_path / "chat.jsonl")]) == 0


def test_a_converted_file_converts_to_itself(padded: Path, tmp_path: Path) -> None:
    once, twice = tmp_path / "once.jsonl", tmp_path / "twice.jsonl"
    main(["convert", str(padded), "--out", str(once)])
    main(["convert", str(once), "--out", str(twice)])
    assert once.read_bytes() == twice.read_bytes()


def test_a_folder_takes_the_converted_file_under_the_name_of_the_dataset(tmp_path: Path) -> None:
    main(["convert", str(SAMPLES / "broken.csv"), "--out", str(tmp_path)])
    assert [file.name for file in tmp_path.iterdir()] == ["broken.jsonl"]


def test_what_is_usable_of_a_rejected_dataset_is_converted_and_its_faults_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = said(capsys, "convert", SAMPLES / "broken.csv", "--out", tmp_path / "out.jsonl")
    assert status == 1
    assert "4 x 'answer' is empty (rule 25)" in told
    assert len(lines_of(tmp_path / "out.jsonl")) == 13


def test_nothing_is_written_of_a_dataset_without_a_usable_row(tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_bytes(b"[]\n" * 12)
    assert main(["convert", str(file), "--out", str(tmp_path / "out.jsonl")]) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["odd.jsonl"]


def test_a_set_is_converted_file_by_file(tmp_path: Path) -> None:
    for name, rows in (("train", chats(40)), ("val", chats(3, start=50))):
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl(rows))
    out = tmp_path / "out"
    assert main(["convert", str(tmp_path / "train.jsonl"), str(tmp_path / "val.jsonl"), "--out", str(out)]) == 0
    assert {file.name: len(lines_of(file)) for file in out.iterdir()} == {"train.jsonl": 40, "validation.jsonl": 3}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("check missing.jsonl", "missing.jsonl: No such file or directory"),
        ("check .", ".: Is a directory"),
        ("check train.jsonl more.jsonl", "'more.jsonl' is no file of a set"),
        ("check train.jsonl training.jsonl", "two files are for the same part of the set"),
        ("check train.jsonl --recipe odd.yaml", "odd.yaml: modle: unknown key; did you mean 'model'?"),
        ("check train.jsonl --recipe none.yaml", "none.yaml: No such file or directory"),
        ("check train.jsonl --recipe latin.yaml", "latin.yaml: not UTF-8: byte offset 9"),
        ("check train.jsonl --out .", "train.jsonl would be written over: name another place with --out"),
        ("convert train.jsonl --out train.jsonl", "train.jsonl would be written over"),
        ("convert train.jsonl --out .", "train.jsonl would be written over"),
        ("convert train.jsonl val.jsonl --out more.jsonl", "more.jsonl is a file; a set of files is written to"),
    ],
)
def test_what_cannot_be_looked_at_is_said(
    arguments: str,
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("train.jsonl", "training.jsonl", "val.jsonl", "more.jsonl"):
        Path(name).write_bytes(jsonl(chats(10)))
    Path("odd.yaml").write_text("modle: gpt-4.1\n")
    Path("latin.yaml").write_bytes(b"model: gr\xfcn\n")
    before = sorted(tmp_path.iterdir())

    assert main(arguments.split()) == 2
    assert complaint in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("arguments", ["", "check", "convert x.jsonl", "check x.jsonl --jobs 0", "ckeck x.jsonl"])
def test_what_makes_no_sense_is_not_begun(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments.split())
    assert left.value.code == 2
    assert "usage: tunedrop" in capsys.readouterr().err


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("tunedrop"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )


def test_the_installed_command_is_plain_where_no_terminal_is(sound: Path) -> None:
    ended = run("check", sound)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout
    assert "\x1b[1;32maccepted" in run("check", sound, FORCE_COLOR="1", TERM="xterm").stdout


def test_an_interrupted_command_ends_quietly_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    dataset = tmp_path / "endless.jsonl"
    os.mkfifo(dataset)
    out = tmp_path / "out"
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # a child of who ignores it would ignore it too
    command = subprocess.Popen(
        [Path(sys.executable).with_name("tunedrop"), "check", dataset, "--out", out], stderr=subprocess.PIPE
    )
    signal.signal(signal.SIGINT, handler)
    with dataset.open("wb") as writing:  # opens once the command reads
        command.send_signal(signal.SIGINT)
        writing.write(jsonl(chats(20)))
    _, complaint = command.communicate()
    assert (command.returncode, complaint) == (130, b"")
    assert list(out.iterdir()) == []
