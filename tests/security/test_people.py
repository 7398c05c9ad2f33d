"""Who may drop, who may decide, and what stays known of it."""

import pytest

from shared import intake, pipeline
from shared.core.drop import Upload
from shared.core.lineage import lineage_of
from tests.driving import ADA, CONTAINER, DATASET, only_run
from tests.fakes import World
from tests.infra.deployments import deployed, made
from tests.standing import at, now

CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
"""Storage Blob Data Contributor: read, write and delete blobs, and no right to their index tags (Azure built-in roles,
Microsoft Learn, 2026)."""


@pytest.mark.parametrize(("name", "who"), [("production", "uploaders"), ("trial", "me")])
def test_who_drops_may_write_datasets_and_nothing_of_what_is_known_of_them(name: str, who: str) -> None:
    theirs = [
        one.properties
        for one in made(deployed(name), "Microsoft.Authorization/roleAssignments")
        if one.properties["principalId"] == who and one.properties["description"] == "drop datasets"
    ]
    assert [one["roleDefinitionId"].rsplit("/", 1)[-1] for one in theirs] == [CONTRIBUTOR]


@pytest.mark.parametrize("name", ["production", "trial"])
def test_no_key_opens_the_storage_or_the_queues(name: str) -> None:
    accounts = made(deployed(name), "Microsoft.Storage/storageAccounts")
    buses = made(deployed(name), "Microsoft.ServiceBus/namespaces")
    assert {one.properties["allowSharedKeyAccess"] for one in accounts} == {False}
    assert {one.properties["disableLocalAuth"] for one in buses} == {True}


def test_who_uploaded_is_what_the_storage_says_and_not_what_a_file_claims() -> None:
    world = World()
    blob = world.datasets.upload("support/a.jsonl", b'{"uploaded_by": "the director"}\n' + DATASET)
    intake.arrived(CONTAINER, blob, world.services, Upload(by="sftp-anna", request_id="831e1650"))
    assert only_run(world).upload == Upload(by="sftp-anna", request_id="831e1650")
    assert "director" not in only_run(world).model_dump_json()


def test_who_decided_stays_in_the_run_and_in_its_lineage() -> None:
    world, run = at("held")
    pipeline.decide(run.id, "approve", ADA, world.services)
    [signature] = now(world, run).signatures
    assert (signature.decision, signature.by) == ("approve", ADA)
    assert lineage_of(now(world, run)).signatures == (signature,)
