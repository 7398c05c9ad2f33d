"""From blobs to drops: what an upload begins, when a set is complete, and which uploads nobody announced."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.core.drop import (
    Blob,
    Drop,
    FilePlace,
    NoPlace,
    SetPlace,
    Upload,
    drop_of_file,
    drop_of_set,
    fingerprint,
    place,
)
from shared.pipeline import begin
from shared.ports import Services

LOOKBACK = timedelta(days=7)  #: how far back the sweep looks for uploads nobody announced


def arrived(container: str, blob: Blob, services: Services, upload: Upload | None = None) -> str:
    """Take an upload: begin the run of a file, or let the folder of a set settle. Says what was done, for the log."""
    where = place(blob.name)
    match where:
        case FilePlace():
            return f"run {begin(drop_of_file(container, blob, where), services, upload).id}"
        case SetPlace():
            seen = fingerprint(each for each, _ in services.datasets.blobs(container, where.folder))
            services.bus.settle(container, where.folder, seen, services.settling)
            return f"the set {where.folder!r} settles"
        case NoPlace():
            return f"{blob.name!r} begins nothing: {where.reason}"


def settled(container: str, folder: str, seen: str, services: Services) -> str:
    """Begin the run of a set if its folder still looks as it did; if not, a later upload has ordered a later look."""
    blobs = [blob for blob, _ in services.datasets.blobs(container, folder)]
    if fingerprint(blobs) != seen:
        return f"the set {folder!r} changed meanwhile"
    drop = _set_in(container, folder, blobs)
    return f"run {begin(drop, services).id}" if drop else f"the set {folder!r} has no training file yet"


def catch_up(container: str, services: Services) -> int:
    """Begin the runs of uploads that no event announced; how many there were. The sweep's half for new drops.

    Looks back a week, not for ever: a run's record may be cleared away before the blob that it was for.
    """
    since = services.now() - LOOKBACK
    missed = [drop for drop in _drops(container, since, services) if not services.runs.exists(drop.run_id)]
    for drop in missed:
        begin(drop, services)
    return len(missed)


def _drops(container: str, since: datetime, services: Services) -> Iterator[Drop]:
    quiet_since = services.now() - 2 * services.settling
    folders: dict[str, list[tuple[Blob, datetime]]] = defaultdict(list)
    for blob, changed in services.datasets.blobs(container):
        where = place(blob.name)
        if isinstance(where, SetPlace):
            folders[where.folder].append((blob, changed))
        elif isinstance(where, FilePlace) and changed >= since and blob.size > 0:
            yield drop_of_file(container, blob, where)
    for folder, members in folders.items():
        newest = max(changed for _, changed in members)
        if since <= newest <= quiet_since and (drop := _set_in(container, folder, [blob for blob, _ in members])):
            yield drop


def _set_in(container: str, folder: str, blobs: list[Blob]) -> Drop | None:
    where = SetPlace(folder=folder, recipe=folder.split("/", maxsplit=1)[0])
    return drop_of_set(container, where, blobs)
