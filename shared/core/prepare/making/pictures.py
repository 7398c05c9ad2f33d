"""Images that stand beside the rows: given as paths, and shown in a text where it says `<image>`."""

from base64 import b64encode
from collections.abc import Iterator
from typing import cast

from shared.core.prepare.chat import ImagePart, ImageUrl, TextPart
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Wishes
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.image_header import kind_of
from shared.core.prepare.rules.images import IS_IMAGE

MARK = "<image>"

AS_MANY_AS_MARKS = Rule(
    68, "placeholders of images", "reject", "write <image> in the user's messages once for each image of the row"
)
UNEQUAL = Fault(AS_MANY_AS_MARKS, "there are not as many <image> in the texts as images beside them")
NOT_HERE = Fault(
    IS_IMAGE,
    "an image is only a path, and its file did not come with the rows",
    "a zip file of the rows and their images, or https addresses",
)
NO_IMAGE = Fault(IS_IMAGE, "an image is neither a path nor an address", "a path, an https address or a data URI")

type Parts = list[TextPart | ImagePart]


def picture(given: object, wishes: Wishes) -> ImagePart:
    """The image that a path, an address, or an object with one of them means. Raises `Unusable` if it is not there."""
    if isinstance(given, dict):
        named = cast("dict[str, object]", given)
        given = next((named[key] for key in ("path", "url", "image") if named.get(key)), None)
    if not isinstance(given, str) or not given.strip():
        raise Unusable(NO_IMAGE)
    if given.startswith(("https://", "data:")):
        return ImagePart(ImageUrl(given))
    uri = wishes.companion(given)
    if uri is None:
        raise Unusable(NOT_HERE)
    return ImagePart(ImageUrl(uri))


def data_uri(content: bytes) -> str:
    """An image that came as a file; what is no image is refused by the rules."""
    kind = kind_of(content)
    described = f"image/{kind}" if kind else "application/octet-stream"
    return f"data:{described};base64,{b64encode(content).decode()}"


def illustrated(text: str, pictures: Iterator[ImagePart]) -> Parts:
    """The text with the next pictures where its marks stand. Raises `Unusable` if there are too few."""
    first, *others = text.split(MARK)
    parts = _words(first)
    for words in others:
        shown = next(pictures, None)
        if shown is None:
            raise Unusable(UNEQUAL)
        parts += [shown, *_words(words)]
    return parts


def _words(text: str) -> Parts:
    return [TextPart(text.strip())] if text.strip() else []
