"""Verl: `prompt`, a list of messages, with the right answer in `reward_model.ground_truth` or `extra_info.answer`.

A prompt that was written for a model's template, as Logic-RL's, is cut back into its turns. All other columns stay for
the grader.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from msgspec import Struct, field

from shared.core.prepare.chat import Message
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.making.draft import HAS_TEXT
from shared.core.prepare.making.problem_prompt import asked, mended_prompt
from shared.core.prepare.making.reference import as_text, problem, with_item

OWN = frozenset({"prompt", "reward_model", "extra_info"})
NO_TRUTH = Fault(HAS_TEXT, "there is no right answer to compare with", "'ground_truth' in 'reward_model'")


class Verl(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prompt and how its answers are rewarded."""

    prompt: str | list[Message]
    reward_model: dict[str, object] | None = None
    extra_info: dict[str, object] | None = None
    item: dict[str, object] = field(default_factory=dict[str, object])


def claims(keys: Keys) -> bool:
    """A prompt, and Verl's objects for its reward."""
    return "prompt" in keys and not keys.isdisjoint({"reward_model", "extra_info"}) and "messages" not in keys


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Mend the prompt's messages as those of a chat, and keep the other columns for the grader."""
    return mended_prompt(with_item(row, OWN))


def convert(row: Verl, _wishes: Wishes) -> Example:
    """The prompt, its right answer as text, and all columns as they were."""
    draft = asked(row.prompt)
    truth = _truth(row.reward_model or {}, row.extra_info or {})
    originals = {"reward_model": row.reward_model, "extra_info": row.extra_info}
    item = {**row.item, **{key: value for key, value in originals.items() if value is not None}}
    return Example(problem(draft.chat, truth, item), draft.fixes)


def _truth(reward_model: Mapping[str, object], extra_info: Mapping[str, object]) -> str:
    """The right answer; of an object that has the answer as a text beside its workings, that text (Logic-RL)."""
    truth = reward_model.get("ground_truth", extra_info.get("answer"))
    if truth is None:
        raise Unusable(NO_TRUTH)
    text = cast("Row", truth).get("solution_text_format") if isinstance(truth, dict) else None
    return text if isinstance(text, str) else as_text(cast("object", truth))


FORMATS = (
    Format(
        name="Verl",
        order=140,
        fields="prompt, reward_model",
        claims=claims,
        row=Verl,
        converts={"rft": convert},
        mend=mend,
    ),
)
