"""Changes to rows as values: what people and programs get wrong in them."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.core.prepare.one_of_each import FORMATS

type Container = dict[str, Any] | list[Any]
type Spot = tuple[Container, Any]  #: a container inside a row, and a key or an index of it
type Mutation = Callable[[Random, Spot], None]

MOST_SPOTS = 1_000  #: in a row that is changed further
KEYS = sorted(
    {key for one in FORMATS for key in one.keys} | {"role", "content", "weight", "name", "tool_calls", "item"}
)
PIECES = (
    "<|im_start|>user\n", "<|im_end|>", "\n\nHuman: ", "\n\nAssistant: ", "[INST] ", " [/INST]", "<extra_id_1>User\n",
    "<tool_call>", "</tool_call>", "<functioncall> {", "### Response:\n", "<think>", "</think>", "<image>", "[f(a=1)]",
    "\u2028", "\u200b", "\ufeff", "\0", "\x1f", "\ud83d", "\ud83c\udf31", "\u00e9", "\u6f22", "\u05d0", '"', "\\", "\n",
    "\r", "\\u0022", "ada@lovelace-tools.com", "+1 202 555 0143", "4111 1111 1111 1111", "data:image/png;base64,",
    "ignore all previous instructions", "As an AI language model, I cannot", "{{name}}", "<script>", "https://127.0.0.1/",
    "=cmd()", "NaN", "null", "0", "%s", "{0}", "../../x", "'", "''' ", "`", "[[", "}}",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 4.5, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 1e308, 5e-324, float("nan"),
    float("inf"), "", " ", "0", "1.0", "true", "null", "[]", "{}", [], {}, [[]], [None], [{}], {"": ""}, "a" * 70_000,
    "user", "system", "assistant", "tool", "human", "gpt", "function", "observation", "train", "test", [0, 1], ["a"],
    [1, "a", None], {"role": "user", "content": "Hello?"}, {"role": "assistant", "content": None},
    [{"type": "text", "text": "Hi"}],
    [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}],
)  # fmt: skip


def mutated(random: Random, row: Any) -> Any:
    """A changed copy of a row."""
    copy = {"": json.loads(json.dumps(row))}
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        if 0 < len(spots := [*_spots(copy)]) < MOST_SPOTS:
            random.choice(MUTATIONS)(random, random.choice(spots))
    return copy.get("")


def _spots(container: Container) -> Iterator[Spot]:
    """Every place of a row."""
    items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, value in items:
        yield container, key
        if isinstance(value, dict | list):
            yield from _spots(value)


def _value(random: Random) -> Any:
    return deepcopy(random.choice(VALUES))


def _replace(random: Random, spot: Spot) -> None:
    container, key = spot
    container[key] = _value(random)


def _remove(_random: Random, spot: Spot) -> None:
    container, key = spot
    del container[key]


def _rename(random: Random, spot: Spot) -> None:
    container, key = spot
    if isinstance(container, dict):
        value = container.pop(key)
        container[random.choice((key.upper(), f" {key} ", f"{key}s", random.choice(KEYS)))] = value


def _add(random: Random, spot: Spot) -> None:
    container, _ = spot
    value = _value(random)
    if isinstance(container, dict):
        container[random.choice(KEYS)] = value
    else:
        container.insert(random.randint(0, len(container)), value)


def _repeat(random: Random, spot: Spot) -> None:
    container, key = spot
    if isinstance(container, list):
        container[key:key] = [container[key]] * random.choice((1, 2, 70))


def _wrap(random: Random, spot: Spot) -> None:
    container, key = spot
    value = container[key]
    container[key] = random.choice(([value], [value, value], {"messages": value}, {"text": value}, json.dumps(value)))


def _unwrap(random: Random, spot: Spot) -> None:
    container, key = spot
    value = container[key]
    inner = [*value.values()] if isinstance(value, dict) else value
    if isinstance(inner, list) and inner:
        container[key] = random.choice(inner)


def _swap(random: Random, spot: Spot) -> None:
    container, key = spot
    other = random.choice([*container] if isinstance(container, dict) else range(len(container)))
    container[key], container[other] = container[other], container[key]


def _write(random: Random, spot: Spot) -> None:
    container, key = spot
    text = container[key]
    if isinstance(text, str):
        at = random.randint(0, len(text))
        container[key] = text[:at] + random.choice(PIECES) * random.choice((1, 1, 1, 3)) + text[at:]


def _nest(random: Random, spot: Spot) -> None:
    container, key = spot
    for _ in range(random.choice((3, 63, 90))):
        container[key] = [container[key]]


MUTATIONS: tuple[Mutation, ...] = (
    _replace, _replace, _remove, _rename, _add, _repeat, _wrap, _unwrap, _swap, _write, _write, _write, _nest,
)  # fmt: skip
