"""The data storage as Azure has it: https, no key, a token of the identity that the app settings name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from azure.identity import DefaultAzureCredential
from azure.storage.blob import BlobServiceClient

from local.certificates import certificate_in
from local.stack.layout import AZURITE_ACCOUNT, Layout, Options, layout_in, stand_ins
from local.stack.supervisor import Supervisor
from shared import bootstrap
from shared.furnishing import furnish
from tests.adapters.contracts import make_run
from tests.infra.deployments import CHECKOUT, app_settings, deployed
from tests.test_bootstrap import afresh, set_environment  # noqa: F401  # a fixture for every test of this file

pytestmark = pytest.mark.stack


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Azurite behind TLS, taking tokens, and the platform's token endpoint; its address, in the form of Azure's own."""
    certificate = certificate_in(tmp_path)
    layout = layout_in(tmp_path, at_home=False)
    azurite, identity = stand_ins(Options(data=tmp_path, app=CHECKOUT), layout)[:2]
    secured = ("--oauth", "basic", "--cert", str(certificate.certificate), "--key", str(certificate.key))
    set_environment(monkeypatch, platform(layout) | {"REQUESTS_CA_BUNDLE": str(certificate.certificate)})
    supervisor = Supervisor(tmp_path / "logs", lambda _: None)
    try:
        supervisor.start([replace(azurite, command=(*azurite.command, *secured)), identity], {})
        yield f"https://localhost:{layout.ports['azurite']}/{AZURITE_ACCOUNT}/"
    finally:
        supervisor.stop()


def platform(layout: Layout) -> dict[str, str]:
    return {"IDENTITY_ENDPOINT": f"{layout.url('identity')}/msi/token", "IDENTITY_HEADER": layout.identity_header}


def test_the_app_keeps_its_runs_and_founds_its_recipe_without_a_key(
    storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app_settings(deployed("trial")) | {"DATA_STORAGE__blobServiceUri": storage}
    set_environment(monkeypatch, settings)
    credential = DefaultAzureCredential(managed_identity_client_id=settings["AZURE_CLIENT_ID"])
    with BlobServiceClient(storage, credential) as containers:
        for name in ("DATASETS_CONTAINER", "RECIPES_CONTAINER", "RUNS_CONTAINER"):
            containers.create_container(settings[name])
    services = bootstrap.services()
    run = services.runs.create(make_run())
    assert services.runs.load(run.id)[0] == run
    assert furnish(services.datasets)
    assert services.datasets.recipe("default") is not None
