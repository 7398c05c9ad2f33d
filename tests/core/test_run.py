from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.polling import poll_interval
from shared.core.run import REMINDER_BEFORE, Command, Order, Run, overdue
from shared.core.stages import Stage, Step
from tests.core.every_stage import EXAMPLES, WAITING
from tests.report.examples import ACCEPTED, HELD, PREPARED, RECEIVED, SERVING, TRAINING, UPLOADING, example

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RECEIVED_RUN = example("received")


def at(stage: Stage) -> Run:
    return RECEIVED_RUN.model_copy(update={"stage": stage, "revision": 7, "updated_at": NOW})


def test_a_run_begins_as_its_drop_says() -> None:
    run = Run.begin(RECEIVED_RUN.drop, NOW)
    assert (run.id, run.family) == (run.drop.run_id, run.drop.family)
    assert (run.revision, run.created_at, run.updated_at) == (1, NOW, NOW)
    assert run.stage == RECEIVED
    assert [(passage.state, passage.revision, passage.at) for passage in run.history] == [("received", 1, NOW)]
    assert run.notices == ()


def test_a_move_is_a_revision_a_passage_and_a_notice() -> None:
    run = Run.begin(RECEIVED_RUN.drop, NOW)
    later = NOW + timedelta(minutes=3)
    moved = run.moved_to(PREPARED, later)
    assert (moved.revision, moved.created_at, moved.updated_at, moved.stage) == (2, NOW, later, PREPARED)
    assert [(passage.state, passage.revision, passage.at) for passage in moved.history] == [
        ("received", 1, NOW),
        ("prepared", 2, later),
    ]
    [notice] = moved.notices
    assert (notice.revision, notice.at, notice.message.kind) == (2, later, "received")
    assert run == Run.begin(RECEIVED_RUN.drop, NOW)


def test_a_move_that_nobody_need_hear_of_writes_no_notice() -> None:
    moved = at(PREPARED).moved_to(UPLOADING, NOW)
    assert moved.notices == at(PREPARED).notices


def test_staying_is_a_revision_and_no_passage() -> None:
    run = at(TRAINING)
    stayed = run.moved_to(TRAINING.once_more(), NOW)
    assert (stayed.revision, stayed.history, stayed.notices) == (8, run.history, run.notices)


def test_coming_back_to_a_stage_is_a_passage_again() -> None:
    run = at(PREPARED).moved_to(HELD, NOW).moved_to(PREPARED, NOW)
    assert [passage.state for passage in run.history][-2:] == ["held", "prepared"]


@pytest.mark.parametrize("stage", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_next_order_is_for_the_stages_step_at_this_revision(stage: Stage) -> None:
    run, order = at(stage), at(stage).next_order(NOW)
    if stage.next_step is None:
        assert order is None
    else:
        assert order is not None
        assert order.command == Command(step=stage.next_step, run_id=run.id, revision=7)


@pytest.mark.parametrize("stage", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_only_what_waits_on_foundry_is_ordered_for_later(stage: Stage) -> None:
    order = at(stage).next_order(NOW)
    assert order is None or (order.after > timedelta()) == (stage in WAITING)


def test_a_stage_that_waits_is_looked_at_after_its_interval() -> None:
    order = at(TRAINING).next_order(NOW)
    assert order is not None
    assert order.after == poll_interval(TRAINING)


@pytest.mark.parametrize(
    ("left", "reminded", "looks", "wait"),
    [
        (timedelta(hours=24), False, 0, timedelta(hours=22)),
        (timedelta(hours=2), True, 0, timedelta(hours=2)),
        (timedelta(hours=2), True, 3, timedelta(hours=2)),
        (timedelta(hours=90), False, 0, timedelta(hours=22)),  # our clock is slow: the service's alone decides
        (timedelta(hours=90), True, 0, timedelta(hours=2)),
        (timedelta(hours=1), False, 0, timedelta()),
        (timedelta(hours=-1), True, 0, timedelta()),
        (timedelta(hours=-1), True, 1, timedelta(minutes=10)),
    ],
)
def test_a_served_model_is_looked_at_when_it_is_time_to_remind_and_when_it_ends(
    left: timedelta,
    reminded: bool,  # noqa: FBT001  # a column of the table
    looks: int,
    wait: timedelta,
) -> None:
    times = {"made_at": NOW + left - timedelta(hours=24), "expires_at": NOW + left}
    stage = SERVING.model_copy(update={**times, "reminded": reminded, "looks": looks})
    order = at(stage).next_order(NOW)
    assert order is not None
    assert order.after == wait


def test_the_reminder_comes_two_hours_before_the_end() -> None:
    assert timedelta(hours=2) == REMINDER_BEFORE


def test_notices_are_ordered_to_be_told_from_a_revision_on() -> None:
    run = example("serving")
    revisions = [notice.revision for notice in run.notices]
    assert len(revisions) > 3
    for since in (0, *revisions, revisions[-1] + 1):
        assert run.notify_orders(since) == [
            Order(command=Command(step=Step.NOTIFY, run_id=run.id, revision=revision))
            for revision in revisions
            if revision >= since
        ]


commands = st.builds(
    Command,
    step=st.sampled_from(Step),
    run_id=st.sampled_from(["3f9c1b2a77d04e58", "aa9c1b2a77d04e58"]),
    revision=st.integers(1, 12),
    attempt=st.integers(1, 12),
)


@given(commands, commands)
def test_two_commands_share_a_message_id_if_and_only_if_they_are_the_same(one: Command, other: Command) -> None:
    assert (one.message_id == other.message_id) == (one == other)


def test_the_same_command_again_is_another_attempt() -> None:
    command = Command(step=Step.SUBMIT, run_id="3f9c1b2a77d04e58", revision=4)
    again = command.again()
    assert (command.attempt, again.attempt, again.again().attempt) == (1, 2, 3)
    assert again.model_copy(update={"attempt": 1}) == command


GRACE = timedelta(minutes=20)


ENDING = SERVING.model_copy(update={"looks": 0, "made_at": NOW, "expires_at": NOW + timedelta(hours=24)})


@pytest.mark.parametrize(
    ("stage", "due"),
    [
        (RECEIVED, timedelta()),
        (ACCEPTED, timedelta()),
        (TRAINING, poll_interval(TRAINING)),
        (ENDING, timedelta(hours=22)),
    ],
)
def test_an_order_is_taken_for_lost_once_it_is_late_by_more_than_the_grace(stage: Stage, due: timedelta) -> None:
    assert not overdue(at(stage), NOW, NOW + due + GRACE, GRACE)
    assert overdue(at(stage), NOW, NOW + due + GRACE + timedelta(seconds=1), GRACE)


def test_an_order_that_was_given_again_later_is_late_later() -> None:
    seen = NOW + timedelta(hours=3)
    longest = timedelta(hours=1) + GRACE
    assert not overdue(at(RECEIVED), seen, seen + longest, GRACE)
    assert overdue(at(RECEIVED), seen, seen + longest + timedelta(seconds=1), GRACE)


@pytest.mark.parametrize("state", ["held", "parked", "closed"])
def test_a_run_that_waits_for_a_person_or_is_closed_is_never_late(state: str) -> None:
    assert not overdue(at(EXAMPLES[state]), NOW, NOW + timedelta(days=365), GRACE)
