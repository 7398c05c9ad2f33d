import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.gate import Outcome, Verdict, judge
from shared.core.recipe import Method, TrainingGate
from shared.core.training import Checkpoint, Metrics, Point

GATE = TrainingGate(max_overfit_ratio=1.5, min_validation_token_accuracy=0.5, max_validation_loss=2.0)


def checkpoint(
    step: int = 100, loss: float | None = 1.0, accuracy: float | None = 0.7, train: float | None = 1.0
) -> Checkpoint:
    metrics = Metrics(train_loss=train, full_valid_loss=loss, full_valid_mean_token_accuracy=accuracy)
    return Checkpoint(id=f"ftchkpt-{step}", model=f"model:ckpt-step-{step}", step=step, metrics=metrics)


def curve(losses: dict[int, float | None]) -> list[Point]:
    return [Point(step=step, metrics=Metrics(train_loss=loss)) for step, loss in losses.items()]


JUST_ACCURATE = checkpoint(accuracy=0.5)
LEVEL = curve(dict.fromkeys(range(1, 101), 1.0))


@pytest.mark.parametrize(
    ("one", "outcome", "why"),
    [
        (checkpoint(), "passed", "step 100: validation loss 1.000, token accuracy 0.700, overfit ratio 1.00"),
        (checkpoint(loss=1.5), "passed", "step 100: validation loss 1.500, token accuracy 0.700, overfit ratio 1.50"),
        (checkpoint(loss=1.51), "failed", "step 100: overfit ratio 1.51, above 1.5"),
        (JUST_ACCURATE, "passed", "step 100: validation loss 1.000, token accuracy 0.500, overfit ratio 1.00"),
        (checkpoint(accuracy=0.499), "failed", "step 100: validation token accuracy 0.499, below 0.5"),
        (
            checkpoint(loss=2.01, accuracy=0.7),
            "failed",
            "step 100: overfit ratio 2.01, above 1.5; validation loss 2.010, above 2",
        ),
        (checkpoint(loss=None), "inconclusive", "step 100: no validation loss was reported"),
        (checkpoint(accuracy=None), "inconclusive", "step 100: no validation token accuracy was reported"),
        (
            checkpoint(loss=None, accuracy=None),
            "inconclusive",
            "step 100: no validation loss, no validation token accuracy was reported",
        ),
        (checkpoint(loss=None, accuracy=0.1), "failed", "step 100: validation token accuracy 0.100, below 0.5"),
        (checkpoint(loss=math.nan), "failed", "step 100: validation loss is nan"),
        (checkpoint(loss=math.inf), "failed", "step 100: validation loss is inf"),
        (checkpoint(loss=-1.0), "failed", "step 100: validation loss is -1.0"),
        (checkpoint(accuracy=math.nan), "failed", "step 100: validation token accuracy is nan"),
        (checkpoint(accuracy=math.nan, loss=None), "failed", "step 100: validation token accuracy is nan"),
        (checkpoint(loss=0.0), "passed", "step 100: validation loss 0.000, token accuracy 0.700, overfit ratio 0.00"),
    ],
)  # fmt: skip
def test_a_checkpoint_is_judged_by_its_figures(one: Checkpoint, outcome: Outcome, why: str) -> None:
    verdict = judge(GATE, "sft", [one], LEVEL)
    assert (verdict.outcome, verdict.reasons) == (outcome, (why,))
    assert verdict.chosen == (one if outcome == "passed" else None)


def test_a_gate_without_a_limit_for_the_loss_has_none() -> None:
    gate = TrainingGate(max_overfit_ratio=100, max_validation_loss=None)
    assert judge(gate, "sft", [checkpoint(loss=50.0)], LEVEL).outcome == "passed"
    assert judge(GATE, "sft", [checkpoint(loss=2.0)], curve({100: 2.0})).outcome == "passed"


@pytest.mark.parametrize("train", [math.nan, math.inf, -math.inf])
def test_a_training_that_diverged_fails(train: float) -> None:
    for points in ([], curve({**dict.fromkeys(range(91, 101), 1.0), 95: train})):
        verdict = judge(GATE, "sft", [checkpoint(train=train)], points)
        assert verdict.outcome == "failed"
        assert verdict.reasons[0].startswith("step 100: training loss is ")


