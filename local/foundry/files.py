"""Files: what is uploaded, and what jobs leave behind."""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from local.foundry.datasets import import_fault
from local.foundry.errors import Refused, invalid
from local.foundry.models import Limits
from local.foundry.paging import LARGEST_PAGE, page
from local.foundry.records import Effect, File
from local.foundry.store import Store

UPLOADED = ("fine-tune", "evals")
RESULTS = "fine-tune-results"
# Virtual seconds. A real import of 100 kB takes "seconds" (recorded); the numbers are ours.
IMPORT_BEGINS, IMPORT_ENDS, IMPORT_BYTES_A_SECOND = 2, 6, 4_000_000


def status_of(file: File, now: float) -> str:
    """Azure's words (SPEC): pending, running, then processed or error."""
    if now < file.running_at:
        return "pending"
    if now < file.ready_at:
        return "running"
    return "error" if file.fault else "processed"


def show_file(file: File, now: float) -> dict[str, object]:
    """A file as it is answered (recorded, foundry notebooks, Jan 2026; status_details as in SPEC)."""
    status = status_of(file, now)
    shown: dict[str, object] = {
        "id": file.id,
        "bytes": file.bytes,
        "created_at": int(file.created_at),
        "filename": file.filename,
        "object": "file",
        "purpose": file.purpose,
        "status": status,
    }
    return shown | ({"status_details": file.fault} if status == "error" else {})


class Files:
    """The resource's files. Every method but `receive` wants a transaction around it."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits

    def receive(self, content: BinaryIO, purpose: str, filename: str) -> File:
        """Write an upload to disk and look at it. It is no file of the resource's before it is added."""
        if purpose not in UPLOADED:
            raise invalid(f"purpose {purpose!r} is not one of {list(UPLOADED)}", "purpose")
        id_ = f"file-{uuid.uuid4().hex}"
        path = self._store.content(id_)
        with path.open("wb") as target:
            shutil.copyfileobj(content, target)
        size = path.stat().st_size
        fault = import_fault(path) if purpose == "fine-tune" and size <= self._limits.file_bytes else None
        return _file(id_, filename, purpose, size, fault)

    def add(self, draft: File, now: float) -> dict[str, object]:
        """Make a received file one of the resource's, unless that is full; then its content goes."""
        try:
            self._check_room(draft)
        except Refused:
            self._store.content(draft.id).unlink()
            raise
        begins = now + IMPORT_BEGINS
        ends = now + IMPORT_ENDS + draft.bytes / IMPORT_BYTES_A_SECOND
        file = replace(draft, created_at=now, running_at=begins, ready_at=ends)
        self._store.files.put(file)
        self._store.effects.put(Effect(id=file.id, at=now, kind="files_created", subject=file.filename))
        return show_file(file, now)

    def add_result(self, name: str, content: bytes, now: float) -> str:
        """Keep a job's result; the id of the file."""
        id_ = f"file-{uuid.uuid4().hex}"
        self._store.content(id_).write_bytes(content)
        self._store.files.put(replace(_file(id_, name, RESULTS, len(content), None), created_at=now))
        return id_

    def list(self, query: Mapping[str, str], now: float) -> dict[str, object]:
        """The newest first, unless `order=asc`."""
        purpose = query.get("purpose")
        found = [file for file in self._store.files.all() if purpose in (None, file.purpose)]
        if query.get("order") != "asc":
            found.reverse()
        return page([show_file(file, now) for file in found], query, default=LARGEST_PAGE)

    def get(self, file_id: str) -> File:
        """Raises `Refused` if there is none."""
        file = self._store.files.get(file_id)
        if file is None:
            raise Refused(404, "notFound", f"no file {file_id!r}")
        return file

    def content(self, file_id: str) -> Path:
        """Where a file's content lies."""
        return self._store.content(self.get(file_id).id)

    def delete(self, file_id: str, now: float) -> dict[str, object]:
        """Gone at once; jobs that were made with it have what they need."""
        file = self.get(file_id)
        self._store.files.remove(file_id)
        self._store.effects.put(Effect(id=f"{file_id}-deleted", at=now, kind="files_deleted", subject=file.filename))
        self._store.content(file_id).unlink(missing_ok=True)
        return {"id": file_id, "object": "file", "deleted": True}

    def training_file(self, file_id: str, param: str, now: float) -> File:
        """A file that a job may use. Raises `Refused`."""
        file = self._store.files.get(file_id)
        if file is None:
            raise invalid(f"no file {file_id!r}", param)
        if file.purpose != "fine-tune":
            raise invalid(f"file {file_id!r} has the purpose {file.purpose!r}; 'fine-tune' is needed", param)
        if status_of(file, now) != "processed":
            status = status_of(file, now)
            raise invalid(f"{param} {file_id!r} must point to a completed file import; it is {status!r}", param)
        return file

    def _check_room(self, draft: File) -> None:
        if not 0 < draft.bytes <= self._limits.file_bytes:
            raise invalid(f"the file has {draft.bytes} bytes; 1 to {self._limits.file_bytes} are allowed", "file")
        kept = [file for file in self._store.files.all() if file.purpose in UPLOADED]
        if len(kept) >= self._limits.files:
            raise Refused(400, "quotaExceeded", f"the resource holds {len(kept)} files; at most {self._limits.files}")
        total = sum(file.bytes for file in kept) + draft.bytes
        if total > self._limits.files_bytes:
            most = self._limits.files_bytes
            raise Refused(400, "quotaExceeded", f"the resource would hold {total} bytes of files; at most {most}")


def _file(id_: str, filename: str, purpose: str, size: int, fault: str | None) -> File:
    return File(
        id=id_, filename=filename, purpose=purpose, bytes=size, fault=fault, created_at=0, running_at=0, ready_at=0
    )
