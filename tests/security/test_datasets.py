"""What a malicious dataset can do."""

import json
import pickle
import socket
import tracemalloc
from pathlib import Path

import pytest

from shared.core import stages
from shared.core.drop import Blob
from shared.core.prepare.containers.record import MAX_ROW_BYTES
from shared.core.scan import Scan
from tests.driving import DATASET, deliver, deliver_all, drop, only_run, outcome
from tests.fakes import World
from tests.report.hostile import HOSTILE
from tests.report.markup import Page
from tests.security.dropped import ROWS, Rows, cards, ended, lines, page, paid

FILE = "support/a.jsonl"
MOST_MEMORY = 4 * MAX_ROW_BYTES  #: of a stream of twice that
SECRET = "AKIA" + "QYZ3TNRV5XK2WJ7H"


def rejects_report(world: World) -> str:
    return world.files.contents[only_run(world).id, "report.html"].decode()


def test_markup_in_rows_is_shown_as_text() -> None:
    rows: Rows = [{"prompt": text, "response": ""} for text in HOSTILE]
    shown = Page(rejects_report(ended(lines([*ROWS, *rows]))))
    assert {tag for tag, *_ in shown.shape}.isdisjoint({"script", "img", "iframe", "object", "embed", "base"})
    assert not any(name.startswith("on") for _, *names in shown.shape for name in names)


def test_secrets_in_rows_are_masked_wherever_rows_are_shown() -> None:
    rows: Rows = [{"prompt": f"My key is {SECRET}", "response": ""}]
    world = ended(lines([*ROWS, *rows]))
    run = only_run(world)
    shown = [page(world), cards(run), run.model_dump_json(), rejects_report(world)]
    assert [SECRET in one for one in shown] == [False] * 4
    assert SECRET in world.files.contents[run.id, "rejects.jsonl"].decode()


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"prompt": "a", "response": ['])
def test_nesting_without_end_costs_the_row_and_not_the_process(opening: bytes) -> None:
    world = ended(b"\n".join([*lines(ROWS).splitlines(), opening * 100_000]))
    assert isinstance(outcome(world), stages.Rejected | stages.Expired)


def test_a_line_without_end_is_read_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()

    def endless(container: str, blob: Blob) -> object:
        del container, blob
        yield lines(ROWS) + b'\n{"prompt": "'
        for _ in range(4096):
            yield b"a" * 2**16

    ended(DATASET)  # what is loaded once, is
    monkeypatch.setattr(world.datasets, "read", endless)
    tracemalloc.start()
    drop(world, FILE)
    deliver_all(world)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_MEMORY
    assert json.loads(world.files.contents[only_run(world).id, "report.json"])["rows"]["rejected"] == 1


class Harmful:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.mark,)


def test_a_pickle_is_no_dataset_and_is_never_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "harm"
    world = ended(pickle.dumps(Harmful(mark)), "support/a.pkl")
    assert isinstance(outcome(world), stages.Rejected)
    assert not mark.exists()


@pytest.mark.parametrize("host", ["169.254.169.254", "localhost:7071", "[::1]", "2130706433", "example.com"])
def test_the_address_of_an_image_is_never_fetched(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_arguments: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    image = {"type": "image_url", "image_url": {"url": f"https://{host}/metadata/identity/oauth2/token"}}
    asked = [{"type": "text", "text": "What is this?"}, image]
    rows: Rows = [
        {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": f"It is {n}."}]}
        for n in range(60)
    ]
    world = ended(lines(rows), recipe="data: {split: {validation: 0, test: 0}}")
    rejected = json.loads(world.files.contents[only_run(world).id, "report.json"])["rows"]["rejected"]
    assert rejected == (0 if host == "example.com" else len(rows))


def test_a_dear_dataset_waits_for_a_person_before_anything_is_paid() -> None:
    rows: Rows = [{"prompt": f"{n} {'word ' * 2000}", "response": f"{'answer ' * 1500}{n}"} for n in range(400)]
    world = ended(lines(rows), recipe="budget: {ask_above_usd: 1}\nhyperparameters: {n_epochs: 10}")
    assert isinstance(only_run(world).stage, stages.Held)
    assert paid(world) == 0


def test_malware_is_refused_and_never_read() -> None:
    world = World()
    world.scanner.says[FILE] = Scan(outcome="infected", said="Malicious")
    world.datasets.read = None  # type: ignore[assignment]  # would be called
    drop(world, FILE)
    deliver_all(world)
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert (end.by, paid(world)) == ("malware scan", 0)


def test_what_was_not_scanned_is_not_read() -> None:
    world = World()
    world.scanner.says[FILE] = Scan(outcome="awaited", said="Not scanned")
    world.datasets.read = None  # type: ignore[assignment]  # would be called
    drop(world, FILE)
    deliver_all(world)
    assert isinstance(only_run(world).stage, stages.Parked)


def test_what_is_replaced_after_its_check_is_not_trained_on_as_what_was_checked() -> None:
    world = World()
    drop(world, FILE)
    while not isinstance(only_run(world).stage, stages.Prepared):
        deliver(world.bus.next(), world)
    world.datasets.upload(FILE, DATASET + b"\n")
    deliver_all(world)
    assert isinstance(outcome(world), stages.Cancelled)
    assert paid(world) == 0
