"""Lists in pages, as the v1 surface gives them: `after` is the last id of the page before, `has_more` says go on."""

from collections.abc import Mapping, Sequence

from local.foundry.errors import invalid

LARGEST_PAGE = 10_000


def page(items: Sequence[dict[str, object]], query: Mapping[str, str], default: int) -> dict[str, object]:
    """One page of answers that each have an id. Raises `Refused` for a bad limit or an unknown `after`."""
    start = _start(items, query.get("after"))
    limit = _limit(query.get("limit"), default)
    shown = items[start : start + limit]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": start + limit < len(items),
    }


def _start(items: Sequence[dict[str, object]], after: str | None) -> int:
    if after is None:
        return 0
    for place, item in enumerate(items):
        if item["id"] == after:
            return place + 1
    raise invalid(f"no item {after!r} in this list", "after")


def _limit(given: str | None, default: int) -> int:
    if given is None:
        return default
    if not given.isdecimal() or not 1 <= int(given) <= LARGEST_PAGE:
        raise invalid(f"limit is {given!r}; an integer from 1 to {LARGEST_PAGE} is needed", "limit")
    return int(given)
