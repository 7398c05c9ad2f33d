"""The scanner's stand-in: what it finds, and that it never speaks of another version than it read."""

import datetime as dt
from collections.abc import Iterator

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from hypothesis import given
from hypothesis import strategies as st

from local.scanner.scanner import Scanner
from local.scanner.scans import CLEAN, EICAR, INFECTED, RESULT, finding, is_scanned, tags
from tests.local.event_grid.azurite import azurite


def test_the_test_file_is_the_one_that_scanners_agree_on() -> None:
    assert len(EICAR) == 68


@given(st.integers(0, 68), st.binary(max_size=200), st.binary(max_size=200))
def test_it_is_found_wherever_it_lies(cut: int, before: bytes, after: bytes) -> None:
    whole = before + EICAR + after
    place = len(before) + cut
    assert finding([whole[:place], whole[place:]]) == INFECTED
    assert finding(bytes([one]) for one in whole) == INFECTED


@given(st.lists(st.binary(max_size=50)))
def test_what_is_something_else_is_clean(chunks: list[bytes]) -> None:
    assert finding(chunks) == CLEAN


def test_a_result_tells_that_it_is_one() -> None:
    assert is_scanned(tags(CLEAN, dt.datetime.now(dt.UTC)))
    assert not is_scanned({"Project": "x"})
    assert not is_scanned(None)


@pytest.fixture(scope="module")
def service() -> Iterator[BlobServiceClient]:
    with azurite() as connection, BlobServiceClient.from_connection_string(connection, retry_total=0) as opened:
        yield opened


@pytest.fixture
def container(service: BlobServiceClient, request: pytest.FixtureRequest) -> ContainerClient:
    return service.create_container(f"c{abs(hash(request.node.name))}")


def result_of(container: ContainerClient, name: str) -> str | None:
    return container.get_blob_client(name).get_blob_tags().get(RESULT)


@pytest.mark.stack
def test_a_round_tags_what_is_new_and_skips_what_it_is_told_to(container: ContainerClient) -> None:
    for name, content in {"clean.jsonl": b"{}", "bad.jsonl": EICAR, "unscanned.jsonl": b"{}"}.items():
        container.upload_blob(name, content)
    Scanner(container, skips="unscanned").round()
    found = {name: result_of(container, name) for name in container.list_blob_names()}
    assert found == {"clean.jsonl": CLEAN, "bad.jsonl": INFECTED, "unscanned.jsonl": None}


@pytest.mark.stack
def test_a_new_version_loses_the_old_ones_result_and_is_scanned_anew(container: ContainerClient) -> None:
    scanner = Scanner(container, skips=None)
    container.upload_blob("a.jsonl", b"{}")
    scanner.round()
    container.upload_blob("a.jsonl", EICAR, overwrite=True)
    assert result_of(container, "a.jsonl") is None
    scanner.round()
    assert result_of(container, "a.jsonl") == INFECTED
