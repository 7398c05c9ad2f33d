from local.foundry.lessons import Lesson, Lessons
from local.foundry.records import Point
from local.foundry.training import train
from tests.local.foundry.examples import COLOURS, lessons, plan

DATA = Lessons(lessons(40), lessons(8, first=40))


def epochs_of(points: tuple[Point, ...], metric: str) -> list[float]:
    return [point.metrics[metric] for point in points if point.ends_epoch]


def test_loss_falls_and_accuracy_rises_on_learnable_data() -> None:
    points = train(DATA, plan(epochs=3, steps=120))
    assert len(points) == 120
    assert points[-1].metrics["train_loss"] < points[0].metrics["train_loss"] / 2
    losses = epochs_of(points, "full_valid_loss")
    assert losses[-1] < losses[0]
    assert epochs_of(points, "full_valid_mean_token_accuracy")[-1] > 0.7


def test_the_same_seed_gives_the_same_curve_and_another_seed_another() -> None:
    first = train(DATA, plan(seed=1))
    assert first == train(DATA, plan(seed=1))
    assert first != train(DATA, plan(seed=2))


def test_a_set_that_is_too_small_is_learnt_by_heart() -> None:
    few = Lessons(_answers(12), _answers(12, first=12))
    points = train(few, plan(epochs=40, steps=480))
    unseen = epochs_of(points, "full_valid_loss")
    assert points[-1].metrics["train_loss"] < 0.4
    assert unseen[-1] > 5 * points[-1].metrics["train_loss"]
    assert unseen[-1] > min(unseen)


def test_too_high_a_rate_diverges() -> None:
    usual = epochs_of(train(DATA, plan(rate=0.1)), "full_valid_loss")
    absurd = epochs_of(train(DATA, plan(rate=8.0)), "full_valid_loss")
    untrained = train(DATA, plan())[0].metrics["train_loss"]
    assert usual[0] < untrained < absurd[0]


def test_a_low_rate_and_a_large_batch_learn_less() -> None:
    usual = epochs_of(train(DATA, plan()), "full_valid_loss")[-1]
    assert epochs_of(train(DATA, plan(rate=0.01)), "full_valid_loss")[-1] > usual
    assert epochs_of(train(DATA, plan(batch_size=8, steps=15)), "full_valid_loss")[-1] > usual


def test_without_validation_lessons_there_are_no_validation_figures() -> None:
    points = train(Lessons(lessons(20), ()), plan(epochs=1, steps=20))
    assert all(set(point.metrics) == {"train_loss", "train_mean_token_accuracy"} for point in points)


def test_preference_learns_to_tell_the_better_answer() -> None:
    pairs = Lessons(_pairs(30), _pairs(6, first=30))
    points = train(pairs, plan(method="dpo", epochs=2, steps=60))
    assert abs(points[0].metrics["train_loss"] - 0.693) < 0.01
    assert epochs_of(points, "full_valid_loss")[-1] < 0.5


def test_reinforcement_finds_the_rewarded_answers() -> None:
    graded = Lessons(_graded(64), _graded(16, first=64))
    points = train(graded, plan(method="reinforcement", epochs=20, batch_size=8, steps=160))
    assert epochs_of(points, "full_valid_mean_reward")[-1] > 2 * epochs_of(points, "full_valid_mean_reward")[0]


def test_the_work_is_bounded_however_large_the_job() -> None:
    points = train(DATA, plan(epochs=10, batch_size=256, steps=400_000))
    assert points[-1].step == 400_000
    assert len(points) < 2_000


def _answers(count: int, first: int = 0) -> tuple[Lesson, ...]:
    """Numbers that have nothing in common: there is nothing to learn but these themselves."""
    words = [str((number + 1) * 2_654_435_761 % 99_999_989 * 7_919) for number in range(first, first + count)]
    return tuple(Lesson("Say a number.", "Say a number.", {"role": "assistant", "content": word}) for word in words)


def _pairs(count: int, first: int = 0) -> tuple[Lesson, ...]:
    return tuple(
        Lesson(lesson.prompt, lesson.question, lesson.answer, rejected="I have no idea at all.")
        for lesson in lessons(count, first)
    )


def _graded(count: int, first: int = 0) -> tuple[Lesson, ...]:
    numbers = range(first, first + count)
    return tuple(
        Lesson(question, question, {"role": "assistant", "content": COLOURS[number % 4].upper()})
        for number in numbers
        for question in [f"Which colour has the {COLOURS[number % 4]} thing?"]
    )