def test_a_training_file_learnt_by_heart_fails() -> None:
    verdict = judge(GATE, "sft", [checkpoint(train=0.0)], [])
    assert (verdict.outcome, verdict.reasons) == ("failed", ("step 100: overfit ratio inf, above 1.5",))


def test_without_a_checkpoint_the_gate_could_not_run() -> None:
    verdict = judge(GATE, "sft", [], LEVEL)
    assert (verdict.outcome, verdict.chosen) == ("could not run", None)
    assert verdict.reasons == ("the job left no checkpoint",)


def test_without_any_training_loss_nothing_can_be_concluded() -> None:
    verdict = judge(GATE, "sft", [checkpoint(train=None)], [])
    assert (verdict.outcome, verdict.reasons) == ("inconclusive", ("step 100: no training loss was reported",))


def test_the_whole_validation_file_counts_before_its_last_batch() -> None:
    metrics = Metrics(
        train_loss=1.0,
        valid_loss=9.0,
        valid_mean_token_accuracy=0.1,
        full_valid_loss=1.0,
        full_valid_mean_token_accuracy=0.7,
    )
    one = checkpoint().model_copy(update={"metrics": metrics})
    assert judge(GATE, "sft", [one], []).outcome == "passed"
    batch_only = Metrics(train_loss=1.0, valid_loss=1.0, valid_mean_token_accuracy=0.7)
    assert judge(GATE, "sft", [one.model_copy(update={"metrics": batch_only})], []).outcome == "passed"


def test_the_best_validation_loss_wins_and_then_the_earlier_step() -> None:
    checkpoints = [checkpoint(100, 1.1), checkpoint(80, 1.1), checkpoint(60, 1.2), checkpoint(40, 0.9, accuracy=0.1)]
    verdict = judge(GATE, "sft", checkpoints, LEVEL)
    assert verdict.chosen == checkpoints[1]
    assert [one.checkpoint for one in verdict.judgements] == checkpoints


def test_every_checkpoint_that_did_not_pass_is_explained() -> None:
    verdict = judge(GATE, "sft", [checkpoint(50, 3.0), checkpoint(100, None)], LEVEL)
    assert verdict.outcome == "failed"
    assert verdict.reasons == (
        "step 50: overfit ratio 3.00, above 1.5; validation loss 3.000, above 2",
        "step 100: no validation loss was reported",
    )


@given(st.integers(91, 100), st.floats(0, 1e6))
def test_one_odd_batch_does_not_decide(step: int, loss: float) -> None:
    odd = curve({**dict.fromkeys(range(1, 101), 1.0), step: loss})
    for one in (checkpoint(loss=1.49), checkpoint(loss=1.51)):
        assert judge(GATE, "sft", [one], odd).outcome == judge(GATE, "sft", [one], LEVEL).outcome


def test_the_training_loss_is_taken_over_a_tenth_of_the_steps_before_the_checkpoint() -> None:
    losses = dict.fromkeys(range(1, 101), 9.0) | dict.fromkeys(range(41, 51), 1.0)
    [judgement] = judge(GATE, "sft", [checkpoint(50)], curve(losses)).judgements
    assert judgement.train_loss == 1.0
    narrow = curve({step: float(step) for step in range(1, 11)})
    [judgement] = judge(GATE, "sft", [checkpoint(10)], narrow).judgements
    assert judgement.train_loss == 8.0  # the median of 6, 7, 8, 9 and 10: five steps at least


def test_steps_without_a_training_loss_are_left_out() -> None:
    [judgement] = judge(GATE, "sft", [checkpoint(train=7.0)], curve({98: 1.0, 99: None, 100: None})).judgements
    assert judgement.train_loss == 1.0
    [judgement] = judge(GATE, "sft", [checkpoint(train=7.0)], curve({99: None, 100: None})).judgements
    assert judgement.train_loss == 7.0


