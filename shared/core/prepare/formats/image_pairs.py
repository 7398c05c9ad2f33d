"""A prompt and a reply with an image beside them: visual questions, LLaMA-Factory's Alpaca rows with `images`.

If the prompt does not say where the images are shown, they come before it.
"""

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from shared.core.prepare.chat import User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.making.draft import HAS_TEXT, Draft
from shared.core.prepare.making.pictures import MARK, UNEQUAL, illustrated, picture

IMAGES = ("images", "image")
PAIRS = (
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "response"),
    ("prompt", "completion"),
    ("question", "answer"),
    ("query", "response"),
    ("input", "output"),
)
OF_OTHERS = frozenset({"messages", "conversations", "chosen", "rejected", "choices", "options"})
NO_PROMPT = Fault(HAS_TEXT, "the prompt beside the image is empty", "some text")


class ImagePair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prompt, its images and the reply, as `mend` writes them."""

    prompt: str
    response: str
    images: list[object]
    system: str | None = None


def claims(keys: Keys) -> bool:
    """An image, and a pair under one of its names."""
    has_pair = any(keys.issuperset(pair) for pair in PAIRS)
    return has_pair and not keys.isdisjoint(IMAGES) and keys.isdisjoint(OF_OTHERS)


def fits(row: Row) -> bool:
    """Whether there is an image."""
    return any(row.get(name) for name in IMAGES)


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The row with its fields under one name."""
    asked, replied = next(pair for pair in PAIRS if row.keys() >= set(pair))
    given = next(row[name] for name in IMAGES if row.get(name))
    prompt = row[asked]
    below = row.get("input") if asked == "instruction" else None
    if isinstance(prompt, str) and isinstance(below, str) and below.strip():
        prompt = f"{prompt}\n\n{below}"
    used = {asked, replied, *IMAGES, *(["input"] if asked == "instruction" else [])}
    others = {key: value for key, value in row.items() if key not in used}
    images = cast("list[object]", given) if isinstance(given, list) else [given]
    return {**others, "prompt": prompt, "response": row[replied], "images": images}, ()


def convert(row: ImagePair, wishes: Wishes) -> Example:
    """The prompt with its images where it shows them, and the reply. Raises `Unusable`."""
    if not row.prompt.replace(MARK, "").strip():
        raise Unusable(NO_PROMPT)
    pictures = iter([picture(given, wishes) for given in row.images])
    marks = "" if MARK in row.prompt else MARK * len(row.images)
    draft = Draft()
    draft.messages.append(User(illustrated(marks + row.prompt, pictures)))
    if next(pictures, None):
        raise Unusable(UNEQUAL)
    draft.say("assistant", row.response, "response")
    draft.instruct(row.system)
    return Example(draft.chat, draft.fixes)


FORMATS = (
    Format(
        name="image with prompt and reply",
        order=106,
        fields="image, question, answer",
        claims=claims,
        fits=fits,
        row=ImagePair,
        converts={"sft": convert},
        mend=mend,
    ),
)
