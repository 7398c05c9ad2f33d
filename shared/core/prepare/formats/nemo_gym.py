"""NeMo Gym: a request to OpenAI's Responses API in `responses_create_params`, and the calls expected in `ground_truth`.

As in NVIDIA-NeMo/Gym (its example data, 2025-11). Input items as in the Responses API reference (OpenAI, 2025-10):
messages, `function_call`, `function_call_output` and `reasoning`. Rows whose answers only a verifier judges have no
reply to learn.
"""

from collections.abc import Mapping
from typing import cast

from msgspec import Struct

from shared.core.prepare.chat import Chat
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, IS_PREPARED, Example, Format, Row, Wishes, having
from shared.core.prepare.making.chat_mending import REASONING_LEFT_OUT, REASONING_UNWANTED
from shared.core.prepare.making.draft import SPEAKERS
from shared.core.prepare.making.tool_draft import ToolDraft, as_text, call_of, calls_of
from shared.core.prepare.making.toolbox import toolbox_of
from shared.core.prepare.rule import Rule

NO_REPLY = Fault(IS_PREPARED, "there are no replies to learn (NeMo Gym)", "'ground_truth' with the calls expected")
IS_NO_ITEM = Fault(HAS_FIELDS, "an item of 'input' is neither a message nor a call nor its output", "{role, content}")
PARALLEL_REMOVED = Fault(
    Rule(57, "parallel tool calls", "fix", "nothing to do"),
    "'parallel_tool_calls' was left out: it was false, and the reply makes several calls",
)

ROLES: Mapping[object, str] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


class NemoGym(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A request and the calls that answer it."""

    responses_create_params: dict[str, object]
    ground_truth: list[object] | None = None


def convert(row: NemoGym, wishes: Wishes) -> Example:
    """The input, and the expected calls as its reply."""
    request = row.responses_create_params
    draft = ToolDraft(toolbox_of(request.get("tools")))
    for item in _items(request.get("input")):
        _take(draft, item, wishes)
    if not row.ground_truth:
        raise Unusable(NO_REPLY)
    draft.call(calls_of(row.ground_truth))
    chat = draft.chat
    return Example(Chat(chat.messages, chat.tools, _parallel(request, row.ground_truth, draft)), draft.fixes)


def _items(given: object) -> list[object]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return cast("list[object]", given) if isinstance(given, list) else [given]


def _take(draft: ToolDraft, item: object, wishes: Wishes) -> None:
    if not isinstance(item, dict):
        raise Unusable(IS_NO_ITEM)
    given = cast("Row", item)
    kind = given.get("type", "message")
    if kind == "function_call":
        draft.call([call_of(given)])
    elif kind == "function_call_output":
        draft.answer(as_text(given.get("output")))
    elif kind == "reasoning":
        if wishes.reasoning == "reject":
            raise Unusable(REASONING_UNWANTED)
        draft.note(REASONING_LEFT_OUT)
    elif kind == "message" and (role := _role(given.get("role"))) in SPEAKERS:
        draft.say(role, _text(given.get("content")), "input")
    else:
        raise Unusable(IS_NO_ITEM)


def _role(role: object) -> str | None:
    return ROLES.get(role) if isinstance(role, str) else None


def _text(content: object) -> str:
    """The text of a message; parts of type input_text and output_text hold it in `text`."""
    if isinstance(content, str):
        return content
    parts = cast("list[object]", content) if isinstance(content, list) else [content]
    texts = [cast("Row", part).get("text") if isinstance(part, dict) else None for part in parts]
    if not all(isinstance(text, str) for text in texts):
        raise Unusable(IS_NO_ITEM)
    return "\n".join(cast("list[str]", texts))


def _parallel(request: Row, expected: list[object], draft: ToolDraft) -> bool | None:
    wanted = request.get("parallel_tool_calls")
    if not isinstance(wanted, bool) or not request.get("tools"):
        return None
    if not wanted and len(expected) > 1:
        draft.note(PARALLEL_REMOVED)
        return None
    return wanted


FORMATS = (
    Format(
        name="NeMo Gym",
        order=142,
        fields="responses_create_params, ground_truth",
        claims=having("responses_create_params"),
        row=NemoGym,
        converts={"sft": convert},
    ),
)
