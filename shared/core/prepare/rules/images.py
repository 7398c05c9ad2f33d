"""Rules about images: where they are, and that those inside the row are what they say."""

import binascii
import re
from collections.abc import Sequence

from shared.core.prepare.chat import ImagePart, Message, User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.rule import Rule

# "Vision fine-tuning" (Microsoft Learn, 2026-02).
MAX_IMAGES = 64  #: in an example
MAX_IMAGE_BYTES = 10_000_000

IS_PART = Rule(61, "content part", "reject", "use parts of type text or, in user messages, image_url")
IS_IMAGE = Rule(62, "image", "reject", "give an https address, or a JPEG, PNG or WEBP as a base64 data URI")
IMAGE_SIZE = Rule(63, "size of an image", "reject", "make the image smaller")
IMAGE_COUNT = Rule(64, "number of images", "reject", "cut the example into several")

DATA_URI = re.compile(r"data:image/(jpeg|png|webp);base64,")
BEGINNINGS = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF"}


def check(messages: Sequence[Message]) -> None:
    """Raises `Unusable` for the first rule an image breaks. Nothing is fetched."""
    count = 0
    for index, message in enumerate(messages):
        if isinstance(message, User) and isinstance(message.content, list):
            images = [part for part in message.content if isinstance(part, ImagePart)]
            count += len(images)
            for image in images:
                _check_address(image.image_url.url, f"messages[{index}].content")
    if count > MAX_IMAGES:
        raise Unusable(Fault(IMAGE_COUNT, "too many images", f"at most {MAX_IMAGES}"))


def _check_address(url: str, place: str) -> None:
    if url.startswith("https://"):
        return
    if not (match := DATA_URI.match(url)):
        expected = "https://..., or data:image/jpeg;base64,..."
        raise Unusable(Fault(IS_IMAGE, "an image is neither an https address nor a data URI", expected, place))
    content = _decoded(url[match.end() :], place)
    if not content.startswith(BEGINNINGS[match[1]]):
        raise Unusable(Fault(IS_IMAGE, "an image is not of the type its data URI names", match[1], place))
    if len(content) > MAX_IMAGE_BYTES:
        raise Unusable(Fault(IMAGE_SIZE, "an image is too large", f"at most {MAX_IMAGE_BYTES:,} bytes", place))


def _decoded(text: str, place: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise Unusable(Fault(IS_IMAGE, "an image is not valid base64", place=place)) from error
