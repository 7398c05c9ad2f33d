"""What was dropped: which blobs belong together, and which recipe they ask for.

<anything>.jsonl                             one file, recipe `default`
<recipe>/<anything>.jsonl                    one file, split into training, validation and test
<recipe>/<set>/train.* validation.* test.*   a set, with an optional `recipe.yaml`
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Literal

from shared.core.values import Value

type Part = Literal["whole", "train", "validation", "test", "recipe"]

DEFAULT_RECIPE = "default"
SET_PARTS: dict[str, Part] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}
RECIPE_NAMES = ("recipe.yaml", "recipe.yml")


class Blob(Value):
    """One version of one blob in the datasets container."""

    name: str
    etag: str  #: without quotes
    size: int  #: bytes


class DropPart(Value):
    """A blob of a drop, and what it is for."""

    part: Part
    blob: Blob


class Upload(Value):
    """What the storage's event says of who uploaded: mostly little."""

    by: str | None  #: the local user of an upload by SFTP; otherwise the storage does not say
    request_id: str | None  #: finds the upload, with the caller's identity, in the storage's log


class Drop(Value):
    """The blobs that make one run. Two drops are the same if and only if names and ETags are."""

    container: str
    name: str  #: what people call it: the file's name, or the set's folder
    recipe: str
    parts: tuple[DropPart, ...]

    @property
    def run_id(self) -> str:
        """16 hexadecimal digits: one drop, one run, however often it is announced."""
        return _digest(self.container, *((part.blob.name, part.blob.etag) for part in self.parts))

    @property
    def family(self) -> str:
        """What all versions of this drop share: its place in the container."""
        return _digest(self.container, self.name)

    def blob_of(self, part: Part) -> Blob | None:
        return next((one.blob for one in self.parts if one.part == part), None)


class FilePlace(Value):
    """A blob that is a dataset by itself."""

    name: str
    recipe: str


class SetPlace(Value):
    """A blob that belongs to the set in a folder."""

    folder: str
    recipe: str


class NoPlace(Value):
    """A blob that is not a dataset: never a run, but said in the log."""

    reason: str


def place(name: str) -> FilePlace | SetPlace | NoPlace:
    """Tell what a blob's name makes of it. Names are data: they are compared and stored, never used as paths."""
    folder, _, base = name.rpartition("/")
    if not base or base.startswith((".", "_")):
        return NoPlace(reason="names that are empty or begin with '.' or '_' are not datasets")
    if not {".", ".."}.isdisjoint(name.split("/")):
        return NoPlace(reason="names with '.' or '..' between their slashes may lead to another container")
    recipe = folder.split("/", maxsplit=1)[0] or DEFAULT_RECIPE
    if "/" in folder and _part(base) is not None:
        return SetPlace(folder=folder, recipe=recipe)
    if base.lower() in RECIPE_NAMES:
        return NoPlace(reason="a recipe.yaml counts inside a set only: <recipe>/<set>/recipe.yaml")
    return FilePlace(name=name, recipe=recipe)


def drop_of_file(container: str, blob: Blob, at: FilePlace) -> Drop:
    return Drop(container=container, name=blob.name, recipe=at.recipe, parts=(DropPart(part="whole", blob=blob),))


def drop_of_set(container: str, at: SetPlace, blobs: Iterable[Blob]) -> Drop | None:
    """The set as it stands, or `None` while it has no training file. Several files may make one part."""
    parts = [part for blob in blobs if blob.size > 0 and (part := _part_of(blob, at.folder))]
    if not any(one.part == "train" for one in parts):
        return None
    ordered = tuple(sorted(parts, key=lambda one: (one.part, one.blob.name)))
    return Drop(container=container, name=at.folder, recipe=at.recipe, parts=ordered)


def _part_of(blob: Blob, wanted: str) -> DropPart | None:
    folder, _, base = blob.name.rpartition("/")
    part = _part(base) if folder == wanted else None
    return DropPart(part=part, blob=blob) if part else None


def fingerprint(blobs: Iterable[Blob]) -> str:
    """What a folder looks like now: equal if and only if names and ETags are."""
    return _digest(*sorted((blob.name, blob.etag) for blob in blobs))


def _part(base: str) -> Part | None:
    if base.lower() in RECIPE_NAMES:
        return "recipe"
    return SET_PARTS.get(base.split(".", maxsplit=1)[0].lower())


def _digest(*parts: str | tuple[str, str]) -> str:
    """16 hexadecimal digits. Hashed as JSON: a name may contain any separator, and would pass for two."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
