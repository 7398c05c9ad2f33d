"""On the local stack: messages die of a fault, the fault is mended, they are replayed, and the run ends once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import ResourceModifiedError
from azure.storage.blob import BlobClient

from local.serving import Certificate
from local.stack.layout import Options, app_settings
from local.stack.running import Stack
from shared.core.run import Run
from tests.end_to_end.stack import CHECKOUT, effects, run_that_reached, runs_named, stack_in, states, wait_for
from tests.end_to_end.test_drops import ROWS, lines

pytestmark = pytest.mark.stack

NAME = "support/dead.jsonl"
SPOILT = b"{}"  #: a run document that nobody can read


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with stack_in(tmp_path) as running:
        yield running


def replay(stack: Stack, *arguments: str) -> list[str]:
    """What the command says, with the app's own settings."""
    options = Options(data=stack.certificate.parent, app=CHECKOUT)
    settings = app_settings(options, stack.layout, Certificate(stack.certificate, stack.certificate))
    command = (sys.executable, "-m", "shared.replay", *arguments)
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **settings}, capture_output=True, check=True, text=True
    )
    return done.stdout.splitlines()


def spoil(document: BlobClient) -> bytes:
    """Make a run unreadable, and give what it was: nobody saved it in between."""
    while True:
        found = document.download_blob()
        content = found.readall()
        try:
            document.upload_blob(
                SPOILT, overwrite=True, etag=found.properties.etag, match_condition=MatchConditions.IfNotModified
            )
        except ResourceModifiedError:
            continue
        return content


def test_what_died_of_a_fault_is_replayed_once_it_is_mended(stack: Stack) -> None:
    stack.drop(lines(ROWS[:40]), NAME)
    run = run_that_reached(stack, NAME, "training")
    with stack.blobs() as blobs:
        document = blobs.get_blob_client("runs", f"{run['id']}/run.json")
        content = spoil(document)
        step = Run.model_validate_json(content).stage.next_step
        dying = ("dead-letters", "--dry-run", "--queue", str(step))
        wait_for(lambda: len(replay(stack, *dying)) > 1, "a message to die")
        document.upload_blob(content, overwrite=True)
    told = replay(stack, "dead-letters")
    assert [line for line in told[:-1] if not line.endswith("went back")] == []
    assert replay(stack, "drops", "--prefix", "support/") == [f"'{NAME}': run {run['id']}", "1 blob"]
    run = run_that_reached(stack, NAME, "closed")
    assert states(run)[-3:] == ["serving", "expired", "closed"]
    assert len(runs_named(stack, NAME)) == 1
    assert [len(found) for found in effects(stack, run)] == [1, 0]
    assert replay(stack, "dead-letters") == ["0 messages"]
