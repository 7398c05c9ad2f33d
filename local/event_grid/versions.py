"""What a listing shows, and which of it is news."""

import datetime as dt
from collections.abc import Container, Iterable
from typing import NamedTuple

BLOCK_BLOB = "BlockBlob"


class Version(NamedTuple):
    """One version of a blob, as a listing shows it."""

    name: str  #: as it was given, with slashes, not encoded
    etag: str  #: without quotes
    size: int  #: bytes
    content_type: str
    blob_type: str  #: BlockBlob, PageBlob or AppendBlob
    written_at: dt.datetime  #: UTC, whole seconds


class Identity(NamedTuple):
    """What tells one blob version from every other in the container."""

    name: str
    etag: str


def identity(version: Version) -> Identity:
    """The identity of a version."""
    return Identity(version.name, version.etag)


def news(listing: Iterable[Version], known: Container[Identity]) -> list[Version]:
    """The block blobs of a listing that were not announced yet, oldest first."""
    fresh = [v for v in listing if v.blob_type == BLOCK_BLOB and identity(v) not in known]
    return sorted(fresh, key=lambda version: (version.written_at, version.name))
