"""The host's own blobs in AzureWebJobsStorage: timer locks and timer status.

Container and paths are the platform's: `azure-webjobs-hosts`, `locks/<host id>/<function>.Listener`
(BlobLeaseDistributedLockManager.cs, SingletonManager.cs) and `timers/<host id>/<function>/status`
(StorageScheduleMonitor.cs), the function written as `Host.Functions.<name>`.

Simplified: the lease is 15 s instead of 60 s long, so that a killed instance's timers soon go on
elsewhere; the host's other locks and blobs do not exist.
"""

import json
import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.storage.blob import BlobClient, BlobLeaseClient, BlobServiceClient

from local.functions_host.app_settings import Identity
from local.functions_host.timer_status import TimerStatus, from_json

log = logging.getLogger(__name__)

CONTAINER = "azure-webjobs-hosts"
LEASE_SECONDS = 15
#: The host's requests are no part of the app's telemetry.
UNTRACED: dict[str, Any] = {"tracing_options": {"enabled": False}, "logger": log}


class HostStorage:
    """Blocking, so to be called from a thread. Raises `AzureError` when the storage does not answer."""

    def __init__(self, connection: str | Identity, host_id: str) -> None:
        log.setLevel(logging.WARNING)
        self._host_id = host_id
        self._container = _service(connection).get_container_client(CONTAINER)

    def acquire(self, function: str) -> BlobLeaseClient | None:
        """The function's listener lock for LEASE_SECONDS; None while another instance holds it."""
        blob = self._blob("locks", f"{function}.Listener")
        lease = BlobLeaseClient(blob)
        try:
            lease.acquire(LEASE_SECONDS, **UNTRACED)
        except ResourceNotFoundError:
            self._create(blob)
            return self.acquire(function)
        except HttpResponseError as error:
            if error.status_code != HTTPStatus.CONFLICT:
                raise
            return None
        return lease

    def renew(self, lease: BlobLeaseClient) -> None:
        """Hold the lock for another LEASE_SECONDS."""
        lease.renew(**UNTRACED)

    def release(self, lease: BlobLeaseClient) -> None:
        """Let another instance have the lock at once."""
        lease.release(**UNTRACED)

    def read_status(self, function: str) -> TimerStatus | None:
        """None before the first one is written."""
        try:
            stored = self._blob("timers", f"{function}/status").download_blob(encoding="utf-8", **UNTRACED)
        except ResourceNotFoundError:
            return None
        return from_json(json.loads(stored.readall()))

    def write_status(self, function: str, status: TimerStatus) -> None:
        document = json.dumps(status.as_json())
        self._blob("timers", f"{function}/status").upload_blob(document, overwrite=True, **UNTRACED)

    def _blob(self, kind: str, name: str) -> BlobClient:
        return self._container.get_blob_client(f"{kind}/{self._host_id}/Host.Functions.{name}")

    def _create(self, blob: BlobClient) -> None:
        with suppress(ResourceExistsError):
            self._container.create_container(**UNTRACED)
        with suppress(ResourceExistsError):
            blob.upload_blob(b"", **UNTRACED)


def _service(connection: str | Identity) -> BlobServiceClient:
    if isinstance(connection, str):
        return BlobServiceClient.from_connection_string(connection)
    credential = DefaultAzureCredential(managed_identity_client_id=connection.client_id)
    return BlobServiceClient(connection.address, credential=credential)
