import pytest
from azure.storage.blob import ContainerClient

from shared.adapters.blob_runs import BlobRuns
from shared.core.errors import PermanentError, RunConflict, TransientError
from shared.core.run import Run
from tests.adapters.contracts import RunsContract, make_run, moved
from tests.adapters.wires import Answer, BlobWire, answered, refused

pytestmark = pytest.mark.stack


class TestBlobRuns(RunsContract):
    @pytest.fixture
    def runs(self, container: ContainerClient) -> BlobRuns:
        return BlobRuns(container)


def test_a_run_lies_where_operators_look_for_it(container: ContainerClient) -> None:
    runs, run = BlobRuns(container), make_run()
    runs.create(run)
    runs.mark_told(run.id, 2)
    assert set(container.list_blob_names()) == {f"{run.id}/run.json", f"{run.id}/told/2", f"active/{run.id}"}


def test_the_latest_runs_are_those_whose_documents_changed_last() -> None:
    one, two, three = (f"{number:016x}" for number in (1, 2, 3))
    changed = {
        f"{one}/run.json": 10,
        f"{two}/run.json": 30,
        f"{two}/told/1": 59,
        f"{three}/run.json": 20,
        f"active/{one}": 58,
    }
    wire = BlobWire(listing(changed), document(make_run("2.jsonl")), document(make_run("3.jsonl")))
    assert BlobRuns(wire.container).latest(2) == [make_run("2.jsonl"), make_run("3.jsonl")]
    assert [request.url.rsplit("/", 2)[1] for request in wire.requests[1:]] == [two, three]


def listing(changed: dict[str, int]) -> Answer:
    blobs = "".join(
        f"<Blob><Name>{name}</Name><Properties><Last-Modified>Tue, 24 Nov 2026 12:00:{second} GMT</Last-Modified>"
        "<BlobType>BlockBlob</BlobType></Properties></Blob>"
        for name, second in changed.items()
    )
    xml = f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>"
    return answered(200, xml.encode())


def document(run: Run) -> Answer:
    body = run.model_dump_json().encode()
    return answered(206, body, ETag='"0x1"', Content_Range=f"bytes 0-{len(body) - 1}/{len(body)}")


def test_the_marker_is_made_before_the_run() -> None:
    wire = BlobWire()
    BlobRuns(wire.container).create(make_run())
    assert [request.url.rsplit("/", 2)[1] for request in wire.requests] == ["active", make_run().id]


def test_a_run_is_made_only_if_there_is_none() -> None:
    wire = BlobWire()
    BlobRuns(wire.container).create(make_run())
    assert wire.requests[-1].headers["If-None-Match"] == "*"


def test_a_run_is_saved_only_if_it_is_the_one_that_was_loaded() -> None:
    wire = BlobWire(refused(412, "ConditionNotMet"))
    with pytest.raises(RunConflict, match="changed before revision 2"):
        BlobRuns(wire.container).save(moved(make_run()), '"0x8"')
    assert wire.requests[0].headers["If-Match"] == '"0x8"'


def test_a_right_that_is_missing_is_named_and_waited_for() -> None:
    wire = BlobWire(refused(403, "AuthorizationPermissionMismatch"))
    with pytest.raises(TransientError, match="'Storage Blob Data Contributor' on the container 'runs'"):
        BlobRuns(wire.container).load(make_run().id)


def test_a_busy_service_is_given_the_time_it_asks_for() -> None:
    wire = BlobWire(refused(503, "ServerBusy", retry_after="7"))
    with pytest.raises(TransientError, match=r"loading run '.*': 503 ServerBusy") as caught:
        BlobRuns(wire.container).load(make_run().id)
    assert caught.value.retry_after
    assert caught.value.retry_after.total_seconds() == 7


def test_a_container_that_is_missing_is_not_waited_for() -> None:
    wire = BlobWire(refused(404, "ContainerNotFound"))
    with pytest.raises(PermanentError, match="404 ContainerNotFound"):
        BlobRuns(wire.container).create(make_run())


def test_an_answer_that_is_cut_off_is_asked_for_again() -> None:
    wire = BlobWire(answered(200, b"<EnumerationResults><Blobs>"))
    with pytest.raises(TransientError, match="listing live runs"):
        list(BlobRuns(wire.container).live())


@pytest.mark.parametrize(
    "run_id", ["../datasets/evil", "..%2Fdatasets%2Fevil", "a/b", "", "..", "0" * 15, "0" * 17, "G" * 16]
)
def test_what_is_no_run_id_is_no_run_and_no_path_to_anything_else(run_id: str) -> None:
    wire = BlobWire(document(make_run()))
    with pytest.raises(KeyError):
        BlobRuns(wire.container).load(run_id)
    assert wire.requests == []