def pair_checkpoint(loss: float | None, train: float | None = 0.5) -> Checkpoint:
    """As a preference job leaves it: losses, and no token accuracy."""
    return checkpoint(loss=loss, accuracy=None, train=train)


@pytest.mark.parametrize(
    ("loss", "outcome", "why"),
    [
        (0.6, "passed", "step 100: validation loss 0.600, overfit ratio 1.20"),
        (0.693, "passed", "step 100: validation loss 0.693, overfit ratio 1.39"),
        (0.7, "failed", "step 100: validation loss 0.700, above 0.693"),
        (None, "inconclusive", "step 100: no validation loss was reported"),
        (math.nan, "failed", "step 100: validation loss is nan"),
    ],
)
def test_a_preference_job_must_have_learnt_a_preference(loss: float | None, outcome: Outcome, why: str) -> None:
    verdict = judge(TrainingGate(), "dpo", [pair_checkpoint(loss)], [])
    assert (verdict.outcome, verdict.reasons) == (outcome, (why,))


def test_a_preference_jobs_limits_are_those_of_the_recipe_where_it_sets_them() -> None:
    gate = TrainingGate(max_overfit_ratio=3, max_validation_loss=1)
    assert judge(gate, "dpo", [pair_checkpoint(0.9, train=0.35)], []).outcome == "passed"
    strict = judge(TrainingGate(), "dpo", [pair_checkpoint(0.6, train=0.35)], [])
    assert strict.reasons == ("step 100: overfit ratio 1.71, above 1.5",)


def rewarded(step: int, reward: float | None, train: float | None = None) -> Checkpoint:
    metrics = Metrics(full_valid_mean_reward=reward, train_mean_reward=train)
    return Checkpoint(id=f"ftchkpt-{step}", model=f"model:ckpt-step-{step}", step=step, metrics=metrics)


def rewards(measured: dict[int, float | None]) -> list[Point]:
    return [Point(step=step, metrics=Metrics(full_valid_mean_reward=reward)) for step, reward in measured.items()]


@pytest.mark.parametrize(
    ("reward", "outcome", "why"),
    [
        (0.6, "passed", "step 100: validation reward 0.600, reward gain 0.200"),
        (0.4, "passed", "step 100: validation reward 0.400, reward gain 0.000"),
        (0.39, "failed", "step 100: reward gain -0.010, below 0"),
        (-2.0, "failed", "step 100: validation reward -2.000, below 0.1; reward gain -2.400, below 0"),
        (None, "inconclusive", "step 100: no validation reward was reported"),
        (math.inf, "failed", "step 100: validation reward is inf"),
    ],
)
def test_a_reinforcement_job_must_be_rewarded_no_less_than_at_first(
    reward: float | None, outcome: Outcome, why: str
) -> None:
    verdict = judge(
        TrainingGate(min_validation_reward=0.1), "rft", [rewarded(100, reward)], rewards({10: None, 20: 0.4, 30: 0.9})
    )
    assert (verdict.outcome, verdict.reasons) == (outcome, (why,))


def test_the_highest_reward_wins_and_then_the_earlier_step() -> None:
    checkpoints = [rewarded(30, 0.5), rewarded(60, 0.7), rewarded(90, 0.7), rewarded(120, 0.6)]
    verdict = judge(TrainingGate(min_reward_gain=0.05), "rft", checkpoints, [])
    assert verdict.chosen == checkpoints[1]
    assert [one.reward_gain for one in verdict.judgements] == pytest.approx([0, 0.2, 0.2, 0.1])
    assert [bool(one.faults) for one in verdict.judgements] == [True, False, False, False]


def test_the_training_reward_is_taken_over_the_same_window_as_a_loss() -> None:
    points = [Point(step=step, metrics=Metrics(train_mean_reward=float(step))) for step in range(1, 11)]
    [judgement] = judge(TrainingGate(), "rft", [rewarded(10, 1.0, train=50.0)], points).judgements
    assert judgement.train_reward == 8.0


