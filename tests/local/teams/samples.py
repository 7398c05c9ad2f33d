"""Cards and messages for the tests."""

import json
from typing import Any

SIGNATURE = "s3cret-signature"
ADDRESS = (
    f"/workflows/9f/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SIGNATURE}"
)


def text(words: object = "Deployed", **other: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": words, "wrap": True, **other}


def card(*body: Any, **other: Any) -> dict[str, Any]:
    schema = "http://adaptivecards.io/schemas/adaptive-card.json"
    return {"$schema": schema, "type": "AdaptiveCard", "version": "1.4", "body": list(body), **other}


def message(*cards: Any) -> dict[str, Any]:
    kind = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": kind, "contentUrl": None, "content": card} for card in cards],
    }


def body_of(*cards: Any) -> bytes:
    return json.dumps(message(*cards)).encode()


def rich_card() -> dict[str, Any]:
    """A card with everything that the channel takes."""
    link = {"type": "Action.OpenUrl", "title": "Report", "url": "https://example.com/r", "style": "positive"}
    more = {"type": "Action.ShowCard", "title": "More", "card": {"type": "AdaptiveCard", "body": [text()]}}
    toggle = {"type": "Action.ToggleVisibility", "title": "Why", "targetElements": ["why", {"elementId": "x"}]}
    image = {"type": "Image", "url": "data:image/png;base64,AA==", "altText": "curve", "size": "Medium"}
    column = {"type": "Column", "width": "stretch", "items": [text("0.83", size="ExtraLarge", color="good")]}
    return card(
        {"type": "Container", "style": "good", "bleed": True, "items": [text(weight="Bolder")]},
        {"type": "RichTextBlock", "inlines": ["line ", {"type": "TextRun", "text": "3", "fontType": "Monospace"}]},
        {"type": "FactSet", "facts": [{"title": "Run", "value": "9f"}], "separator": True},
        {"type": "ColumnSet", "columns": [column, {"type": "Column", "width": 2, "items": [image]}]},
        {"type": "ImageSet", "images": [image], "imageSize": "small"},
        {"type": "ActionSet", "actions": [toggle]},
        text("because", id="why", isVisible=False, maxLines=3, spacing="None", horizontalAlignment="Right"),
        actions=[link, more],
        msteams={"width": "Full"},
        fallbackText="Deployed",
    )
