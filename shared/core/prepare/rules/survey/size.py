"""Rules 12 and 101: whether the files that are trained with are large enough, and all there."""

from collections.abc import Iterator

from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule
from shared.core.prepare.split import MIN_TRAINING
from shared.core.prepare.targets import Method

SIZES = (50, 200, 500, 2_000)  #: examples; what guides of several services advise for small to hard tasks

IS_LARGE = Rule(12, "number of examples", "info", "add examples, if the tuned model is not good enough")
HAS_VALIDATION = Rule(
    101,
    "both files",
    "warning",
    "drop a set with a train and a validation file, or a file that is large enough to split",
)


def check(method: Method | None, training: int, validation: int) -> Iterator[Fault]:
    """What is to be said of files of so many examples; with too few to train on, no more are advised than needed."""
    larger = next((size for size in SIZES if size > training), None)
    if larger and training >= MIN_TRAINING:
        yield Fault(IS_LARGE, f"{training:,} training examples; the next size that guides advise is {larger:,}")
    if method == "rft" and training and not validation:
        yield Fault(HAS_VALIDATION, "there is no validation file; the service needs one to tune by a grader")
