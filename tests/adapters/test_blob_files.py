import pytest
from azure.storage.blob import ContainerClient

from shared.adapters.blob_files import BLOCK_BYTES, BlobRunFiles
from shared.core.errors import TransientError
from shared.streams import WriteBehind
from tests.adapters.contracts import RunFilesContract
from tests.adapters.wires import CREATED, BlobWire, refused

pytestmark = pytest.mark.stack


class TestBlobRunFiles(RunFilesContract):
    @pytest.fixture
    def files(self, container: ContainerClient) -> BlobRunFiles:
        return BlobRunFiles(container)


def test_a_files_place_is_beside_its_run(container: ContainerClient) -> None:
    BlobRunFiles(container).put("r1", "report.json", b"{}")
    assert list(container.list_blob_names()) == ["r1/report.json"]


def test_blocks_are_sent_as_they_fill_up_however_small_the_writes() -> None:
    wire = BlobWire()
    writer = BlobRunFiles(wire.container).writer("r1", "train.jsonl")
    for _ in range(1000):
        writer.write(b"x" * 10_000)
    assert [len(request.body) for request in wire.requests] == [BLOCK_BYTES, BLOCK_BYTES]
    writer.commit()
    assert len(wire.requests[2].body) == 10_000_000 - 2 * BLOCK_BYTES
    assert "comp=blocklist" in wire.requests[3].url


def test_blocks_stay_large_when_lines_are_written_behind() -> None:
    wire = BlobWire()
    with WriteBehind(BlobRunFiles(wire.container).writer("r1", "train.jsonl")) as behind:
        for _ in range(150):
            behind.write(b"x" * 64 * 1024)
    assert [len(request.body) for request in wire.requests] == [BLOCK_BYTES, BLOCK_BYTES]


def block_ids(wire: BlobWire) -> list[str]:
    return [request.query["blockid"] for request in wire.requests if "blockid" in request.query]


def test_the_same_bytes_make_the_same_blocks_and_others_make_others() -> None:
    wires = [BlobWire(), BlobWire(), BlobWire()]
    for wire, last in zip(wires, (b"a", b"a", b"b"), strict=True):
        writer = BlobRunFiles(wire.container).writer("r1", "train.jsonl")
        writer.write(b"x" * BLOCK_BYTES + last)
        writer.commit()
    first, same, other = map(block_ids, wires)
    assert first == same
    assert [ours == theirs for ours, theirs in zip(first, other, strict=True)] == [True, False]


def test_blocks_that_another_delivery_swept_away_are_written_again_later() -> None:
    wire = BlobWire(CREATED, refused(400, "InvalidBlockList"))
    writer = BlobRunFiles(wire.container).writer("r1", "train.jsonl")
    writer.write(b"x")
    with pytest.raises(TransientError, match=r"'r1/train\.jsonl' was written by another delivery meanwhile"):
        writer.commit()


def test_two_that_write_different_bytes_at_once_never_mix_them(container: ContainerClient) -> None:
    files = BlobRunFiles(container)
    one, other = (files.writer("r1", "train.jsonl") for _ in range(2))
    for writer, byte in ((one, b"1"), (other, b"2")):
        writer.write(byte * BLOCK_BYTES)
    one.commit()
    with pytest.raises(TransientError, match="another delivery"):
        other.commit()
    assert b"".join(files.read("r1", "train.jsonl") or ()) == b"1" * BLOCK_BYTES
