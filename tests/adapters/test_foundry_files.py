"""Files: what goes to Foundry, and what comes back."""

import logging
from collections.abc import Iterator

import httpx2
import pytest

from shared.adapters.foundry_trainer import FoundryTrainer
from shared.core.errors import TrainingFailed, TransientError
from tests.adapters.foundry_wire import FoundryWire, drop, file, page, status, text


def test_files_are_found_on_every_page_the_oldest_of_each_name(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on(
        "GET /files",
        page(file("f3", "td-b.jsonl", at=3), file("f9", "other.jsonl"), more=True),
        page(file("f2", "td-a.jsonl", at=2), file("f1", "td-b.jsonl", at=1)),
    )
    assert trainer.find_files("td-") == {"td-a.jsonl": "f2", "td-b.jsonl": "f1"}
    assert [request.url.params.get("after") for request in wire.requests] == [None, "f9"]
    assert all(request.url.params["purpose"] == "fine-tune" for request in wire.requests)


def test_a_file_on_its_way_out_is_not_found(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /files", page(file("f1", "td-a.jsonl", "deleting"), file("f2", "td-b.jsonl", "error")))
    assert trainer.find_files("td-") == {"td-b.jsonl": "f2"}


def test_pages_that_repeat_themselves_end(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /files", page(file("f1", "td-a.jsonl"), more=True))
    assert trainer.find_files("td-") == {"td-a.jsonl": "f1"}
    assert len(wire.requests) == 2


def test_a_file_that_is_deleted_between_two_pages_fails_no_run(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    gone = status(400, {"code": "invalidPayload", "message": "no item 'f1' in this list"})
    wire.on("GET /files", page(file("f1", "other.jsonl"), more=True), gone, page(file("f2", "td-a.jsonl")))
    with pytest.raises(TransientError, match=r"no item 'f1' in this list: the list changed meanwhile$"):
        trainer.find_files("td-")
    assert trainer.find_files("td-") == {"td-a.jsonl": "f2"}


def test_a_first_page_that_is_refused_is_refused(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /files", status(400, {"code": "invalidPayload", "message": "no such purpose"}))
    with pytest.raises(TrainingFailed, match="no such purpose"):
        trainer.find_files("td-")


def test_an_upload_is_sent_as_it_is_read_with_its_length(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("POST /files", file("f1", "td-a.jsonl", "pending"))
    content = [b'{"n": 1}\n', b"", b'{"n": 2}\n' * 100_000]
    assert trainer.upload("td-a.jsonl", iter(content), sum(map(len, content))) == "f1"
    [request] = wire.requests
    assert b"".join(content) in request.content
    assert b'name="purpose"\r\n\r\nfine-tune' in request.content
    assert b'filename="td-a.jsonl"' in request.content
    assert int(request.headers["content-length"]) == len(request.content)


def test_an_upload_holds_one_piece_at_a_time() -> None:
    alive: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(50):
            alive.append(number)
            yield b"x" * 1_000_000

    def swallow(request: httpx2.Request) -> httpx2.Response:
        for sent, _ in enumerate(request.stream, start=1):  # pyright: ignore[reportArgumentType]
            assert len(alive) <= sent // 15 + 2
        return httpx2.Response(200, json=file("f1", "a"), request=request)

    class Streaming(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            return swallow(request)

    client = FoundryWire().client.with_options(http_client=httpx2.Client(transport=Streaming()))
    assert FoundryTrainer(client, "acct").upload("a", pieces(), 50_000_000) == "f1"
    assert len(alive) == 50


def test_an_upload_whose_answer_never_comes_is_not_repeated(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("POST /files", drop(httpx2.ReadTimeout))
    with pytest.raises(TransientError, match=r"uploading 'a\.jsonl': no answer: ReadTimeout"):
        trainer.upload("a.jsonl", [b"x"], 1)
    assert len(wire.requests) == 1


def test_what_breaks_while_the_content_is_read_breaks_the_upload(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise TransientError("the storage is away")

    wire.on("POST /files", file("f1", "a"))
    with pytest.raises(TransientError, match="the storage is away"):
        trainer.upload("a.jsonl", broken(), 2)


@pytest.mark.parametrize(
    ("words", "ready"),
    [(["processed", "processed"], True), (["processed", "pending"], False), (["running", "notRunning"], False)],
)
def test_files_are_ready_when_all_were_processed(
    wire: FoundryWire, trainer: FoundryTrainer, words: list[str], *, ready: bool
) -> None:
    wire.on("GET /files/f1", file("f1", "a", words[0]))
    wire.on("GET /files/f2", file("f2", "b", words[1]))
    assert trainer.files_ready(["f1", "f2"]) is ready


def test_a_refused_file_shows_even_while_another_is_processing(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /files/f1", file("f1", "a", "pending"))
    wire.on("GET /files/f2", file("f2", "b.jsonl", "error") | {"status_details": "no valid json line"})
    with pytest.raises(TrainingFailed, match=r"refused the file 'b\.jsonl': no valid json line"):
        trainer.files_ready(["f1", "f2"])


def test_an_unknown_word_means_not_yet_and_is_said_once(
    wire: FoundryWire, trainer: FoundryTrainer, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET /files/f1", file("f1", "a", "scanning"))
    assert trainer.files_ready(["f1"]) is False
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == [
        "file f1 has the unknown status 'scanning': taken to be processing"
    ]


def test_every_file_of_a_run_is_removed_and_none_there_is_success(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /files", page(file("f1", "td-a"), file("f2", "td-b"), file("f3", "other")))
    wire.on("DELETE /files/f2", {"id": "f2", "object": "file", "deleted": True})
    trainer.remove_files("td-")
    assert [request.url.path.rsplit("/")[-1] for request in wire.requests[1:]] == ["f1", "f2"]


def test_results_are_the_services_bytes(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    wire.on("GET /files/file-r/content", text("\ufeffstep\n", "text/csv"))
    assert trainer.results("file-r") == b"\xef\xbb\xbfstep\n"


def test_results_that_are_missing_or_empty_are_none(wire: FoundryWire, trainer: FoundryTrainer) -> None:
    assert trainer.results("file-r") is None
    wire.on("GET /files/file-r/content", text("", "text/csv"))
    assert trainer.results("file-r") is None


def test_a_row_becomes_a_point_and_an_empty_cell_no_figure(trainer: FoundryTrainer) -> None:
    csv = (
        b"\xef\xbb\xbfstep,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,"
        b"full_valid_loss,full_valid_mean_token_accuracy\r\n"
        b"2,0.8,0.6,0.9,0.55,,\r\n"
        b"1,0.9,0.5,,,1.5,0.4\r\n"
        b"3,nan,,,,,inf\r\n"
        b",0.7,,,,,\r\n"
    )
    first, second = trainer.points(csv)
    assert (first.step, first.metrics.validation_loss, first.metrics.valid_loss) == (1, 1.5, None)
    assert (second.step, second.metrics.validation_loss, second.metrics.validation_token_accuracy) == (2, 0.9, 0.55)


@pytest.mark.parametrize(
    "content", [b"", b"step,train_loss\n", b"\xff\xfe\x00", b"<html>\n<body>\n", b'"' + b"x" * 200_000]
)
def test_a_file_without_points_has_none(trainer: FoundryTrainer, content: bytes) -> None:
    assert trainer.points(content) == []
