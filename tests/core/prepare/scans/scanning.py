"""Rows for scans, and what a scan says of them."""

from msgspec.json import encode

from shared.core.prepare.scans import FOR_RFT, Detector, Hit, Scanner

SCANNER = Scanner(FOR_RFT)


def chat(reply: str, asked: str = "What?", instructions: str = "Be brief.") -> bytes:
    messages = [
        {"role": "system", "content": instructions},
        {"role": "user", "content": asked},
        {"role": "assistant", "content": reply},
    ]
    return encode({"messages": messages})


def hits(line: bytes, detectors: tuple[Detector, ...] | None = None) -> list[Hit]:
    return (Scanner(detectors) if detectors else SCANNER).scan([line])


def found(reply: str) -> set[str]:
    """The names of the kinds found in a reply."""
    return {hit.kind.name for hit in hits(chat(reply))}
