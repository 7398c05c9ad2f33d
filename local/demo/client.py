"""What the demonstration asks the stack, over the same addresses that people use."""

import json
import ssl
import urllib.request
from collections.abc import Mapping
from typing import Any, cast

from local.stack.layout import Layout
from local.stack.running import Stack

type Node = Mapping[str, Any]


def _json(request: urllib.request.Request | str, context: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:  # noqa: S310  # loopback, our own
        return json.loads(answer.read())


def run_of(layout: Layout, name: str) -> Node | None:
    """The newest run of a drop, as the app's page tells it; `None` while there is none, or nobody answers."""
    try:
        runs = cast("list[Node]", _json(f"{layout.url('functions')}/api/runs?format=json"))
    except OSError:
        return None
    return next((run for run in runs if run["drop"]["name"] == name), None)


def report_of(layout: Layout, run_id: str) -> Node:
    """The dataset report of a run."""
    return cast("Node", _json(f"{layout.url('functions')}/api/runs/{run_id}/files/report.json"))


def cards(layout: Layout) -> list[Node]:
    """The cards in the channel, newest first."""
    return cast("list[Node]", _json(f"{layout.url('teams')}/cards.json"))


def ask(stack: Stack, deployment: str, question: str) -> str:
    """A deployment's answer to a question, asked as any client would: with a token, by the deployment's name."""
    layout = stack.layout
    token_request = urllib.request.Request(  # noqa: S310  # loopback, our own
        f"{layout.url('identity')}/msi/token?resource=https://ai.azure.com&api-version=2019-08-01",
        headers={"X-IDENTITY-HEADER": layout.identity_header},
    )
    token = _json(token_request)["access_token"]
    body = {"model": deployment, "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request(  # noqa: S310  # loopback, our own
        f"{layout.url('foundry')}/openai/v1/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    context = ssl.create_default_context(cafile=str(stack.certificate))
    return str(_json(request, context)["choices"][0]["message"]["content"])
