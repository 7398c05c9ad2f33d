import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.teams import messages
from local.teams.messages import MessageRefused, cards_of, title_of
from tests.local.teams.samples import body_of, card, message, rich_card, text

HERE = Path(__file__).parent
RENDERER = Path(messages.__file__).parents[2] / "node_modules/adaptivecards/dist/adaptivecards.js"

#: Parts that the renderer parses by hand, so they are not among the properties it lists.
BY_HAND = {"items", "columns", "body", "actions", "card", "fallback", "inlines", "targetElements", "msteams"}


def test_the_cards_of_a_message_are_taken_as_they_are() -> None:
    assert cards_of(body_of(card(text("a")), rich_card())) == [card(text("a")), rich_card()]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "MessageCard"}, "message.type: 'message' was expected"),
        ({"attachments": []}, "message.attachments: [] should be non-empty"),
        ({"attachments": None}, "message.attachments: None is not of type 'array'"),
        ({"attachments": [{"contentType": "text/plain", "content": {}}]}, "message.attachments[0].contentType"),
        ({"attachments": [{"content": {}}]}, "message.attachments[0]: 'contentType' is a required property"),
    ],
)
def test_a_message_of_another_form_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        cards_of(json.dumps(message(card(text())) | change).encode())
    assert reason in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b'"x"'])
def test_a_body_that_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(MessageRefused):
        cards_of(body)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (card({"type": "TextBlok", "text": "x"}), "card.body[0].type: 'TextBlok' is not one of"),
        (card({"type": "TextBlock"}), "card.body[0]: 'text' is a required property"),
        (card(text(5)), "card.body[0].text: 5 is not of type 'string'"),
        (card(text(color="pink")), "card.body[0].color: 'pink' is not one of"),
        (card(text(style="heading")), "'style' was unexpected"),
        (card({"type": "Table", "columns": [], "rows": []}), "card.body[0].type: 'Table' is not one of"),
        (card({"type": "Input.Text", "id": "a"}), "card.body[0].type: 'Input.Text' is not one of"),
        (card({"text": "x"}), "card.body[0]: 'type' is a required property"),
        (card({"type": "FactSet", "facts": [{"title": "a"}]}), "card.body[0].facts[0]: 'value' is a required"),
        (card({"type": "Image", "url": "report.png"}), "card.body[0].url"),
        (card({"type": "ColumnSet", "columns": [text()]}), "card.body[0].columns[0].type"),
        (card(text(), version="1.5"), "card.version: '1.5' is not one of"),
        (card(text(), colour="red"), "'colour' was unexpected"),
        ({"type": "AdaptiveCard", "body": []}, "card: 'version' is a required property"),
        ({"@type": "MessageCard", "text": "x"}, "card"),
    ],
)
def test_a_card_that_teams_could_not_show_is_refused_with_the_place(wrong: Any, reason: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        cards_of(body_of(card(text()), wrong))
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "action",
    [
        {"type": "Action.Submit", "title": "Approve"},
        {"type": "Action.Execute", "title": "Approve", "verb": "approve"},
        {"type": "Action.Http", "title": "Approve", "url": "https://example.com"},
        {"type": "Action.OpenUrl", "title": "Open", "url": "javascript:alert(1)"},
        {"type": "Action.OpenUrl", "title": "Open"},
        {"type": "Action.OpenUrl", "url": "https://example.com"},
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_an_action_that_nobody_would_receive_is_refused_at_any_depth(action: Any, *, nested: bool) -> None:
    inner = {"type": "AdaptiveCard", "body": [text()], "actions": [action]}
    show = {"type": "Action.ShowCard", "title": "More", "card": inner}
    with pytest.raises(MessageRefused):
        cards_of(body_of(card(text(), actions=[show if nested else action])))


def test_the_title_is_the_first_text_a_reader_sees() -> None:
    assert title_of(rich_card()) == "Deployed"
    assert title_of(card({"type": "ColumnSet", "columns": [{"type": "Column", "items": [text("first")]}]})) == "first"
    assert title_of(card()) == ""


@pytest.mark.stack
def test_the_schema_names_no_property_that_the_official_renderer_does_not_know_in_1_4() -> None:
    schema = json.loads(Path(messages.__file__).with_name("card.schema.json").read_text())["$defs"]
    known = _ask_the_renderer("known_properties.js")
    shared = [name for name in known if name in schema]
    assert len(shared) == 15
    unknown = {name: _properties(schema, name) - BY_HAND - set(known[name]) for name in shared}
    assert [(name, names) for name, names in unknown.items() if names] == []


@pytest.mark.stack
def test_the_official_renderer_finds_nothing_wrong_with_a_card_that_is_taken() -> None:
    assert _ask_the_renderer("parse_card.js", json.dumps(rich_card())) == []


def _properties(schema: dict[str, Any], name: str) -> set[str]:
    """The properties of a definition and of the one it extends."""
    base = schema[name].get("$ref", "").removeprefix("#/$defs/")
    return set(schema[name].get("properties", {})) | (_properties(schema, base) if base else set())


def _ask_the_renderer(script: str, stdin: str = "") -> Any:
    node = shutil.which("node")
    assert node
    asked = [node, HERE / script, RENDERER]
    return json.loads(subprocess.run(asked, input=stdin, capture_output=True, text=True, check=True).stdout)
