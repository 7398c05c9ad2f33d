"""Rules about images: where they are, and that those inside the row are what they say."""

import binascii
import re
from collections.abc import Iterable, Iterator

from shared.core.prepare.chat import ImagePart, Message, User
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.addresses import judge
from shared.core.prepare.rules.image_header import kind_of, read_header
from shared.core.prepare.rules.turn import Turn

# "Vision fine-tuning" (Microsoft Learn, 2026-02); the largest side is that of other services, Azure's page names none.
MAX_IMAGES = 64  #: in an example
MAX_IMAGE_BYTES = 10_000_000
MAX_SIDE = 8_192  #: pixels
COLOURS = frozenset(("RGB", "RGBA"))

IS_PART = Rule(61, "content part", "reject", "use parts of type text or, in user messages, image_url")
IS_IMAGE = Rule(62, "image", "reject", "give an https address, or a JPEG, PNG or WEBP as a base64 data URI")
IMAGE_SIZE = Rule(63, "size of an image", "reject", "make the image smaller")
IMAGE_COUNT = Rule(64, "number of images", "reject", "cut the example into several")
IS_USUAL_IMAGE = Rule(66, "pixels of an image", "warning", "save the image as RGB, not larger than it must be")
IS_REACHABLE = Rule(
    71, "address of an image", "reject", "put the image where the service can fetch it, or into the row"
)

IN_PAIR = Fault(
    Rule(60, "images of the user", "reject", "leave the pair out: preferences are learnt from texts"),
    "a pair shows an image",
    "texts only",
    "input.messages",
)

DATA_URI = re.compile(r"data:image/(jpeg|png|webp);base64,")
NO_ADDRESS = Fault(
    IS_IMAGE,
    "an image is neither an https address nor a data URI",
    "https://..., or data:image/jpeg;base64,...",
)


def addresses_of(message: Message) -> list[str]:
    """The addresses of a message's images."""
    if not isinstance(message, User) or isinstance(message.content, str):
        return []
    return [part.image_url.url for part in message.content if isinstance(part, ImagePart)]


def check(turns: Iterable[Turn]) -> Iterator[Fault]:
    """What is wrong with the images of a conversation. Nothing is fetched."""
    count = 0
    for place, message in turns:
        for url in addresses_of(message):
            count += 1
            yield from _check_address(url, f"{place}.content")
    if count > MAX_IMAGES:
        yield Fault(IMAGE_COUNT, "too many images", f"at most {MAX_IMAGES}")


def _check_address(url: str, place: str) -> Iterator[Fault]:
    if url.startswith("https://"):
        if complaint := judge(url).complaint:
            yield Fault(IS_REACHABLE, f"the address of an image {complaint}", "a host that everybody can reach", place)
    elif match := DATA_URI.match(url):
        yield from _check_content(url[match.end() :], match[1], place)
    else:
        yield Fault(NO_ADDRESS.rule, NO_ADDRESS.reason, NO_ADDRESS.expected, place)


def _check_content(text: str, kind: str, place: str) -> Iterator[Fault]:
    if len(text) * 3 // 4 - text.count("=", -2) > MAX_IMAGE_BYTES:
        yield Fault(IMAGE_SIZE, "an image is too large", f"at most {MAX_IMAGE_BYTES:,} bytes", place)
        return
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        yield Fault(IS_IMAGE, "an image is not valid base64", "base64 without line breaks", place)
        return
    if kind_of(content) != kind:
        yield Fault(IS_IMAGE, "an image is not of the type its data URI names", kind, place)
        return
    yield from _check_pixels(content, place)


def _check_pixels(content: bytes, place: str) -> Iterator[Fault]:
    header = read_header(content)
    if header is None:
        yield Fault(IS_USUAL_IMAGE, "an image's size cannot be read: it may be cut off", "a whole image", place)
        return
    if max(header.width, header.height) > MAX_SIDE:
        yield Fault(IS_USUAL_IMAGE, "an image has too many pixels", f"at most {MAX_SIDE:,} a side", place)
    if header.colours not in COLOURS:
        yield Fault(IS_USUAL_IMAGE, f"an image's colours are {header.colours}", "RGB or RGBA", place)
