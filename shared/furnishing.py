"""What a service that was just deployed lacks, and gives itself: a template makes containers, but no blobs."""

from pathlib import Path

from shared.core.drop import DEFAULT_RECIPE
from shared.ports import Datasets

PACKAGED = Path(__file__).parents[1] / "recipes" / f"{DEFAULT_RECIPE}.yaml"


def furnish(datasets: Datasets) -> bool:
    """Put the default recipe, for people to read and to copy, where there is none. Whether it was put."""
    return datasets.add_recipe(DEFAULT_RECIPE, PACKAGED.read_text(encoding="utf-8"))
