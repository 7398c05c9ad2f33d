"""Where the public datasets are that some tests read. They are not part of this repository."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]


def corpus() -> Path | None:
    """The folder that TUNEDROP_CORPUS names, or `../shared/data` beside the checkout, if it is there."""
    folder = Path(os.environ.get("TUNEDROP_CORPUS", CHECKOUT.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


needs_corpus = pytest.mark.skipif(corpus() is None, reason="no public datasets: TUNEDROP_CORPUS names no folder")
