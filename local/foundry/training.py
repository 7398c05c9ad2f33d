"""Training for real, on a small scale: curves that come from the data, the same for the same seed.

What is computed is bounded. Of a job of more than `MOST_STEPS` steps only every n-th is, and a step takes fewer
examples than its batch where all of them would exceed `MOST_TOKENS` for the whole job. A set of more than
`datasets.MOST_LESSONS` examples is represented by an even sample. Step numbers are those of the whole job.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from local.foundry.language import Alphabet, ByteModel, Encoded, join
from local.foundry.lessons import Lesson, Lessons
from local.foundry.records import Plan, Point
from local.foundry.reinforcement import train_reinforcement
from local.foundry.schedule import schedule

MOST_TOKENS = 400_000
FULL_VALIDATION = 64  #: lessons at most
VALIDATION_BATCH = 8
DECAY = 0.5  # share of the rate that is gone by the last step

type Metrics = dict[str, float]


class Trainee(NamedTuple):
    """What a method makes of its lessons: how to take a step, and how to look without learning."""

    learn: Callable[[Sequence[int], float], Metrics]
    look: Callable[[Sequence[int]], Metrics]  #: at validation lessons
    tokens: float  #: of a training lesson, on average


def train(lessons: Lessons, plan: Plan) -> tuple[Point, ...]:
    """The curve of a job: a point for each computed step, the last step among them."""
    if plan.method == "reinforcement":
        return train_reinforcement(lessons, plan, schedule(plan))
    trainee = preference(lessons, plan.beta) if plan.method == "dpo" else supervised(lessons)
    return _run(trainee, lessons, plan)


def supervised(lessons: Lessons) -> Trainee:
    """Learn each lesson's answer."""
    alphabet = Alphabet([lesson.text for lesson in lessons.training])
    model = ByteModel(alphabet)
    training = [alphabet.encode(lesson.prompt, lesson.text) for lesson in lessons.training]
    validation = [alphabet.encode(lesson.prompt, lesson.text) for lesson in lessons.validation]

    def learn(rows: Sequence[int], rate: float) -> Metrics:
        quality = model.learn(join([training[row] for row in rows]), rate)
        return {"loss": quality.loss, "mean_token_accuracy": quality.accuracy}

    def look(rows: Sequence[int]) -> Metrics:
        quality = model.measure(join([validation[row] for row in rows]))
        return {"loss": quality.loss, "mean_token_accuracy": quality.accuracy}

    return Trainee(learn, look, _mean_tokens(training))


class Pair(NamedTuple):
    """A better and a worse answer to one prompt."""

    preferred: Encoded
    rejected: Encoded


def preference(lessons: Lessons, beta: float) -> Trainee:
    """Learn to prefer: direct preference optimisation against the untrained model (Rafailov et al. 2023)."""
    texts = [text for lesson in lessons.training for text in (lesson.text, lesson.rejected)]
    alphabet = Alphabet(texts)
    model, untrained = ByteModel(alphabet), ByteModel(alphabet)
    training = [_pair(alphabet, lesson) for lesson in lessons.training]
    validation = [_pair(alphabet, lesson) for lesson in lessons.validation]

    def doubt(pair: Pair) -> float:
        gained = model.log_likelihood(pair.preferred) - untrained.log_likelihood(pair.preferred)
        lost = model.log_likelihood(pair.rejected) - untrained.log_likelihood(pair.rejected)
        return float(np.logaddexp(0, -beta * (gained - lost)))

    def learn(rows: Sequence[int], rate: float) -> Metrics:
        losses: list[float] = []
        for pair in (training[row] for row in rows):
            losses.append(doubt(pair))
            push = rate * (1 - math.exp(-losses[-1])) / len(rows)
            model.learn(pair.preferred, push)
            model.learn(pair.rejected, -push)
        return {"loss": float(np.mean(losses))}

    def look(rows: Sequence[int]) -> Metrics:
        return {"loss": float(np.mean([doubt(validation[row]) for row in rows]))}

    return Trainee(learn, look, 4 * _mean_tokens([pair.preferred for pair in training]))


def _run(trainee: Trainee, lessons: Lessons, plan: Plan) -> tuple[Point, ...]:
    steps = schedule(plan)
    affordable = int(MOST_TOKENS / (len(steps) * trainee.tokens))
    batch = max(1, min(plan.batch_size, affordable, len(lessons.training)))
    chance = np.random.default_rng(plan.seed)
    training, validation = _stream(len(lessons.training), chance), _stream(len(lessons.validation), chance)
    everything = range(min(len(lessons.validation), FULL_VALIDATION))
    points: list[Point] = []
    for step in steps:
        metrics = _named(
            "train", trainee.learn(_take(training, batch), plan.rate * (1 - DECAY * step.number / plan.steps))
        )
        if step.told and lessons.validation:
            metrics |= _named("valid", trainee.look(_take(validation, VALIDATION_BATCH)))
        if step.ends_epoch and lessons.validation:
            metrics |= _named("full_valid", trainee.look(everything))
        points.append(Point(step.number, metrics, step.ends_epoch, step.told))
    return tuple(points)


def _stream(count: int, chance: np.random.Generator) -> Iterator[int]:
    """The numbers below `count` for ever, shuffled anew each time round; nothing if there are none."""
    while count:
        yield from (int(number) for number in chance.permutation(count))


def _take(stream: Iterator[int], count: int) -> list[int]:
    return [next(stream) for _ in range(count)]


def _named(prefix: str, metrics: Metrics) -> Metrics:
    return {f"{prefix}_{name}": value for name, value in metrics.items()}


def _pair(alphabet: Alphabet, lesson: Lesson) -> Pair:
    return Pair(alphabet.encode(lesson.prompt, lesson.text), alphabet.encode(lesson.prompt, lesson.rejected))


def _mean_tokens(texts: Sequence[Encoded]) -> float:
    return float(np.mean([text.tokens for text in texts]))
