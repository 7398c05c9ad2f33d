"""What a grader's texts take from a row and from the answer: `{{item.label}}`, `{{ sample.output_json.label }}`.

Source: Foundry, "Reinforcement fine-tuning", Mar 2026. A field of a field is reached by a dot, an entry of a list by
its number in brackets; whether the service follows the brackets is unconfirmed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, cast

type Namespace = Literal["item", "sample"]

TEMPLATE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
REFERENCE = re.compile(r"(?P<namespace>item|sample)\.(?P<path>[^\s.\[\]]+(?:\.[^\s.\[\]]+|\[[0-9]{1,6}\])*)")
OUTPUT_TEXT = "sample.output_text"  #: the whole answer
MISSING = object()
STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")


def fault_in(text: str) -> str | None:
    """Why a text's templates cannot be filled, whatever the row; `None` if they can."""
    for reference in TEMPLATE.findall(text):
        if not REFERENCE.fullmatch(reference):
            braced = f"{{{{{reference:.60}}}}}"
            return f"found {braced}; expected a field of the row or of the answer, such as {{{{item.label}}}}"
    return None


def fields(texts: Iterable[str], namespace: Namespace) -> frozenset[str]:
    """The paths that the texts read of a namespace: `label`, `truth.date`, `choices[0]`."""
    found = (REFERENCE.fullmatch(reference) for text in texts for reference in TEMPLATE.findall(text))
    return frozenset(each["path"] for each in found if each and each["namespace"] == namespace)


def filled(text: str, item: Mapping[str, object], answer: str) -> str | None:
    """The text with its references replaced, where they are the whole answer, or texts and numbers of the row.

    `None` where they are anything else: how the service writes those is unconfirmed.
    """
    values = {reference: _value(reference, item, answer) for reference in TEMPLATE.findall(text)}
    if None in values.values():
        return None
    return TEMPLATE.sub(lambda found: values[found[1]] or "", text)


def _value(reference: str, item: Mapping[str, object], answer: str) -> str | None:
    if reference == OUTPUT_TEXT:
        return answer
    namespace, _, path = reference.partition(".")
    value = at(path, item) if namespace == "item" else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def is_in(path: str, item: Mapping[str, object]) -> bool:
    """Whether a row has what a path leads to; null is something."""
    return at(path, item) is not MISSING


def at(path: str, item: Mapping[str, object]) -> object:
    """What a path leads to in a row; `MISSING` if it leads nowhere."""
    here: object = item
    for number, key in STEP.findall(path):
        if isinstance(here, dict) and key in here:
            here = cast("Mapping[str, object]", here)[key]
        elif isinstance(here, list) and number and int(number) < len(cast("list[object]", here)):
            here = cast("list[object]", here)[int(number)]
        else:
            return MISSING
    return here
