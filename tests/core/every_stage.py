"""Every stage there is: its class, an example, and the document of a run that stood there when it was released."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeAliasType, get_args, get_origin

from shared.core import stages
from shared.core.stages import Stage
from tests.report.examples import WAYS, example


def members(kind: Any) -> Iterator[type]:
    """The classes that a union of unions comes down to."""
    if isinstance(kind, TypeAliasType):
        yield from members(kind.__value__)
    elif get_origin(kind) is Annotated:
        yield from members(get_args(kind)[0])
    elif alternatives := get_args(kind):
        for alternative in alternatives:
            yield from members(alternative)
    else:
        yield kind


CLASSES = tuple(members(Stage))
STATES = tuple(stage.model_fields["state"].default for stage in CLASSES)
EXAMPLES: dict[str, Stage] = {run.stage.state: run.stage for run in map(example, WAYS)}
WAITING = tuple(stage for stage in EXAMPLES.values() if isinstance(stage, stages.Waiting))

FOLDER = Path(__file__).parent
DOCUMENTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "documents").glob("*.json"))}
MESSAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "messages").glob("*.json"))}
"""What released versions stored and sent. A run may outlive a release: never changed, only added to."""
