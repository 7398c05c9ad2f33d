"""OpenAssistant's message trees: each row is one message, and names the one it answers.

A tree becomes the conversation along its best ranked messages. For preferences, each prompt with ranked answers becomes
a pair of the best and the worst one. Rows of a tree stand together by `message_tree_id`; without it, all rows of a
dataset wait for each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from msgspec import Struct

from shared.core.prepare.chat import Chat
from shared.core.prepare.faults import Fault, Filtered, Unusable
from shared.core.prepare.format import IS_PREPARED, Example, Format, Gathering, Made, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.turns import HAS_BOTH_SIDES
from shared.core.prepare.targets import Preference, Reply, chat_of

IS_CHOSEN = Rule(None, "message trees", "info", "nothing to do; the best path through a tree is learnt")
NOT_CHOSEN = Filtered(Fault(IS_CHOSEN, "another message of the tree was ranked higher, or its branch was not taken"))
NOT_PAIRED = Filtered(Fault(IS_CHOSEN, "the message is not among the best and the worst answers to its prompt"))
NO_REPLY = Unusable(Fault(HAS_BOTH_SIDES, "a tree has no reply to its first message", "an assistant message below it"))
NO_PARENT = Fault(IS_PREPARED, "the message that this one answers is not in the file (OASST tree)", "whole trees")

FEWEST_ANSWERS = 2


class OasstMessage(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A message of a tree."""

    message_id: str
    text: str
    role: Literal["prompter", "assistant"]
    parent_id: str | None = None
    rank: float | None = None  #: among its siblings; 0 is the best
    message_tree_id: str | None = None


type Rows = Sequence[OasstMessage]
type Children = Mapping[str | None, Sequence[int]]


def _children(rows: Rows) -> Children:
    """Places of the messages below each message, the best ranked first; those without a parent below `None`."""
    below = defaultdict[str | None, list[int]](list)
    for place, row in enumerate(rows):
        below[row.parent_id].append(place)
    for places in below.values():
        places.sort(key=lambda place: (_rank(rows[place]), place))
    return below


def _rank(row: OasstMessage) -> float:
    return float("inf") if row.rank is None else row.rank


def best_paths(rows: Rows, _wishes: Wishes) -> Iterator[Made]:
    """A conversation a tree; its other messages are left aside."""
    below = _children(rows)
    for root in below.get(None, ()):
        path = _best_path(rows, below, root)
        yield Made(path, _conversation(rows, path) if len(path) > 1 else NO_REPLY)
    yield from _others(rows, below, NOT_CHOSEN)


def _best_path(rows: Rows, below: Children, root: int) -> Sequence[int]:
    """From the root on the best ranked message each time, up to the last reply."""
    path = [root]
    while (answers := below.get(rows[path[-1]].message_id)) and len(path) < len(rows):
        path.append(answers[0])
    while len(path) > 1 and rows[path[-1]].role != "assistant":
        path.pop()
    return path


def _others(rows: Rows, below: Children, outcome: Filtered) -> Iterator[Made]:
    """The messages that hang together with a root, each for itself: those that are used are gone already."""
    waiting, seen = [*below.get(None, ())], set[int]()
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            yield Made([place], outcome)
            waiting += below.get(rows[place].message_id, ())


def ranked_pairs(rows: Rows, _wishes: Wishes) -> Iterator[Made]:
    """A pair for each prompt whose best and worst answers have different ranks."""
    below = _children(rows)
    above = {row.message_id: place for place, row in enumerate(rows)}
    for prompt, row in enumerate(rows):
        ranked = [place for place in below.get(row.message_id, ()) if rows[place].rank is not None]
        path: Sequence[int] = _path_to(rows, above, prompt) if _is_judged(rows, prompt, ranked) else ()
        if path:
            yield Made([prompt, ranked[0], ranked[-1]], _pair(rows, path, ranked[0], ranked[-1]))
    yield from _others(rows, below, NOT_PAIRED)


def _is_judged(rows: Rows, prompt: int, ranked: Sequence[int]) -> bool:
    is_asked = rows[prompt].role == "prompter" and len(ranked) >= FEWEST_ANSWERS
    return is_asked and _rank(rows[ranked[0]]) < _rank(rows[ranked[-1]])


def _path_to(rows: Rows, above: Mapping[str, int], place: int) -> Sequence[int]:
    """From the root to a message; empty if it hangs on no root."""
    path = [place]
    while (parent := rows[path[-1]].parent_id) is not None:
        if parent not in above or len(path) > len(rows):
            return []
        path.append(above[parent])
    return path[::-1]


def _conversation(rows: Rows, path: Sequence[int]) -> Example | Unusable:
    draft = Draft()
    try:
        for place in path:
            draft.say("user" if rows[place].role == "prompter" else "assistant", rows[place].text, "text")
    except Unusable as error:
        return error
    return Example(draft.chat, draft.fixes)


def _pair(rows: Rows, path: Sequence[int], better: int, worse: int) -> Example | Unusable:
    good, bad = (_conversation(rows, [*path, answer]) for answer in (better, worse))
    if isinstance(good, Unusable) or isinstance(bad, Unusable):
        return good if isinstance(good, Unusable) else cast("Unusable", bad)
    *asked, preferred = chat_of(good.target).messages
    other = chat_of(bad.target).messages[-1]
    pair = Preference(Chat(asked), [cast("Reply", preferred)], [cast("Reply", other)])
    return Example(pair, [*dict.fromkeys([*good.fixes, *bad.fixes])])


def _tree(row: OasstMessage) -> str:
    return row.message_tree_id or ""


FORMATS = (
    Format(
        name="OASST tree",
        order=157,
        fields="message_id, parent_id, text, role, rank",
        claims=having("message_id", "parent_id", "text", "role"),
        row=OasstMessage,
        converts={
            "sft": Gathering("OASST tree", _tree, best_paths, NO_PARENT),
            "dpo": Gathering("OASST tree", _tree, ranked_pairs, NO_PARENT),
        },
    ),
)
