import gzip
from collections.abc import Callable

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient, ContentSettings

from shared.adapters.blob_datasets import BlobDatasets
from shared.core.drop import Blob
from shared.core.errors import DropChanged, RecipeInvalid, TransientError
from tests.adapters.conftest import CHUNK
from tests.adapters.contracts import CONTAINER, DatasetsContract

pytestmark = pytest.mark.stack


@pytest.fixture
def dropped(blob_service: BlobServiceClient) -> ContainerClient:
    container = blob_service.get_container_client(CONTAINER)
    if not container.exists():
        container.create_container()
    for name in container.list_blob_names():
        container.delete_blob(name)
    return container


@pytest.fixture
def datasets(blob_service: BlobServiceClient, container: ContainerClient, dropped: ContainerClient) -> BlobDatasets:
    assert dropped.container_name == CONTAINER
    return BlobDatasets(blob_service, container)


@pytest.fixture
def upload(dropped: ContainerClient) -> Callable[[str, bytes], Blob]:
    def write(name: str, content: bytes) -> Blob:
        blob = dropped.upload_blob(name, content, overwrite=True).get_blob_properties()
        return Blob(name=name, etag=blob.etag.strip('"'), size=len(content))

    return write


class TestBlobDatasets(DatasetsContract):
    @pytest.fixture
    def write_recipe(self, container: ContainerClient) -> Callable[[str, str], None]:
        return lambda name, text: container.upload_blob(f"{name}.yaml", text.encode("utf-8-sig")) and None


def test_a_blob_that_is_replaced_while_it_is_read_is_not_read_on(
    datasets: BlobDatasets, upload: Callable[[str, bytes], Blob]
) -> None:
    blob = upload("a.jsonl", b"x" * 4 * CHUNK)
    chunks = datasets.read(CONTAINER, blob)
    assert next(chunks) == b"x" * CHUNK
    upload("a.jsonl", b"y" * 4 * CHUNK)
    with pytest.raises(DropChanged, match="uploaded again"):
        list(chunks)


def test_a_blob_is_read_in_pieces_of_bounded_size(datasets: BlobDatasets, upload: Callable[[str, bytes], Blob]) -> None:
    blob = upload("a.jsonl", b"x" * (3 * CHUNK + 1))
    assert [len(chunk) for chunk in datasets.read(CONTAINER, blob)] == [CHUNK, CHUNK, CHUNK, 1]


def test_an_empty_blob_is_read_as_nothing(datasets: BlobDatasets, upload: Callable[[str, bytes], Blob]) -> None:
    assert b"".join(datasets.read(CONTAINER, upload("a.jsonl", b""))) == b""


def test_bytes_come_as_they_were_stored_whatever_encoding_the_uploader_claims(
    datasets: BlobDatasets, dropped: ContainerClient
) -> None:
    content = gzip.compress(b"{}" * 500_000, compresslevel=0)
    settings = ContentSettings(content_encoding="gzip")
    dropped.upload_blob("a.jsonl.gz", content, content_settings=settings)
    blob = datasets.head(CONTAINER, "a.jsonl.gz")
    assert blob
    assert b"".join(datasets.read(CONTAINER, blob)) == content


def test_a_recipe_that_is_no_text_is_refused_with_its_name(datasets: BlobDatasets, container: ContainerClient) -> None:
    container.upload_blob("support.yaml", b"model: \xff")
    with pytest.raises(RecipeInvalid, match=r"recipes/support\.yaml: byte 7 is not UTF-8"):
        datasets.recipe("support")


def test_a_storage_that_cannot_be_reached_is_tried_again() -> None:
    service = BlobServiceClient("http://127.0.0.1:1/account", retry_total=0)
    datasets = BlobDatasets(service, service.get_container_client("recipes"))
    with pytest.raises(TransientError, match=r"reading 'support\.yaml': no answer: ServiceRequestError"):
        datasets.recipe("support")
