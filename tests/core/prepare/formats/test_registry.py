from itertools import combinations, pairwise
from pathlib import Path

import pytest

from shared.core.prepare import formats
from shared.core.prepare.format import Format, any_row
from shared.core.prepare.formats import known_formats

FAMILIES = sorted(path.stem for path in Path(formats.__file__).parent.glob("*.py") if path.stem != "__init__")
PREPARED = [one for one in known_formats() if isinstance(one, Format)]


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_its_table_of_tests(family: str) -> None:
    assert (Path(__file__).parent / f"test_{family}.py").is_file()


def test_every_format_has_a_name_and_a_place_of_its_own() -> None:
    names = [one.name for one in known_formats()]
    assert len(set(names)) == len(names)
    assert all(before.order < after.order for before, after in pairwise(known_formats()))


@pytest.mark.parametrize("one", PREPARED, ids=lambda one: one.name)
def test_what_a_format_needs_is_claimed_by_it_and_by_none_before(one: Format) -> None:  # type: ignore[type-arg]
    """A row is decoded as what the row before was: so no keys that fit may belong to another format.

    Unless it is the values that tell: then both have a closer look, which their tables of tests see to.
    """
    optional = sorted(one.keys - one.required)
    sets = [one.required.union(more) for count in range(len(optional) + 1) for more in combinations(optional, count)]
    claimed = [keys for keys in sets if one.claims(keys)]
    by_keys = [other for other in known_formats() if other is one or other.fits is any_row]
    first = {keys: next(other for other in by_keys if other.claims(keys)).name for keys in claimed}

    assert claimed
    assert set(first.values()) == {one.name}
