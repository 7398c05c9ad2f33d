import pytest

from local.foundry.errors import Refused
from local.foundry.paging import page

ITEMS: list[dict[str, object]] = [{"id": f"i{number}"} for number in range(5)]


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    seen: list[object] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        answer = page(ITEMS, query, default=20)
        data = answer["data"]
        assert isinstance(data, list)
        seen += data
        if not answer["has_more"]:
            break
        query["after"] = str(answer["last_id"])
    assert seen == ITEMS


def test_an_empty_list_has_no_cursor() -> None:
    assert page([], {}, default=20) == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


@pytest.mark.parametrize("query", [{"after": "i9"}, {"limit": "0"}, {"limit": "many"}])
def test_bad_cursors_and_limits_are_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused):
        page(ITEMS, query, default=20)
