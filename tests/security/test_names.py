"""What a malicious file name can do."""

import json
import re

import pytest

from shared.core import naming
from shared.core.drop import NoPlace, place
from tests.driving import only_run
from tests.report.hostile import HOSTILE
from tests.report.markup import Page
from tests.security.dropped import ROWS, cards, ended, lines, page

NAMES = [f"support/a{text.replace('/', '-')}.jsonl" for text in HOSTILE if "\ud800" not in text]


@pytest.mark.parametrize("name", ["../runs/x.jsonl", "support/../../runs/active/x", "./a.jsonl", "a/../b/train.jsonl"])
def test_a_name_that_leads_to_another_container_begins_nothing(name: str) -> None:
    assert isinstance(place(name), NoPlace)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_on_pages_and_cards(name: str) -> None:
    world = ended(lines(ROWS[:3]), name)
    shown = Page(page(world))
    assert {tag for tag, *_ in shown.shape}.isdisjoint({"script", "img", "iframe"})
    told = json.loads(cards(only_run(world)))
    assert '"TextBlock"' not in json.dumps(told)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_slug_where_a_service_takes_it_as_a_name(name: str) -> None:
    run_id = "0123456789abcdef"
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*-0123456789abcdef", naming.deployment_name(name, run_id))
    assert len(naming.deployment_name(name, run_id)) <= naming.MAX_DEPLOYMENT_NAME
