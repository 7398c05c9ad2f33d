"""The catalogue: the shipped values, with an operator's `catalogue.yaml` from the recipes container on top."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files

from azure.storage.blob import ContainerClient

from shared.adapters.blob_datasets import read_text
from shared.core.catalogue import Catalogue, parse_catalogue

NAME = "catalogue.yaml"
KEPT_FOR = timedelta(minutes=5)  #: so that an operator's change works soon, and not every step asks


class BlobCatalogue:
    """Call it for the catalogue. Raises `RecipeInvalid` while the operator's file cannot be followed."""

    def __init__(self, recipes: ContainerClient, now: Callable[[], datetime]) -> None:
        self._recipes, self._now = recipes, now
        self._kept: tuple[datetime, Catalogue] | None = None

    def __call__(self) -> Catalogue:
        kept = self._kept
        if kept and self._now() - kept[0] < KEPT_FOR:
            return kept[1]
        catalogue = self._read()
        self._kept = (self._now(), catalogue)
        return catalogue

    def _read(self) -> Catalogue:
        shipped = files("shared.core").joinpath(NAME).read_text(encoding="utf-8")
        return parse_catalogue(shipped, read_text(self._recipes, NAME))
