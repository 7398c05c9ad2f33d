"""Who looks and decides, and what each may do."""

from typing import Literal

from shared.core.decisions import Decision, choices
from shared.core.stages import Stage
from shared.core.values import Value

type Role = Literal["viewer", "operator", "approver"]

ROLES: tuple[Role, ...] = ("viewer", "operator", "approver")
TAKES: dict[Decision, Role] = {  #: who lets money be spent need not be who keeps things running
    "approve": "approver",
    "refuse": "approver",
    "resume": "operator",
    "cancel": "operator",
}


class Person(Value):
    """Whoever decided, as the service that signed them in knows them."""

    name: str
    id: str | None = None  #: their object id in Entra; `None`: signed in by a key, which many may have


class Visitor(Value):
    """A person at the pages, and what they are there."""

    person: Person
    roles: frozenset[Role]

    def may_look(self) -> bool:
        """Every role may."""
        return bool(self.roles)

    def may(self, decision: Decision) -> bool:
        return TAKES[decision] in self.roles


class NotSignedIn(Exception):
    """Nobody can tell who this is. The message is for them."""


KEY_HOLDER = Visitor(person=Person(name="an operator"), roles=frozenset(ROLES))
"""Whoever has a function key: nobody knows who, and all may do everything."""


def offered(stage: Stage, visitor: Visitor) -> tuple[Decision, ...]:
    """What a visitor may decide of what the stage allows."""
    return tuple(decision for decision in choices(stage) if visitor.may(decision))


def withheld(stage: Stage, visitor: Visitor) -> dict[Decision, Role]:
    """What the stage allows and the visitor may not decide, and the role that it takes."""
    return {decision: TAKES[decision] for decision in choices(stage) if not visitor.may(decision)}
