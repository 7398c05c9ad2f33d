"""A stack that runs: started, furnished with containers and recipes, and stopped when the block is left."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobServiceClient

from local.certificates import certificate_in
from local.stack.layout import CONTAINERS, Layout, Options, app_instances, app_settings, layout_in, stand_ins
from local.stack.supervisor import Supervisor


@dataclass(frozen=True)
class Stack:
    """What a user of the stack needs to know of it."""

    layout: Layout
    supervisor: Supervisor
    certificate: Path

    def blobs(self) -> BlobServiceClient:
        return BlobServiceClient.from_connection_string(self.layout.storage)

    def drop(self, content: bytes, name: str) -> None:
        """Upload a dataset, as anybody would."""
        with self.blobs() as blobs:
            blobs.get_blob_client("datasets", name).upload_blob(content, overwrite=True)


@contextmanager
def running(options: Options, on_restart: Callable[[str], None] = lambda _: None) -> Generator[Stack]:
    """Start the stand-ins, furnish the storage, start the app; stop everything at the end."""
    certificate = certificate_in(options.data / "foundry")
    layout = layout_in(options.data, at_home=options.at_home)
    supervisor = Supervisor(options.data / "logs", on_restart)
    stack = Stack(layout, supervisor, certificate.certificate)
    settings = app_settings(options, layout, certificate)
    components = stand_ins(options, layout)
    try:
        supervisor.start(components[:1], settings)
        furnish(stack, options.app / "recipes")
        supervisor.start(components[1:], settings)
        supervisor.start(app_instances(options, layout), settings)
        yield stack
    finally:
        supervisor.stop()


def furnish(stack: Stack, recipes: Path) -> None:
    """Make the containers, and upload the recipes as `azd up` would."""
    with stack.blobs() as blobs:
        for container in CONTAINERS:
            try:
                blobs.create_container(container)  # pyright: ignore[reportUnknownMemberType]  # the SDK's annotation
            except ResourceExistsError:
                continue
        for recipe in sorted(recipes.glob("*.yaml")):
            blobs.get_blob_client("recipes", recipe.name).upload_blob(recipe.read_bytes(), overwrite=True)
