"""The containers that people write: dropped datasets, and recipes. We read them, and change nothing that is there."""

from collections.abc import Iterator
from datetime import datetime

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import BlobProperties, BlobServiceClient, ContainerClient

from shared.adapters.azure_errors import translated
from shared.core.drop import Blob
from shared.core.errors import DropChanged, RecipeInvalid


class BlobDatasets:
    def __init__(self, service: BlobServiceClient, recipes: ContainerClient) -> None:
        self._service, self._recipes = service, recipes

    def blobs(self, container: str, folder: str | None = None) -> Iterator[tuple[Blob, datetime]]:
        with translated(f"listing the container {container!r}", _needs(container)):
            for blob in _listed(self._service.get_container_client(container), folder):
                yield _blob(blob), blob.last_modified

    def head(self, container: str, name: str) -> Blob | None:
        with translated(f"looking at {name!r}", _needs(container)):
            try:
                return _blob(self._service.get_blob_client(container, name).get_blob_properties())
            except ResourceNotFoundError:
                return None

    def read(self, container: str, blob: Blob) -> Iterator[bytes]:
        client = self._service.get_blob_client(container, blob.name)
        with translated(f"reading {blob.name!r}", _needs(container)):
            try:
                # Every range is asked for with If-Match, so what is read is one version. Not decompressed: a
                # Content-Encoding is the uploader's claim, and ranges of a compressed blob are no streams.
                download = client.download_blob(
                    etag=f'"{blob.etag}"', match_condition=MatchConditions.IfNotModified, decompress=False
                )
                yield from download.chunks()
            except (ResourceModifiedError, ResourceNotFoundError) as error:
                raise DropChanged(self._what_changed(container, blob.name)) from error

    def _what_changed(self, container: str, name: str) -> str:
        """Looked up: for a blob that is gone the condition may fail first (Azurite 3.35 answers 412)."""
        if self.head(container, name) is None:
            return f"{name!r} was removed before it was read"
        return f"{name!r} was uploaded again: the newer version takes over"

    def recipe(self, name: str) -> str | None:
        return read_text(self._recipes, f"{name}.yaml")

    def beside_recipes(self, path: str) -> str | None:
        return read_text(self._recipes, path)

    def add_recipe(self, name: str, text: str) -> bool:
        """Looks first: the right to add blobs does not cover an attempt on one that is there."""
        blob = self._recipes.get_blob_client(f"{name}.yaml")
        with translated(f"adding the recipe {name!r}", "the data action 'blobs/add/action' on the recipes"):
            if blob.exists():
                return False
            try:
                blob.upload_blob(text.encode(), overwrite=False)
            except ResourceExistsError:
                return False
        return True


def read_text(recipes: ContainerClient, name: str) -> str | None:
    """A file of the recipes container; `None` if there is none. Raises `RecipeInvalid` if it is no UTF-8."""
    with translated(f"reading {name!r}", _needs(recipes.container_name)):
        try:
            content = recipes.download_blob(name, decompress=False).readall()
        except ResourceNotFoundError:
            return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeInvalid([f"recipes/{name}: byte {error.start} is not UTF-8"]) from error


def _listed(container: ContainerClient, folder: str | None) -> Iterator[BlobProperties]:
    if folder is None:
        yield from container.list_blobs()
        return
    for item in container.walk_blobs(name_starts_with=f"{folder}/", delimiter="/"):
        if isinstance(item, BlobProperties):  # else a folder within the folder
            yield item


def _blob(found: BlobProperties) -> Blob:
    """Listings give ETags without quotes, answers about one blob with them."""
    return Blob(name=found.name, etag=found.etag.strip('"'), size=found.size)


def _needs(container: str) -> str:
    return f"the role 'Storage Blob Data Reader' on the container {container!r}"
