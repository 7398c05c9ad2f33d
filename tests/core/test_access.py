import pytest

from shared.core.access import KEY_HOLDER, ROLES, TAKES, Person, Role, Visitor, offered, withheld
from shared.core.decisions import choices
from tests.core.every_stage import EXAMPLES

MAY: dict[str, set[str]] = {
    "viewer": set(),
    "operator": {"resume", "cancel"},
    "approver": {"approve", "refuse"},
}


def visitor(*roles: Role) -> Visitor:
    return Visitor(person=Person(name="ada", id="0"), roles=frozenset(roles))


def test_every_decision_takes_a_role() -> None:
    assert {decision for stage in EXAMPLES.values() for decision in choices(stage)} == set(TAKES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_looks_and_decides_what_the_table_says(role: Role) -> None:
    assert visitor(role).may_look()
    assert {decision for decision in TAKES if visitor(role).may(decision)} == MAY[role]


def test_who_has_no_role_may_not_even_look() -> None:
    assert not visitor().may_look()


def test_who_has_several_roles_may_what_each_may() -> None:
    assert all(visitor("operator", "approver").may(decision) for decision in TAKES)


@pytest.mark.parametrize("state", EXAMPLES)
@pytest.mark.parametrize("role", ROLES)
def test_what_a_stage_allows_is_either_offered_or_withheld(state: str, role: Role) -> None:
    stage = EXAMPLES[state]
    kept = withheld(stage, visitor(role))
    assert sorted([*offered(stage, visitor(role)), *kept]) == sorted(choices(stage))
    assert all(needed != role for needed in kept.values())


def test_whoever_holds_a_key_may_everything() -> None:
    assert all(offered(stage, KEY_HOLDER) == choices(stage) for stage in EXAMPLES.values())
