from pathlib import Path

import pytest

from local.foundry import datasets
from local.foundry.datasets import import_fault, read_dataset
from tests.local.foundry.examples import chat_file, chat_row, jsonl


def written(folder: Path, content: bytes) -> Path:
    path = folder / "data.jsonl"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", [chat_file(), b"\xef\xbb\xbf" + chat_file(), b"\r\n" + chat_file(2).rstrip(b"\n")])
def test_a_file_of_objects_is_imported(tmp_path: Path, content: bytes) -> None:
    assert import_fault(written(tmp_path, content)) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\n\n", "No valid json line found in file."),
        (chat_file(3) + b"oops\n", "line 4 is not a dictionary"),
        (b"[1]\n", "line 1 is not a dictionary"),
        (chat_file(1).decode().encode("utf-16"), "line 1 is not a dictionary"),
    ],
)
def test_other_files_are_not_and_the_line_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in (import_fault(written(tmp_path, content)) or "")


def test_a_dataset_names_its_bad_lines_and_counts_the_rest(tmp_path: Path) -> None:
    rows = [chat_row(n) for n in range(3)] + [{"messages": []}] * 7
    dataset = read_dataset(written(tmp_path, jsonl(rows)), "supervised", None)
    assert dataset.examples == 10
    assert [fault.split(":")[0] for fault in dataset.faults] == [f"line {n}" for n in range(4, 9)] + ["and 2 more"]
    assert len(dataset.lessons) == 3
    assert dataset.tokens > 0


def test_a_large_dataset_is_sampled_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MOST_LESSONS", 10)
    dataset = read_dataset(written(tmp_path, chat_file(40)), "supervised", None)
    assert (dataset.examples, len(dataset.lessons)) == (40, 10)
    assert "number 39" in dataset.lessons[-1].question
