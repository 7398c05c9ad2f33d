import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.rules.image_header import Header, kind_of, read_header


def png(width: int, height: int, colour: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, colour, 0, 0, 0)


def jpeg(width: int, height: int, components: int, before: bytes = b"") -> bytes:
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC2, 8 + 3 * components, 8, height, width, components)
    return b"\xff\xd8" + before + frame + bytes(3 * components)


def webp(kind: bytes, body: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + kind + bytes(4) + body.ljust(10, b"\0")


APP0 = b"\xff\xe0\x00\x10JFIF\0" + bytes(9)
TABLES = b"\xff\xc4\x00\x05\x00\x00\x00"
LOSSLESS = (640 - 1) | (480 - 1) << 14


@pytest.mark.parametrize(
    ("content", "kind", "header"),
    [
        (png(8192, 1, 2), "png", Header(8192, 1, "RGB")),
        (png(3, 4, 6), "png", Header(3, 4, "RGBA")),
        (png(3, 4, 0), "png", Header(3, 4, "grey")),
        (png(3, 4, 3), "png", Header(3, 4, "palette")),
        (jpeg(640, 480, 3, APP0), "jpeg", Header(640, 480, "RGB")),
        (jpeg(640, 480, 1, APP0 + TABLES), "jpeg", Header(640, 480, "grey")),
        (jpeg(640, 480, 4, b"\xff\xff" + APP0[1:]), "jpeg", Header(640, 480, "CMYK")),
        (webp(b"VP8 ", bytes(6) + struct.pack("<HH", 640, 480)), "webp", Header(640, 480, "RGB")),
        (webp(b"VP8L", b"\x2f" + LOSSLESS.to_bytes(4, "little")), "webp", Header(640, 480, "RGBA")),
        (
            webp(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")),
            "webp",
            Header(640, 480, "RGBA"),
        ),
        (png(3, 4, 2)[:20], "png", None),
        (b"\xff\xd8\xff\xda" + bytes(20), "jpeg", None),
        (jpeg(640, 480, 3, APP0)[:25], "jpeg", None),
        (webp(b"ANIM", b""), "webp", None),
        (webp(b"VP8 ", b"")[:20], "webp", None),
        (b"GIF89a" + bytes(20), None, None),
        (b"RIFF\0\0\0\0WAVEfmt ", None, None),
        (b"", None, None),
    ],
)
def test_size_and_colours_are_read_from_the_first_bytes(
    content: bytes, kind: str | None, header: Header | None
) -> None:
    assert kind_of(content) == kind
    assert read_header(content) == header


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8X"]), st.binary(max_size=200))
def test_whatever_follows_a_beginning_is_read_or_not_but_never_fails(beginning: bytes, rest: bytes) -> None:
    header = read_header(beginning + rest)
    assert header is None or (header.width >= 0 and header.height >= 0)
