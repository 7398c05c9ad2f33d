"""Reinforcement on a small scale: a policy that chooses among the known answers, rewarded for the right one.

The policy is a softmax over hashed words of the question, trained by REINFORCE (Williams 1992) with the batch's mean
as baseline. The reward is the share of words that the chosen and the expected answer have in common: the job's own
grader is checked and never run.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from local.foundry.lessons import Lesson, Lessons
from local.foundry.records import Plan, Point
from local.foundry.schedule import Step

WORDS = 512  # rows of the policy; words share them when their hashes meet
MOST_ANSWERS = 64
MOST_EXAMPLES = 32  # of a batch that are computed
SAMPLES = 8  # answers tried for each question of a batch
RATE = 10.0  # brings the rate of the other methods into a useful range for this one

type Floats = NDArray[np.float64]


def train_reinforcement(lessons: Lessons, plan: Plan, steps: Sequence[Step]) -> tuple[Point, ...]:
    """The curve of a job: a point for each step."""
    answers = [text for text, _ in Counter(lesson.text for lesson in lessons.training).most_common(MOST_ANSWERS)]
    chance = np.random.default_rng(plan.seed)
    policy: Floats = np.zeros((WORDS, len(answers)))
    questions = np.stack([_features(lesson) for lesson in lessons.training])
    rewards = _rewards(lessons.training, answers)
    held_out = np.stack([_features(lesson) for lesson in lessons.validation])
    held_out_rewards = _rewards(lessons.validation, answers)
    batch = min(plan.batch_size, MOST_EXAMPLES)
    points: list[Point] = []
    for step in steps:
        rows = chance.integers(len(questions), size=batch)
        mean = _learn(policy, questions[rows], rewards[rows], plan.rate * RATE, chance)
        metrics = {"train_mean_reward": mean, "completion_tokens_mean": _mean_length(answers)}
        if step.ends_epoch:
            expected = (_choices(policy, held_out) * held_out_rewards).sum(axis=1)
            metrics["full_valid_mean_reward"] = float(expected.mean())
        points.append(Point(step.number, metrics, step.ends_epoch, step.told))
    return tuple(points)


def _learn(policy: Floats, questions: Floats, rewards: Floats, rate: float, chance: np.random.Generator) -> float:
    """Try answers, shift the policy towards those rewarded above the mean, and say what the mean was."""
    likely = _choices(policy, questions)
    gradient = np.zeros_like(likely)
    tried = np.stack([chance.choice(likely.shape[1], size=SAMPLES, p=row) for row in likely])
    gained = np.take_along_axis(rewards, tried, axis=1)
    surprise = gained - gained.mean()
    for row, (choices, worth) in enumerate(zip(tried, surprise, strict=True)):
        np.add.at(gradient[row], choices, worth)
        gradient[row] -= worth.sum() * likely[row]
    policy += rate * questions.T @ gradient / (SAMPLES * len(questions))
    return float(gained.mean())


def _choices(policy: Floats, questions: Floats) -> Floats:
    scores = questions @ policy
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _features(lesson: Lesson) -> Floats:
    found = np.zeros(WORDS)
    for word in lesson.question.lower().split():
        found[sum(word.encode()) * 31 % WORDS] = 1.0
    found[0] = 1.0
    return found / np.sqrt(found.sum())


def _rewards(lessons: Sequence[Lesson], answers: Sequence[str]) -> Floats:
    return np.array([[_overlap(lesson.text, answer) for answer in answers] for lesson in lessons])


def _overlap(expected: str, given: str) -> float:
    wanted, found = set(expected.lower().split()), set(given.lower().split())
    return 2 * len(wanted & found) / max(1, len(wanted) + len(found))


def _mean_length(answers: Sequence[str]) -> float:
    return float(np.mean([len(answer.encode()) for answer in answers])) / 4
