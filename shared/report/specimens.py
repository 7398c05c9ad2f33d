"""The first rows that were rejected for each reason, fit to be shown. Only the page shows text of a dataset."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.json import Decoder

from shared.core.prepare.rejects import Reject
from shared.core.prepare.scans.masking import Masker

MOST_OF_A_REASON = 3
MOST_CHARACTERS = 400  #: of a row
LOOKED_AT = 4 * MOST_CHARACTERS  #: characters of a row in which is masked: a secret may stand where the row is cut
MOST_READ = 4 * 1024 * 1024  #: bytes of rejects: a file of nothing but bad rows is not decoded a second time

type Reason = tuple[int | None, str]  #: a finding's rule and message
type Specimens = Mapping[Reason, Sequence[str]]

_decode = Decoder(Reject).decode_lines


def specimens(rejects: Iterable[bytes]) -> Specimens:
    """Some rows of each reason: their beginnings, with secrets and personal data masked.

    `rejects`: the bytes of the rejects file, in pieces.
    """
    found: dict[Reason, list[str]] = {}
    for reject in _decode(_whole_lines(rejects)):
        for reason in reject.reasons:
            rows = found.setdefault((reason.rule, reason.reason), [])
            if isinstance(reject.text, str) and len(rows) < MOST_OF_A_REASON:
                rows.append(reject.text[:LOOKED_AT])
    return _masked(found) if found else {}


def _masked(found: Specimens) -> Specimens:
    masker = Masker()
    return {reason: [_cut(masker.masked(row)) for row in rows] for reason, rows in found.items()}


def _whole_lines(rejects: Iterable[bytes]) -> bytes:
    """The beginning of the file, up to the end of a line."""
    beginning = bytearray()
    for piece in rejects:
        beginning += piece
        if len(beginning) >= MOST_READ:
            break
    return bytes(beginning[: beginning.rfind(b"\n") + 1])


def _cut(row: str) -> str:
    return row if len(row) <= MOST_CHARACTERS else f"{row[:MOST_CHARACTERS]}\N{HORIZONTAL ELLIPSIS}"
