"""Formats we know by name and do not prepare yet. A family leaves this list when its own file comes.

One line a format: its place in the order of tries, its name, its sets of marking keys, and what it is.
"""

from collections.abc import Callable

from shared.core.prepare.faults import Fault
from shared.core.prepare.format import IS_PREPARED, Keys, KnownFormat

TOKENISED = "token numbers cannot be fine-tuned on: the text itself is needed"

KNOWN: tuple[tuple[int, str, str, str], ...] = (
    (180, "evaluation data", "item", "data for evaluations is not trained on"),
    (190, "tokenised text", "input_ids", TOKENISED),
)


def _claims(marks: str) -> Callable[[Keys], bool]:
    sets = [frozenset(names.split()) for names in marks.split("|")]
    return lambda keys: any(names <= keys for names in sets)


def _refused(refusal: str, name: str) -> Fault:
    return Fault(IS_PREPARED, f"{refusal} ({name})")


FORMATS = tuple(
    KnownFormat(name, order, _claims(marks), _refused(refusal, name)) for order, name, marks, refusal in KNOWN
)
