"""What an image says about itself in its first bytes: size and kind of colour. Pixels are never decoded.

Sources: PNG, W3C 2003, 11.2.2; JPEG, ITU-T T.81, B.2.2; WebP, RFC 9649, section 2.
"""

from typing import NamedTuple

PNG, JPEG, RIFF, WEBP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"WEBP"
PNG_COLOURS = {0: "grey", 2: "RGB", 3: "palette", 4: "grey", 6: "RGBA"}
JPEG_COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}
STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))  #: JPEG markers without a length
NO_FRAMES = frozenset((0xC4, 0xC8, 0xCC))  #: among C0 to CF, which else begin a frame
START_OF_SCAN = 0xDA


class Header(NamedTuple):
    """An image as it describes itself."""

    width: int  #: pixels
    height: int  #: likewise
    colours: str  #: 'RGB', 'RGBA', 'grey', 'palette' or 'CMYK'


def kind_of(content: bytes) -> str | None:
    """`jpeg`, `png` or `webp`, by the first bytes; `None` if it is none of them."""
    if content.startswith(PNG):
        return "png"
    if content.startswith(JPEG):
        return "jpeg"
    return "webp" if content.startswith(RIFF) and content[8:12] == WEBP else None


def read_header(content: bytes) -> Header | None:
    """What an image of one of these kinds says; `None` if it ends before it has said it."""
    match kind_of(content):
        case "png":
            return _png(content)
        case "jpeg":
            return _jpeg(content)
        case "webp":
            return _webp(content)
        case _:
            return None


def _png(content: bytes) -> Header | None:
    if content[12:16] != b"IHDR" or len(content) < 26:  # noqa: PLR2004 - up to the colour type
        return None
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    return Header(width, height, PNG_COLOURS.get(content[25], "unknown"))


def _jpeg(content: bytes) -> Header | None:
    at = 2
    while at + 10 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker = content[at + 1]
        if marker == 0xFF or marker in STANDALONE:  # noqa: PLR2004 - padding
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        if marker == START_OF_SCAN:
            return None
        if 0xC0 <= marker <= 0xCF and marker not in NO_FRAMES:  # noqa: PLR2004 - SOF0 to SOF15
            height, width = (int.from_bytes(content[at + start : at + start + 2]) for start in (5, 7))
            return Header(width, height, JPEG_COLOURS.get(content[at + 9], "unknown"))
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None


def _webp(content: bytes) -> Header | None:
    if len(content) < 30:  # noqa: PLR2004 - the longest of the three headers
        return None
    match content[12:16]:
        case b"VP8 ":
            width, height = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (26, 28))
            return Header(width, height, "RGB")
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, "RGBA")
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
            return Header(width, height, "RGBA")
        case _:
            return None
