"""Rows with images beside their text: LLaVA, LLaMA-Factory, and messages whose parts are of type `image`.

The images stand in `images` or `image`, as paths or addresses, and the texts say `<image>` where each is shown; or a
part of a message does, with its image in itself or in `images`. A path stands for a file that came with the rows.
"""

from collections.abc import Iterator, Sequence
from typing import cast

from msgspec import Struct

from shared.core.prepare.chat import ImagePart, TextPart, User
from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Row, Wishes
from shared.core.prepare.formats.azure_chat import HAS_ROLE
from shared.core.prepare.making.dialects import SPEAKERS
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pictures import MARK, UNEQUAL, Parts, illustrated, picture
from shared.core.prepare.making.raw_turns import left_out, objects_in, speaker_of, text_of, turns_in
from shared.core.prepare.rule import Rule

IMAGES = ("images", "image")
MOVING = ("videos", "audios", "video", "audio")
OF_PREFERENCES = frozenset({"chosen", "rejected"})

BELONGS_TO_USER = Rule(60, "images of the user", "reject", "move the image into a user message")
NOT_USERS = Fault(BELONGS_TO_USER, "an image stands in a message that is not the user's", "user messages only")
NOT_STILL = Fault(Rule(61, "content part", "reject", "leave the row out"), "videos and sounds cannot be learnt")
NO_TURNS = Fault(HAS_FIELDS, "the messages are not a list of objects", '[{"role": ..., "content": ...}]')
UNKNOWN_PART = Fault(
    Rule(61, "content part", "reject", "use parts of type text and image"), "a content part is neither text nor image"
)


class Turn(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What one side says, as `mend` writes it: texts, and images by place holder or in themselves."""

    role: str
    content: list[object]


class ImagesBeside(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation and the images that it shows."""

    messages: list[Turn]
    images: list[object] | None = None
    system: str | None = None


def claims(keys: Keys) -> bool:
    """A conversation that is no preference."""
    return not keys.isdisjoint({"messages", "conversations"}) and keys.isdisjoint(OF_PREFERENCES)


def fits(row: Row) -> bool:
    """Whether something is to be seen or heard that no message holds as the service wants it."""
    return any(row.get(name) for name in (*IMAGES, *MOVING)) or any(
        part.get("type") == "image" for turn in turns_in(row) for part in objects_in(turn.get("content"))
    )


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The row with its turns and images under one name. Raises `Unusable`."""
    if any(row.get(name) for name in MOVING):
        raise Unusable(NOT_STILL)
    given = next((row[name] for name in IMAGES if row.get(name)), None)
    images = cast("list[object]", given) if isinstance(given, list) else [given] if given else None
    given_turns = turns_in(row)
    turns = [{"role": _role(turn), "content": _content(turn)} for turn in given_turns]
    if not turns:
        raise Unusable(NO_TURNS)
    others = {key: value for key, value in row.items() if key not in {"messages", "conversations", *IMAGES, *MOVING}}
    return {**others, "messages": turns, "images": images}, [*left_out(given_turns)]


def convert(row: ImagesBeside, wishes: Wishes) -> Example:
    """The same turns, each image where it is shown."""
    draft = Draft()
    pictures = iter([picture(given, wishes) for given in row.images or ()])
    for turn in row.messages:
        _say(draft, turn, pictures, wishes)
    if next(pictures, None):
        raise Unusable(UNEQUAL)
    draft.instruct(row.system)
    return Example(draft.chat, draft.fixes)


def _say(draft: Draft, turn: Turn, pictures: Iterator[ImagePart], wishes: Wishes) -> None:
    parts = [part for given in turn.content for part in _parts(given, pictures, wishes)]
    if not any(isinstance(part, ImagePart) for part in parts):
        draft.say(turn.role, "\n".join(part.text for part in parts if isinstance(part, TextPart)), "messages")
    elif turn.role != "user":
        raise Unusable(NOT_USERS)
    else:
        draft.messages.append(User(parts))


def _parts(given: object, pictures: Iterator[ImagePart], wishes: Wishes) -> Parts:
    if isinstance(given, str):
        return illustrated(given, pictures)
    part = cast("Row", given) if isinstance(given, dict) else {}
    if part.get("type") == "text" and isinstance(text := part.get("text"), str):
        return illustrated(text, pictures)
    if part.get("type") == "image":
        return [picture(part, wishes)] if part.keys() & {"image", "url", "path"} else illustrated(MARK, pictures)
    if part.get("type") == "image_url":
        return [picture(part.get("image_url"), wishes)]
    raise Unusable(UNKNOWN_PART)


def _role(turn: Row) -> str:
    speaker = speaker_of(turn)
    role = SPEAKERS.get(speaker.lower()) if isinstance(speaker, str) else None
    if role is None:
        raise Unusable(Fault(HAS_ROLE, f"a message is spoken by {shown(str(speaker))}", "system, user or assistant"))
    return role


def _content(turn: Row) -> list[object]:
    said = text_of(turn)
    return cast("list[object]", said) if isinstance(said, list) else [said]


FORMATS = (
    Format(
        name="images beside the text",
        order=105,
        fields="messages, images",
        claims=claims,
        fits=fits,
        row=ImagesBeside,
        converts={"sft": convert},
        mend=mend,
    ),
)
