"""What mutations begin with: sound rows of each format, the samples, and public datasets where they are at hand."""

from functools import cache
from pathlib import Path

from tests.core.prepare.corpus import CHECKOUT, corpus
from tests.core.prepare.one_of_each import ROWS, Rows

MOST_BYTES = 24 * 1024  #: of a file that is taken as it is; of a longer one so much, in whole lines
NO_DATASETS = {"INDEX.md", "SHA256SUMS", ".gitattributes"}


def rows() -> list[Rows]:
    """Sound rows of each format."""
    return [*ROWS.values()]


@cache
def files() -> tuple[bytes, ...]:
    """The samples and the public datasets, none of them long."""
    folders = [folder for folder in (CHECKOUT / "samples", corpus()) if folder]
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return tuple(_beginning(path) for path in paths if path.name not in NO_DATASETS)


def _beginning(path: Path) -> bytes:
    content = path.read_bytes()
    if len(content) <= MOST_BYTES:
        return content
    return content[: content.rfind(b"\n", 0, MOST_BYTES) + 1 or MOST_BYTES]
