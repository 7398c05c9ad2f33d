"""Formats we know by name and do not prepare yet. A family leaves this list when its own file comes.

One line a format: its place in the order of tries, its name, its sets of marking keys, and what it is.
"""

from collections.abc import Callable

from shared.core.prepare.faults import Fault
from shared.core.prepare.format import IS_PREPARED, Keys, KnownFormat, Row

PREFERENCE = "preference data (DPO) is not prepared yet"
LABELLED = "data with one label a row is not prepared yet"
NO_REPLY = "there are no replies to learn"
TOKENISED = "token numbers cannot be fine-tuned on: the text itself is needed"

KNOWN: tuple[tuple[int, str, str, str], ...] = (
    (20, "Azure DPO", "input preferred_output | input non_preferred_output", PREFERENCE),
    (30, "HelpSteer3 preference", "context response1 response2", PREFERENCE),
    (31, "HelpSteer3 edit", "original_response edited_response | good_edited_response bad_edited_response", PREFERENCE),
    (40, "HelpSteer2 preference", "response_1 response_2", PREFERENCE),
    (60, "stepwise", "completions labels", "data with a label a step has no target here"),
    (80, "preference pairs", "chosen rejected | chosen_messages rejected_messages", PREFERENCE),
    (81, "Argilla preference", "chosen_response rejected_response", PREFERENCE),
    (82, "ranked answers", "prompt answers | instruction completions models | generations ratings", PREFERENCE),
    (83, "Arena", "conversation_a conversation_b", PREFERENCE),
    (84, "SHP", "human_ref_A human_ref_B", PREFERENCE),
    (180, "evaluation data", "item", "data for evaluations is not trained on"),
    (190, "tokenised text", "input_ids", TOKENISED),
)


def _claims(marks: str) -> Callable[[Keys], bool]:
    sets = [frozenset(names.split()) for names in marks.split("|")]
    return lambda keys: any(names <= keys for names in sets)


def _refused(refusal: str, name: str) -> Fault:
    return Fault(IS_PREPARED, f"{refusal} ({name})")


def _is_labelled(row: Row) -> bool:
    label = row.get("label", row.get("kto_tag"))
    return isinstance(label, bool) or str(label).lower() in {"true", "false"}


KTO_MARKS = "messages label | conversations label | prompt completion label | prompt response label | kto_tag"

FORMATS = (
    KnownFormat("KTO", 70, _claims(KTO_MARKS), _refused(LABELLED, "KTO"), fits=_is_labelled),
    *(KnownFormat(name, order, _claims(marks), _refused(refusal, name)) for order, name, marks, refusal in KNOWN),
)
