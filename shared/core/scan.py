"""What is known of a malware scan, and what comes of it: without a clean result nothing is read."""

from collections.abc import Mapping
from typing import Literal

from shared.core.polling import SCAN_LOOKS
from shared.core.stages import Parked, Received, Rejected, Scanning, Step
from shared.core.values import Value

INFECTED = "malware was found in it; remove the file, and have the machine looked at that it came from"


class Scan(Value):
    """The state of one scan of one version of a blob."""

    outcome: Literal["clean", "infected", "awaited"]
    said: str  #: the scanner's own words, or what it did not say


def held_up(stage: Received | Scanning, scans: Mapping[str, Scan]) -> Scanning | Parked | Rejected | None:
    """What keeps a run from being read: an infected blob, or one that is not known to be clean. `None`: nothing."""
    infected = [name for name, scan in scans.items() if scan.outcome == "infected"]
    awaited = [f"{name!r}: {scan.said}" for name, scan in scans.items() if scan.outcome == "awaited"]
    if infected:
        reasons = tuple(f"{name!r}: {INFECTED}" for name in infected)
        return Rejected(by="malware scan", reasons=reasons, before=stage)
    if not awaited:
        return None
    looks = stage.looks + 1 if isinstance(stage, Scanning) else 0
    if looks < SCAN_LOOKS:
        return Scanning(looks=looks)
    reason = "\n".join((f"no clean malware scan after {looks} looks, so nothing was read", *awaited))
    return Parked(step=Step.PREPARE, reason=reason, before=Scanning(looks=looks))
