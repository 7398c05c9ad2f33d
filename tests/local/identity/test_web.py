import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.identity import CredentialUnavailableError, ManagedIdentityCredential
from starlette.testclient import TestClient

from local.identity.token import Claims, read_token
from local.identity.web import PATH, app

GOOD = {"api-version": "2019-08-01", "resource": "https://ai.azure.com"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(app("secret", lambda: 1000.0)) as made:
        yield made


def test_it_answers_as_app_service_does(client: TestClient) -> None:
    answer = client.get(PATH, params=GOOD, headers={"X-IDENTITY-HEADER": "secret"}).json()
    assert read_token(answer["access_token"]) == Claims("https://ai.azure.com", 4600)
    assert (answer["expires_on"], answer["resource"], answer["token_type"]) == ("4600", GOOD["resource"], "Bearer")


@pytest.mark.parametrize("headers", [{}, {"X-IDENTITY-HEADER": "wrong"}])
def test_the_header_is_needed(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get(PATH, params=GOOD, headers=headers).status_code == 401


@pytest.mark.parametrize("params", [{}, GOOD | {"api-version": "2017-09-01"}, {"api-version": "2019-08-01"}])
def test_resource_and_version_are_needed(client: TestClient, params: dict[str, str]) -> None:
    assert client.get(PATH, params=params, headers={"X-IDENTITY-HEADER": "secret"}).status_code == 400


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "local.identity", "--port", "0", "--data", str(tmp_path), "--header", "secret"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1] + PATH
        process.terminate()


@pytest.mark.stack
def test_azure_identity_gets_its_token(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", endpoint)
    monkeypatch.setenv("IDENTITY_HEADER", "secret")
    with ManagedIdentityCredential() as credential:
        token = credential.get_token("https://management.azure.com/.default")
    claims = read_token(token.token)
    assert claims
    assert claims.audience == "https://management.azure.com"
    assert token.expires_on > time.time()


@pytest.mark.stack
def test_azure_identity_is_refused_with_a_wrong_header(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", endpoint)
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    with ManagedIdentityCredential() as credential, pytest.raises(CredentialUnavailableError):
        credential.get_token("https://management.azure.com/.default")
