"""Files on their way into a folder: they appear there whole, or not at all."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self

from shared.core.prepare import Outputs
from shared.streams import WriteBehind, Writer

PIECE_BYTES = 1024 * 1024

type Stream = Literal["training", "validation", "test", "rejects", "usable"]


@dataclass(frozen=True)
class Written:
    """What was written."""

    folder: Path
    files: Mapping[str, str]  #: by name, what is in them


class Nowhere:
    """Takes bytes and keeps none."""

    def write(self, data: bytes, /) -> None:
        """Forget them."""


class Pending:
    """Files that have other names until they are kept. Those that are not are gone at the end of the `with` block."""

    def __init__(self, folder: Path, names: Mapping[Stream, str]) -> None:
        """`names`: what each stream is called in the folder, which is made if need be; others are not written."""
        self._folder = folder
        self._names = names
        self._stack = ExitStack()
        self._pass = ExitStack()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._stack.enter_context(TemporaryDirectory(prefix=".tunedrop-", dir=self._folder))
        self._temporary = Path(temporary)
        self._stack.enter_context(self._pass)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def outputs(self) -> Outputs:
        """Where the engine writes. What an earlier call took is forgotten."""
        self._pass.close()
        return outputs(self._pass, {stream: self._open(name) for stream, name in self._names.items()})

    def add(self, name: str, text: str) -> None:
        """Write a file of our own."""
        (self._temporary / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> Iterator[bytes]:
        """A file as it was written, in pieces."""
        self._pass.close()
        with (self._temporary / name).open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def keep(self, left_out: Collection[str] = ()) -> None:
        """Let the files appear, except some."""
        self._pass.close()
        for file in sorted(self._temporary.iterdir()):
            if file.name not in left_out:
                file.replace(self._folder / file.name)

    def _open(self, name: str) -> Writer:
        return self._pass.enter_context((self._temporary / name).open("wb"))


def outputs(stack: ExitStack, writers: Mapping[Stream, Writer]) -> Outputs:
    """Where the engine writes, for as long as the stack is not left."""
    behind: dict[Stream, WriteBehind] = {
        stream: stack.enter_context(WriteBehind(writers.get(stream, Nowhere())))
        for stream in ("training", "validation", "test", "rejects", *writers)
    }
    return Outputs(**behind)
