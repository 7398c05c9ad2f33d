"""What the container holds is announced again, as if it had just been uploaded."""

from collections.abc import Iterator
from datetime import datetime

from shared import intake
from shared.core.drop import Blob, FilePlace, NoPlace, SetPlace, drop_of_file, place
from shared.ports import Services


def replay_drops(container: str, since: datetime, prefix: str, services: Services, *, dry_run: bool) -> Iterator[str]:
    """Announce every dataset that was uploaded since a time and whose name begins so; a line for each blob."""
    for blob, changed in services.datasets.blobs(container):
        if changed < since or not blob.name.startswith(prefix) or blob.size == 0:
            continue
        if dry_run:
            yield f"{blob.name!r}: {_foreseen(container, blob, services)}"
        else:
            yield f"{blob.name!r}: {intake.arrived(container, blob, services)}"


def _foreseen(container: str, blob: Blob, services: Services) -> str:
    match where := place(blob.name):
        case FilePlace():
            run_id = drop_of_file(container, blob, where).run_id
            return f"run {run_id} {'is there' if services.runs.exists(run_id) else 'would begin'}"
        case SetPlace():
            return f"the set {where.folder!r} would settle, and begin if it has no run"
        case NoPlace():
            return f"would begin nothing: {where.reason}"
