from pathlib import Path

from shared.command.writing import Pending


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_nothing_is_to_be_seen_of_a_file_before_it_is_kept(tmp_path: Path) -> None:
    with Pending(tmp_path, {"training": "train.jsonl"}) as pending:
        outputs = pending.outputs()
        outputs.training.write(b"{}\n")
        outputs.test.write(b"for nobody\n")
        pending.add("report.json", "{}")
        assert contents(tmp_path) == {}
        pending.keep()
        assert contents(tmp_path) == {"train.jsonl": b"{}\n", "report.json": b"{}"}
    assert len(list(tmp_path.iterdir())) == 2


def test_what_an_earlier_pass_wrote_is_forgotten(tmp_path: Path) -> None:
    with Pending(tmp_path, {"training": "train.jsonl"}) as pending:
        pending.outputs().training.write(b"first, and longer\n")
        pending.outputs().training.write(b"second\n")
        assert b"".join(pending.read("train.jsonl")) == b"second\n"
        pending.keep()
    assert contents(tmp_path) == {"train.jsonl": b"second\n"}


def test_files_that_were_there_stay_until_others_take_their_place(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_bytes(b"old\n")
    with Pending(tmp_path, {"training": "train.jsonl"}) as pending:
        pending.outputs().training.write(b"new\n")
    assert contents(tmp_path) == {"train.jsonl": b"old\n"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_is_left_out_does_not_appear(tmp_path: Path) -> None:
    with Pending(tmp_path, {"training": "train.jsonl", "usable": "corrected.jsonl"}) as pending:
        pending.outputs()
        pending.keep(["corrected.jsonl"])
    assert contents(tmp_path) == {"train.jsonl": b""}
