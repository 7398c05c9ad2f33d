"""What a rule is. The rules themselves stand beside the checks that apply them."""

from dataclasses import dataclass
from typing import Literal

type Severity = Literal["error", "reject", "fix", "warning", "info"]
"""error: stops the file; reject: costs the row; fix: the row was repaired; warning and info: told, nothing more."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold for a dataset. Reports name it, so that a fault can be looked up and mended."""

    number: int | None  #: in the list of rules that the documentation gives; `None`: the recipe's wish, not a rule
    name: str
    severity: Severity
    remedy: str  #: what its owner can do
