"""TRL's rows for GRPO: `prompt`, as text or messages, and columns that the reward reads; Osmosis names them otherwise.

The reference answer is in the first of the columns `reference_answer`, `ground_truth`, `solution`, `answer`, `label`.
A prompt of messages may also stand alone, for graders that compare with nothing; a bare text that stands alone is a row
whose reply is missing.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from shared.core.prepare.chat import Message
from shared.core.prepare.faults import Fault
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.making.exchange import exchange
from shared.core.prepare.making.problem_prompt import asked, mended_prompt
from shared.core.prepare.making.reference import KEY, as_text, left_out, problem, with_item
from shared.core.prepare.targets import Problem

REFERENCES = (KEY, "ground_truth", "solution", "answer", "label")
SPELT_OUT = frozenset({KEY, "ground_truth", "solution"})  #: names that no reply to learn goes by
REPLIES = frozenset({"completion", "response", "generation", "chosen", "rejected", "answers", "messages"})


class Grpo(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prompt, and what its reward reads."""

    prompt: str | list[Message]
    item: dict[str, object] = field(default_factory=dict[str, object])


class Osmosis(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row `{"system_prompt": ..., "user_prompt": ..., "ground_truth": ...}`."""

    user_prompt: str
    system_prompt: str | None = None
    ground_truth: object = None
    label: object = None
    metadata: object = None


def claims(keys: Keys) -> bool:
    """A prompt, and no field for a reply that is learnt."""
    return "prompt" in keys and keys.isdisjoint(REPLIES)


def claims_osmosis(keys: Keys) -> bool:
    """A user's prompt, and the truth under one of its names."""
    return "user_prompt" in keys and not keys.isdisjoint({"ground_truth", "label"})


def fits(row: Row) -> bool:
    """Whether the prompt is a list of messages, or its reference answer stands beside it."""
    return isinstance(row["prompt"], list) or not SPELT_OUT.isdisjoint(row)


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Mend the prompt's messages as those of a chat, and keep the other columns for the grader."""
    return mended_prompt(with_item(row, frozenset({"prompt"})))


def convert(row: Grpo, _wishes: Wishes) -> Example:
    """The prompt, all columns as they were, and the reference answer as text, if there is one."""
    draft = asked(row.prompt)
    reference = _reference(row.item)
    target = Problem(draft.chat, row.item) if reference is None else problem(draft.chat, reference, row.item)
    return Example(target, draft.fixes)


def to_reply(row: Grpo, _wishes: Wishes) -> Example:
    """The prompt with its reference answer for a reply."""
    draft = asked(row.prompt)
    draft.say("assistant", _reference(row.item) or "", "reference answer")
    unused = row.item.keys() - {_column(row.item)}
    return Example(draft.chat, [*draft.fixes, *left_out(unused)])


def _column(item: Mapping[str, object]) -> str | None:
    return next((key for key in REFERENCES if item.get(key) is not None), None)


def _reference(item: Mapping[str, object]) -> str | None:
    column = _column(item)
    return None if column is None else as_text(item[column])


def from_osmosis(row: Osmosis, _wishes: Wishes) -> Example:
    """The prompt and its ground truth."""
    draft = asked(row.user_prompt, row.system_prompt)
    originals = {"ground_truth": row.ground_truth, "label": row.label, "metadata": row.metadata}
    item = {key: value for key, value in originals.items() if value is not None}
    return Example(problem(draft.chat, _truth(row), item), draft.fixes)


def to_learn(row: Osmosis, _wishes: Wishes) -> Example:
    """The prompt with its ground truth for a reply."""
    made = exchange((row.user_prompt, "user_prompt"), (_truth(row), "ground_truth"), row.system_prompt)
    return made._replace(fixes=[*made.fixes, *left_out([] if row.metadata is None else ["metadata"])])


def _truth(row: Osmosis) -> str:
    return as_text(row.label if row.ground_truth is None else row.ground_truth)


FORMATS = (
    Format(
        name="Osmosis",
        order=147,
        fields="system_prompt, user_prompt, ground_truth",
        claims=claims_osmosis,
        row=Osmosis,
        converts={"rft": from_osmosis, "sft": to_learn},
    ),
    Format(
        name="TRL GRPO",
        order=148,
        fields="prompt and a reference answer",
        claims=claims,
        fits=fits,
        row=Grpo,
        converts={"rft": convert, "sft": to_reply},
        mend=mend,
    ),
)
