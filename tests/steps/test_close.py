"""Nothing temporary outlives its run."""

import pytest

from shared.core import naming, stages
from shared.core.stages import Step
from tests.fakes import FakeDeployment
from tests.standing import at, taken


@pytest.mark.parametrize(
    ("before", "left"), [("submitting", 1), ("trained", 1), ("accepted", 0), ("deploying", 0), ("serving", 0)]
)
def test_an_end_takes_along_the_deployment_that_the_run_may_have_made(before: str, left: int) -> None:
    world, run = at(before)
    world.deployer.deployments = {naming.deployment_name(run.drop.name, run.id): FakeDeployment("tuned")}
    ended = run.model_copy(update={"stage": stages.Cancelled(reason="cancelled by ada", before=run.stage)})
    [closed] = taken(Step.CLOSE, ended, world)
    assert closed == stages.Closed(outcome=ended.stage)
    assert len(world.deployer.deployments) == left
    assert world.trainer.files == {}
    assert (run.id, "lineage.json") in world.files.contents
