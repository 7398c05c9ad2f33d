"""Which encoding older than UTF-8 a text has, judged by a sample of it."""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

MAX_SAMPLE_BYTES = 32 * 1024
MAX_CHAOS = 0.1  #: share of characters that no text has side by side
NAMES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "CP949 (Korean)",
}
OF_TWO_BYTES = {"gb18030", "big5", "cp932", "euc_jp", "cp949"}  #: their order of bytes is evidence in itself
FEW_BYTES = {True: 8, False: 20}  #: beyond ASCII, by whether it is one of these: too few to tell by
LOW_COHERENCE = 0.2  #: how well letters are as frequent as they are in a language; below, single bytes tell little

CENTRAL_EUROPEAN = {"Polish", "Czech", "Slovak", "Hungarian", "Slovene", "Croatian", "Romanian"}

BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
LONG_RUN = 1.5  #: bytes beyond ASCII side by side, on average: fewer are accents among Latin letters

DISPUTED = b"\xd0\xdd\xde\xf0\xfd\xfe"  #: letters that are Icelandic in Western texts, and frequent in Turkish ones
MAX_DISPUTED = 0.1  #: share of the bytes beyond ASCII


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding that fits beyond doubt."""

    codec: str
    name: str  #: for people


def guess_encoding(head: bytes) -> Guess | None:
    """The encoding of a text that is not UTF-8, or `None` if several fit it as well or none does."""
    sample = _sample(head)
    matches = from_bytes(sample, cp_isolation=list(NAMES), threshold=MAX_CHAOS)
    best = matches.best()
    if best is None or best.encoding not in NAMES:
        return None
    runs = BEYOND_ASCII.findall(sample)
    beyond = sum(map(len, runs))
    western = next((match for match in matches if "cp1252" in match.could_be_from_charset), None)
    if western and western.coherence >= best.coherence and beyond < LONG_RUN * len(runs):
        is_turkish = any(match.encoding == "cp1254" and match.language == "Turkish" for match in matches)
        return _western(runs, beyond, is_turkish=is_turkish)
    if best.encoding == "cp1250" and best.language not in CENTRAL_EUROPEAN:
        return None
    is_of_two_bytes = best.encoding in OF_TWO_BYTES
    if beyond < FEW_BYTES[is_of_two_bytes] or (best.coherence < LOW_COHERENCE and not is_of_two_bytes):
        return None
    return Guess(best.encoding, NAMES[best.encoding])


def _western(runs: list[bytes], beyond: int, *, is_turkish: bool) -> Guess | None:
    disputed = sum(run.count(sign) for run in runs for sign in DISPUTED)
    if disputed <= MAX_DISPUTED * beyond:
        return Guess("cp1252", NAMES["cp1252"])
    return Guess("cp1254", NAMES["cp1254"]) if is_turkish else None


def _sample(head: bytes) -> bytes:
    """Lines that hold more than ASCII, cut where no encoding cuts a character: the others tell nothing."""
    lines = b"\n".join(line for line in head.split(b"\n") if not line.isascii())
    if len(lines) <= MAX_SAMPLE_BYTES:
        return lines
    cut = lines[:MAX_SAMPLE_BYTES]
    end = max(cut.rfind(sign) for sign in (b'"', b",", b" ", b"\n"))
    return cut[:end] if end > 0 else cut
