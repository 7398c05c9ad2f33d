"""An eye on packed files that are made to burst when they are unpacked."""

from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

MAX_UNPACKED_BYTES = 8 * 1024**3  #: the largest file the service takes at all (Microsoft Learn, 2026-02)
MAX_RATIO = 100  #: unpacked over packed; text packs to a tenth or so
UNSUSPICIOUS_BYTES = 16 * 1024 * 1024  #: unpacked; a small file of equal lines may well pack better

IS_SAFE = Rule(17, "size unpacked", "error", "drop the rows unpacked, as JSON lines")


def check_size(packed: int, unpacked: int) -> None:
    """Raises `Unreadable` for a file that is more than a dataset can be."""
    if unpacked > MAX_UNPACKED_BYTES:
        raise Unreadable(Fault(IS_SAFE, "the file is too large unpacked", f"at most {MAX_UNPACKED_BYTES:,} bytes"))
    if unpacked > UNSUSPICIOUS_BYTES and unpacked > packed * MAX_RATIO:
        reason = "the file unpacks to more than a dataset does: it may be made to burst"
        raise Unreadable(Fault(IS_SAFE, reason, f"at most {MAX_RATIO} times its packed size"))