def test_losses_do_not_count_where_rewards_do() -> None:
    metrics = Metrics(train_loss=1.0, full_valid_loss=9.0, full_valid_mean_reward=0.5)
    one = rewarded(10, 0.5).model_copy(update={"metrics": metrics})
    assert judge(TrainingGate(), "rft", [one], []).outcome == "passed"
    assert judge(TrainingGate(), "sft", [one], []).outcome == "failed"


figures = st.none() | st.floats(-1, 4) | st.sampled_from([0.0, math.nan, math.inf, -math.inf, 5e-324])
metrics = st.builds(
    Metrics,
    train_loss=figures,
    valid_loss=figures,
    valid_mean_token_accuracy=figures,
    full_valid_loss=figures,
    full_valid_mean_token_accuracy=figures,
    full_valid_mean_reward=figures,
)
points = st.lists(st.builds(Point, step=st.integers(1, 60), metrics=metrics), max_size=20)
checkpoints = st.lists(
    st.builds(Checkpoint, id=st.just("c"), model=st.just("m"), step=st.integers(1, 60), metrics=metrics), max_size=5
)
gates = st.builds(
    TrainingGate,
    max_overfit_ratio=st.floats(0.1, 5),
    min_validation_token_accuracy=st.floats(0, 1),
    max_validation_loss=st.none() | st.floats(0.1, 5),
)


@given(gates, checkpoints, points)
def test_only_a_sound_checkpoint_is_ever_chosen(
    gate: TrainingGate, candidates: list[Checkpoint], seen: list[Point]
) -> None:
    verdict = judge(gate, "sft", candidates, seen)
    assert (verdict.outcome == "passed") == (verdict.chosen is not None)
    assert len(verdict.judgements) == len(candidates)
    assert verdict.reasons
    if verdict.chosen is None:
        return
    loss, accuracy = verdict.chosen.metrics.validation_loss, verdict.chosen.metrics.validation_token_accuracy
    assert loss is not None
    assert accuracy is not None
    assert 0 <= loss <= (gate.max_validation_loss or math.inf)
    assert accuracy >= gate.min_validation_token_accuracy
    chosen = [one for one in verdict.judgements if one.checkpoint == verdict.chosen]
    assert any(one.train_loss and loss / one.train_loss <= gate.max_overfit_ratio for one in chosen)


@given(gates, checkpoints, points)
def test_no_checkpoint_that_passed_is_better_than_the_chosen_one(
    gate: TrainingGate, candidates: list[Checkpoint], seen: list[Point]
) -> None:
    verdict = judge(gate, "sft", candidates, seen)
    passed = [one.metrics.validation_loss for one in candidates if judge(gate, "sft", [one], seen).outcome == "passed"]
    best = verdict.chosen.metrics.validation_loss if verdict.chosen else None
    assert best == min((loss for loss in passed if loss is not None), default=None)


@given(gates, checkpoints, points)
def test_a_verdict_is_stored_and_read_back(gate: TrainingGate, candidates: list[Checkpoint], seen: list[Point]) -> None:
    """NaN and infinity have no JSON: they are read back as figures that were not reported, their faults as they are."""
    verdict = judge(gate, "sft", candidates, seen)
    stored = Verdict.model_validate_json(verdict.model_dump_json())
    assert (stored.outcome, stored.reasons) == (verdict.outcome, verdict.reasons)
    assert [one.faults for one in stored.judgements] == [one.faults for one in verdict.judgements]
    assert stored.chosen is None or stored.chosen.step == verdict.chosen.step


@given(st.sampled_from(["dpo", "rft"]), gates, checkpoints, points)
def test_of_no_method_is_a_checkpoint_chosen_whose_figures_are_missing_or_unsound(
    method: Method, gate: TrainingGate, candidates: list[Checkpoint], seen: list[Point]
) -> None:
    verdict = judge(gate, method, candidates, seen)
    assert (verdict.outcome == "passed") == (verdict.chosen is not None)
    if verdict.chosen is not None:
        metrics = verdict.chosen.metrics
        figure = metrics.full_valid_mean_reward if method == "rft" else metrics.validation_loss
        assert figure is not None
        assert math.isfinite(figure)
