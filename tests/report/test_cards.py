import json
import shutil
import subprocess
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.teams.messages import cards_of, title_of
from shared.core.notices import Message, Notice
from shared.report.cards import MOST_BYTES, card
from shared.report.plain import BIDI_CONTROLS
from tests.report.examples import BEGAN, WAYS, example
from tests.report.hostile import HOSTILE, naughty

PAGES = "https://tunedrop.contoso.example/api"
RENDERER = Path(__file__).parents[2] / "node_modules/adaptivecards/dist/adaptivecards.js"
MARKDOWN = {"TextBlock", "FactSet", "Fact"}  #: what renders Markdown
MOODS = ("good", "attention", "bad", "neutral")


def notice(title: str = "a title", facts: dict[str, str] | None = None, lines: tuple[str, ...] = ()) -> Notice:
    message = Message(kind="failed", mood="bad", title=title, facts=facts or {}, lines=lines)
    return Notice(revision=7, at=BEGAN, message=message)


def sent(told: Notice, pages_url: str | None = PAGES) -> dict[str, Any]:
    """The card as the channel gets it: the stand-in refuses what is not an Adaptive Card that Teams shows."""
    body = json.dumps(card(example("failed"), told, pages_url)).encode()
    assert len(body) <= MOST_BYTES
    return cards_of(body)[0]


def nodes(part: object) -> Iterator[dict[str, Any]]:
    match part:
        case dict():
            yield part
            for inner in part.values():
                yield from nodes(inner)
        case list():
            for inner in part:
                yield from nodes(inner)


def texts(content: dict[str, Any]) -> list[str]:
    return [node["text"] for node in nodes(content) if node.get("type") == "TextRun"]


@pytest.mark.parametrize("way", WAYS)
def test_every_notice_of_every_run_is_a_card_that_teams_shows(way: str) -> None:
    run = example(way)
    for told in run.notices:
        [content] = cards_of(json.dumps(card(run, told, PAGES)).encode())
        assert title_of(content) == told.message.title
        assert f"run {run.id} · notice {told.revision}" in texts(content)


def test_the_button_opens_the_run_where_there_are_pages() -> None:
    url = f"{PAGES}/runs/{example('failed').id}"
    assert sent(notice(), f"{PAGES}/")["actions"] == [{"type": "Action.OpenUrl", "title": "Open the run", "url": url}]
    assert "actions" not in sent(notice(), None)


def test_the_mood_is_a_colour_and_a_word() -> None:
    heads = []
    for mood in MOODS:
        told = notice()
        told = told.model_copy(update={"message": told.message.model_copy(update={"mood": mood})})
        head = sent(told)["body"][0]
        heads.append((head["style"], texts(head)[1]))
    assert len(set(heads)) == len(MOODS)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_from_outside_cannot_act(text: str) -> None:
    content = sent(notice(text, {text: text}, (text, text)))
    assert {node["type"] for node in nodes(content) if "type" in node}.isdisjoint(MARKDOWN)
    assert not [one for one in texts(content) if "{{" in one or set(map(ord, one)) & set(BIDI_CONTROLS)]
    assert [node["url"] for node in nodes(content) if "url" in node] == [f"{PAGES}/runs/{example('failed').id}"]


def test_naughty_strings_make_cards_that_teams_shows() -> None:
    strings = naughty()
    if strings is None:
        pytest.skip("the corpus has no blns.json: set TUNEDROP_CORPUS")
    for some in batched(strings, 10, strict=False):
        sent(notice(" ".join(some), {text: text for text in some}, some))


@given(
    st.text(max_size=1_024),
    st.dictionaries(st.text(max_size=200), st.text(max_size=2_000), max_size=30),
    st.lists(st.text(max_size=2_000), max_size=40),
    st.integers(1, 100),
)
@settings(max_examples=60, deadline=None)
def test_a_message_is_small_whatever_it_says(title: str, facts: dict[str, str], lines: list[str], times: int) -> None:
    sent(notice(title, {name: fact * times for name, fact in facts.items()}, tuple(line * times for line in lines)))


@pytest.mark.parametrize("unit", ["x", "\N{PILE OF POO}", '"\\', "\N{ARABIC LETTER ALEF}"])
def test_a_message_of_long_texts_only_is_cut_and_says_so(unit: str) -> None:
    long = unit * (100_000 // len(unit))
    content = sent(notice(long, {f"{number}{long}": long for number in range(30)}, (long,) * 30))
    assert "[cut: 100,000 characters in all]" in title_of(content)
    assert texts(content).count("and 20 more: see the run's page") == 2


def test_one_long_reason_leaves_the_rest_whole() -> None:
    name = "n" * 1_024
    content = sent(notice(f"{name} failed at watch", {"Job": "ftjob-1"}, ("e" * 100_000, "the end")))
    assert title_of(content) == f"{name} failed at watch"
    assert {"ftjob-1", "the end"} <= set(texts(content))


@pytest.mark.skipif(
    not RENDERER.exists() or shutil.which("node") is None, reason="needs node, and the adaptivecards package from npm"
)
def test_the_official_library_reads_every_card_without_complaint(tmp_path: Path) -> None:
    told = [(example(way), one) for way in WAYS for one in example(way).notices]
    cards = [card(run, one, PAGES) for run, one in told]
    (tmp_path / "cards.json").write_text(json.dumps([one["attachments"][0]["content"] for one in cards]))  # type: ignore[index]
    script = f"""
        const library = require({json.dumps(str(RENDERER))});
        for (const json of JSON.parse(require("fs").readFileSync("cards.json"))) {{
            const card = new library.AdaptiveCard();
            const context = new library.SerializationContext(library.Versions.v1_4);
            card.parse(json, context);
            for (let at = 0; at < context.eventCount; at++) console.log(context.getEventAt(at).message);
            for (const event of card.validateProperties().validationEvents) console.log(event.message);
        }}
        console.log("read");
    """
    done = subprocess.run(["node", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "read\n"
