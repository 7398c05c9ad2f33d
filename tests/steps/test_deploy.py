"""The chosen checkpoint becomes a deployment."""

import pytest

from shared.core import stages
from shared.core.errors import PermanentError
from shared.core.stages import Step
from tests.standing import at, taken, with_stage


def test_a_gate_that_chose_nothing_deploys_nothing() -> None:
    world, run = at("accepted")
    verdict = run.stage.verdict.model_copy(update={"chosen": None})
    with pytest.raises(PermanentError, match="the gate passed without choosing a checkpoint"):
        taken(Step.DEPLOY, with_stage(run, verdict=verdict), world)
    assert world.deployer.made == 0


def test_the_chosen_checkpoint_is_what_is_deployed() -> None:
    world, run = at("accepted")
    [stage] = taken(Step.DEPLOY, run, world)
    assert isinstance(stage, stages.Deploying)
    assert stage.deployment.model == run.stage.verdict.chosen.model
    assert world.deployer.deployments[stage.deployment.name].model == stage.deployment.model
