import io

import msgspec
import pytest

from local.foundry.errors import Refused
from local.foundry.files import Files, show_file
from local.foundry.models import catalogue
from tests.local.foundry.examples import Parts, chat_file


def status(parts: Parts, file_id: str, now: float) -> object:
    with parts.store.transaction():
        return show_file(parts.files.get(file_id), now)["status"]


def test_an_import_takes_its_time(parts: Parts) -> None:
    file_id = parts.upload(chat_file())
    assert [status(parts, file_id, now) for now in (0, 3, 60)] == ["pending", "running", "processed"]


def test_a_file_that_is_no_jsonl_ends_in_an_error_with_a_reason(parts: Parts) -> None:
    file_id = parts.upload(b"not json\n")
    assert status(parts, file_id, 3) == "running"
    with parts.store.transaction():
        shown = show_file(parts.files.get(file_id), 60)
    assert shown["status"] == "error"
    assert "line 1 is not a dictionary" in str(shown["status_details"])


def test_files_are_listed_newest_first_and_by_purpose(parts: Parts) -> None:
    first, second = parts.upload(chat_file(), "a.jsonl"), parts.upload(chat_file(), "b.jsonl", now=5)
    with parts.store.transaction():
        result = parts.files.add_result("results.csv", b"step\n", now=9)
        listed = parts.files.list({"purpose": "fine-tune"}, 10)["data"]
        upwards = parts.files.list({"order": "asc"}, 10)["data"]
    assert isinstance(listed, list)
    assert isinstance(upwards, list)
    assert [file["id"] for file in listed] == [second, first]
    assert [file["id"] for file in upwards] == [first, second, result]


def test_a_deleted_file_is_gone(parts: Parts) -> None:
    file_id = parts.upload(chat_file())
    with parts.store.transaction():
        assert parts.files.delete(file_id, 1) == {"id": file_id, "object": "file", "deleted": True}
        with pytest.raises(Refused, match="no file"):
            parts.files.get(file_id)
    assert not parts.store.content(file_id).exists()


def test_a_job_may_use_a_processed_training_file_only(parts: Parts) -> None:
    file_id = parts.upload(chat_file())
    with parts.store.transaction():
        with pytest.raises(Refused, match="must point to a completed file import; it is 'running'"):
            parts.files.training_file(file_id, "training_file", 3)
        with pytest.raises(Refused, match="no file 'file-0'"):
            parts.files.training_file("file-0", "training_file", 3)
        assert parts.files.training_file(file_id, "training_file", 60).id == file_id


def test_a_purpose_that_is_not_for_uploads_is_refused(parts: Parts) -> None:
    with pytest.raises(Refused, match="'assistants'"):
        parts.files.receive(io.BytesIO(b"{}"), "assistants", "a.jsonl")


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"files": 1}, "holds 1 files; at most 1"),
        ({"files_bytes": 10_000}, "bytes of files; at most 10000"),
        ({"file_bytes": 100}, "1 to 100 are allowed"),
    ],
)
def test_a_full_resource_takes_no_more_and_keeps_nothing(parts: Parts, limits: dict[str, int], why: str) -> None:
    store = parts.store
    files = Files(store, msgspec.structs.replace(catalogue().limits, **limits))
    small = files.receive(io.BytesIO(b"{}"), "fine-tune", "small.jsonl")
    large = files.receive(io.BytesIO(chat_file(100)), "fine-tune", "large.jsonl")
    with store.transaction():
        files.add(small, 0)
        with pytest.raises(Refused, match=why):
            files.add(large, 0)
        assert len(store.files.all()) == 1
    assert not store.content(large.id).exists()


def test_an_empty_file_is_refused(parts: Parts) -> None:
    with pytest.raises(Refused, match="the file has 0 bytes"):
        parts.upload(b"")
