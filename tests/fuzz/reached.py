"""Which lines of the engine were ever run: an input that reaches a new one is worth mutating again."""

import sys
from pathlib import Path
from types import CodeType
from typing import Self

from tests.core.prepare.corpus import CHECKOUT

TOOL = 4  #: of the six numbers that `sys.monitoring` has; debuggers, coverage and profilers use others
ENGINE = str(Path(CHECKOUT, "shared", "core", "prepare"))


class Reached:
    """Counts lines of the engine that run for the first time. A line costs nothing from its second run on."""

    def __init__(self) -> None:
        self.lines = 0

    def __enter__(self) -> Self:
        sys.monitoring.use_tool_id(TOOL, "fuzz")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, self._note)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)
        sys.monitoring.restart_events()
        return self

    def __exit__(self, *_: object) -> None:
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)

    def _note(self, code: CodeType, _line: int) -> object:
        self.lines += code.co_filename.startswith(ENGINE)
        return sys.monitoring.DISABLE
