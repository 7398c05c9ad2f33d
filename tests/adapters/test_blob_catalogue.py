from datetime import timedelta

import pytest
from azure.storage.blob import ContainerClient

from shared.adapters.blob_catalogue import KEPT_FOR, BlobCatalogue
from shared.core.errors import RecipeInvalid
from tests.fakes import CATALOGUE, Clock

pytestmark = pytest.mark.stack


def test_without_an_operators_file_the_shipped_values_hold(container: ContainerClient) -> None:
    assert BlobCatalogue(container, Clock())() == CATALOGUE


def test_an_operators_value_takes_effect_within_minutes(container: ContainerClient) -> None:
    clock = Clock()
    catalogue = BlobCatalogue(container, clock)
    assert catalogue().assumed_epochs == CATALOGUE.assumed_epochs
    container.upload_blob("catalogue.yaml", b"assumed_epochs: 7")
    assert catalogue().assumed_epochs == CATALOGUE.assumed_epochs
    clock.time += KEPT_FOR + timedelta(seconds=1)
    assert catalogue().assumed_epochs == 7


@pytest.mark.parametrize("text", [b"assumed_epochs: many", b"models: [", b"\xff"])
def test_an_operators_file_that_cannot_be_followed_says_so(container: ContainerClient, text: bytes) -> None:
    container.upload_blob("catalogue.yaml", text)
    with pytest.raises(RecipeInvalid, match=r"catalogue\.yaml: "):
        BlobCatalogue(container, Clock())()
