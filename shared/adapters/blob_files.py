"""The files of a run, in blobs beside its document."""

import base64
import hashlib
from collections.abc import Iterator

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.storage.blob import BlobBlock, BlobClient, ContainerClient

from shared.adapters.azure_errors import code_of, translated
from shared.core.errors import TransientError

BLOCK_BYTES = 4 * 1024 * 1024  #: also the most that a writer holds in memory, besides what it is being given


class BlobRunFiles:
    def __init__(self, container: ContainerClient) -> None:
        self._container = container
        self._needs = f"the role 'Storage Blob Data Contributor' on the container {container.container_name!r}"

    def writer(self, run_id: str, name: str) -> "BlobWriter":
        return BlobWriter(self._blob(run_id, name), self._needs)

    def put(self, run_id: str, name: str, data: bytes) -> None:
        with translated(f"writing {name!r} of run {run_id!r}", self._needs):
            self._blob(run_id, name).upload_blob(data, overwrite=True)

    def read(self, run_id: str, name: str) -> Iterator[bytes] | None:
        what = f"reading {name!r} of run {run_id!r}"
        with translated(what, self._needs):
            try:
                download = self._blob(run_id, name).download_blob()
            except ResourceNotFoundError:
                return None
            return self._read(what, download.chunks())

    def _read(self, what: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        with translated(what, self._needs):
            yield from chunks

    def _blob(self, run_id: str, name: str) -> BlobClient:
        return self._container.get_blob_client(f"{run_id}/{name}")


class BlobWriter:
    """Stages blocks; one PutBlockList makes them the blob.

    A block's id is its place and a hash of its bytes: writing the same again stages the same, and the blocks of two
    deliveries that write at once never mix unless they are equal.
    """

    def __init__(self, blob: BlobClient, needs: str) -> None:
        self._blob, self._needs = blob, needs
        self._buffer = bytearray()
        self._ids: list[str] = []

    def write(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= BLOCK_BYTES:
            self._stage(bytes(self._buffer[:BLOCK_BYTES]))
            del self._buffer[:BLOCK_BYTES]

    def commit(self) -> None:
        if self._buffer:
            self._stage(bytes(self._buffer))
            self._buffer.clear()
        with translated(f"committing {self._blob.blob_name!r}", self._needs):
            try:
                self._blob.commit_block_list([BlobBlock(id_) for id_ in self._ids])
            except HttpResponseError as error:
                if code_of(error) != "InvalidBlockList":
                    raise
                text = f"{self._blob.blob_name!r} was written by another delivery meanwhile"
                raise TransientError(text) from error

    def _stage(self, block: bytes) -> None:
        digest = base64.urlsafe_b64encode(hashlib.sha256(block).digest()[:15]).decode()
        id_ = f"{len(self._ids):05}{digest}"  # all of one length, as the service demands
        with translated(f"writing {self._blob.blob_name!r}", self._needs):
            self._blob.stage_block(id_, block)
        self._ids.append(id_)
