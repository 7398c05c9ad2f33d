import pytest

from shared.core import stages
from shared.core.decisions import Decision, DecisionRefused, choices, decided
from shared.core.stages import Stage
from tests.core.every_stage import EXAMPLES, STATES, members
from tests.report.examples import FILES, HELD, JOB_ID, PAUSED, PLAN, SUBMITTING, TRAINING

DECISIONS: tuple[Decision, ...] = ("approve", "refuse", "resume", "cancel")
LEADS_TO = {
    "received": {"cancel": "cancelled"},
    "scanning": {"cancel": "cancelled"},
    "prepared": {"cancel": "cancelled"},
    "held": {"approve": "prepared", "refuse": "cancelled"},
    "uploading": {},
    "uploaded": {"cancel": "cancelled"},
    "ready": {"cancel": "cancelled"},
    "submitting": {},
    "training": {"cancel": "training"},
    "paused": {"cancel": "training"},
    "trained": {"cancel": "cancelled"},
    "accepted": {"cancel": "cancelled"},
    "deploying": {"cancel": "cancelled"},
    "serving": {"cancel": "cancelled"},
    "parked": {"resume": "prepared", "cancel": "cancelled"},
    "rejected": {},
    "failed": {},
    "cancelled": {},
    "expired": {},
    "closed": {},
}


@pytest.mark.parametrize("state", STATES)
def test_a_stage_offers_the_decisions_that_it_allows(state: str) -> None:
    assert choices(EXAMPLES[state]) == tuple(LEADS_TO[state])


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("state", STATES)
def test_a_decision_leads_where_the_table_says_or_is_refused(state: str, decision: Decision) -> None:
    stage = EXAMPLES[state]
    if decision in LEADS_TO[state]:
        assert decided(stage, decision, "ada").state == LEADS_TO[state][decision]
    else:
        allowed = ", ".join(LEADS_TO[state]) or "nothing"
        with pytest.raises(DecisionRefused) as refusal:
            decided(stage, decision, "ada")
        assert str(refusal.value) == f"a run that is {state!r} allows {allowed}; found {decision!r}"


def test_an_approval_is_signed_and_changes_nothing_else() -> None:
    approved = decided(HELD, "approve", "ada")
    assert approved == stages.Prepared(plan=HELD.plan.model_copy(update={"approved_by": "ada"}))


@pytest.mark.parametrize(
    ("stage", "decision", "reason"),
    [(HELD, "refuse", "refused by ada"), (EXAMPLES["ready"], "cancel", "cancelled by ada")],
)
def test_an_end_by_decision_says_whose_it_was_and_where_the_run_stood(
    stage: Stage, decision: Decision, reason: str
) -> None:
    end = decided(stage, decision, "ada")
    assert isinstance(end, stages.Cancelled)
    assert (end.reason, end.before) == (reason, stage)


def test_a_job_in_training_is_asked_to_end_and_looked_at_soon() -> None:
    asked = decided(TRAINING, "cancel", "ada")
    assert asked == TRAINING.model_copy(update={"cancel": True, "looks": 0})


def test_a_paused_job_is_asked_to_end_with_all_that_is_known_of_it() -> None:
    asked = decided(PAUSED, "cancel", "ada")
    assert asked == stages.Training(
        plan=PLAN, files=FILES, job_id=JOB_ID, cursor=PAUSED.cursor, latest=PAUSED.latest, cancel=True
    )


@pytest.mark.parametrize("state", [stage.model_fields["state"].default for stage in members(stages.Working)])
def test_a_parked_run_takes_up_where_it_stood_as_if_for_the_first_time(state: str) -> None:
    before = EXAMPLES[state]
    parked = stages.Parked.model_validate({"step": "watch", "reason": "403", "before": before})
    resumed = decided(parked, "resume", "ada")
    afresh = {name: value for name, value in {"looks": 0, "posts": 1}.items() if name in type(before).model_fields}
    assert resumed == before.model_copy(update=afresh)


def test_a_resumed_submission_still_looks_before_it_posts() -> None:
    worn = SUBMITTING.model_copy(update={"looks": 1, "posts": 150})
    resumed = decided(stages.Parked(step=stages.Step.SUBMIT, reason="429", before=worn), "resume", "ada")
    assert isinstance(resumed, stages.Submitting)
    assert (resumed.looks, resumed.posts, resumed.refusal) == (0, 1, worn.refusal)


def test_cancelling_a_parked_run_cancels_the_job_it_may_have() -> None:
    parked = stages.Parked(step=stages.Step.WATCH, reason="403", before=TRAINING)
    assert decided(parked, "cancel", "ada") == TRAINING.model_copy(update={"cancel": True, "looks": 0})
