"""What a scan finds, and how it is written beside the blob; pure."""

import datetime as dt
from collections.abc import Iterable, Mapping

RESULT, TIME = "Malware Scanning scan result", "Malware Scanning scan time UTC"
CLEAN, INFECTED = "No threats found", "Malicious"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"
"""In pieces: whole, it would have this file taken away by the scanners of whoever checks it out."""


def finding(chunks: Iterable[bytes]) -> str:
    """The result for a blob's bytes. The malware may lie across two chunks."""
    end = b""
    for chunk in chunks:
        seen = end + chunk
        if EICAR in seen:
            return INFECTED
        end = seen[1 - len(EICAR) :]
    return CLEAN


def tags(result: str, at: dt.datetime) -> dict[str, str]:
    return {RESULT: result, TIME: f"{at:%Y-%m-%d %H:%M:%S}Z"}


def is_scanned(found: Mapping[str, str] | None) -> bool:
    return RESULT in (found or {})
