"""What the list of rules says about one of them."""

from dataclasses import dataclass

from shared.core.prepare.rule import Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule that preparation applies. The texts are for people who do not program."""

    number: int
    title: str
    severities: tuple[Severity, ...]  #: that its faults have, the usual one first
    checks: str  #: what must hold
    why: str  #: who asks for it, or what goes wrong without
    remedy: str
    parts: tuple[str, ...] = ()  #: what reports call parts of the rule, where they do not use its title


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A rule that is not applied to rows, and who sees to what it asks."""

    number: int
    title: str
    who: str
