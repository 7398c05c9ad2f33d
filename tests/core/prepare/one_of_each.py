"""Sound rows of each format: what properties are tried on, and what the fuzz target begins with."""

import json

from shared.core.prepare.format import Format
from shared.core.prepare.formats import known_formats
from shared.core.prepare.targets import Method
from tests.core.prepare.dropping import Line

type Rows = list[Line]

ASKED, RIGHT, WRONG = "6 * 7 = ?", "42", "41"
LINK = "https://example.com/sum.png"
USER, REPLY, WORSE = (
    {"role": "user", "content": ASKED},
    {"role": "assistant", "content": RIGHT},
    {"role": "assistant", "content": WRONG},
)
SHARED = [{"from": "human", "value": ASKED}, {"from": "gpt", "value": RIGHT}]
NOVA_USER = {"role": "user", "content": [{"text": ASKED}]}

FUNCTION = {
    "name": "product_of",
    "description": "The product of two numbers.",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
}
TOOL = {"type": "function", "function": FUNCTION}
ARGUMENTS = {"a": 6, "b": 7}
CALL = {"name": "product_of", "arguments": ARGUMENTS}
FLAT_CALL = {"name": "product_of", "arguments": json.dumps(ARGUMENTS)}
CALLS = {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": FLAT_CALL}]}
GLAIVE = f"SYSTEM: You have access to the following functions. Use them if required -\n{json.dumps(FUNCTION)}\n"
HERMES = f"Use <tools> {json.dumps([TOOL])} </tools> For each call answer with <tool_call>."
TOOLACE = (
    f"Here is a list of functions in JSON format that you can invoke:\n{json.dumps([FUNCTION])}. \n"
    "Should you decide to return the function call(s).\nPut it in the format of [func1()]"
)

PAIR = {"chosen": RIGHT, "rejected": WRONG}
CONVERSATIONS = {"chosen": [USER, REPLY], "rejected": [USER, WORSE]}
HELPSTEER3 = {"domain": "general", "language": "english", "context": [USER]}
SCORES = {"correctness": 3, "coherence": 4, "complexity": 1, "verbosity": 2}


def _ranked(name: str, parent: str | None, role: str, text: str, rank: int | None) -> Line:
    return {"message_id": name, "parent_id": parent, "role": role, "text": text, "rank": rank, "message_tree_id": "1"}


def _rated(text: str, score: int) -> Line:
    return {"model": "m", "response": text, "annotations": {}, "fine-grained_score": score, "overall_score": score}


def _candidate(text: str, label: str) -> Line:
    return {"content": [{"text": text}], "preferenceLabel": label}


_ROWS: dict[str, Line | Rows] = {
    "Azure RFT": [
        {"messages": [USER], "reference_answer": RIGHT},
        {"messages": [USER], "tools": [TOOL], "reference_answer": RIGHT},
    ],
    "Axolotl chat": {"messages": [USER, {**REPLY, "train": True}]},
    "Azure DPO": [
        {"input": {"messages": [USER]}, "preferred_output": [REPLY], "non_preferred_output": [WORSE]},
        {
            "input": {"messages": [USER], "tools": [TOOL]},
            "preferred_output": [CALLS],
            "non_preferred_output": [WORSE],
        },
    ],
    "HelpSteer3 feedback": {
        **HELPSTEER3,
        "response1": RIGHT,
        "response2": WRONG,
        "feedback1": ["The response is perfectly helpful. It is right."],
        "feedback2": ["The response is not helpful. It is wrong."],
    },
    "HelpSteer3 preference": {
        **HELPSTEER3,
        "response1": RIGHT,
        "response2": WRONG,
        "overall_preference": -2,
        "individual_preference": [{"score": -2, "reasoning": ""}],
    },
    "HelpSteer3 edit": {**HELPSTEER3, "original_response": WRONG, "edited_response": RIGHT, "feedback": []},
    "HelpSteer3 edit quality": {
        **HELPSTEER3,
        "original_response": "40",
        "good_edited_response": RIGHT,
        "bad_edited_response": WRONG,
    },
    "HelpSteer2 preference": {"prompt": ASKED, "response_1": RIGHT, "response_2": WRONG, "preference_strength": -2},
    "HelpSteer": [
        {"prompt": ASKED, "response": RIGHT, "helpfulness": 4, **SCORES},
        {"prompt": ASKED, "response": WRONG, "helpfulness": 3, **SCORES},
    ],
    "stepwise": {"prompt": ASKED, "completions": ["6 * 7 = 42.", "It is 42."], "labels": [True, True]},
    "KTO": [
        {"prompt": ASKED, "completion": RIGHT, "label": True},
        {"prompt": ASKED, "completion": WRONG, "label": False},
    ],
    "KTO chat": [{"messages": [USER, REPLY], "label": True}, {"messages": [USER, WORSE], "label": False}],
    "Argilla responses": {"instruction": ASKED, "chosen_response": RIGHT, "rejected_response": WRONG},
    "UltraFeedback": {
        "source": "sums",
        "instruction": ASKED,
        "models": ["m", "n"],
        "completions": [_rated(RIGHT, 9), _rated(WRONG, 2)],
    },
    "Nova DPO": {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "Be brief."}],
        "messages": [
            NOVA_USER,
            {"role": "assistant", "candidates": [_candidate(RIGHT, "preferred"), _candidate(WRONG, "non-preferred")]},
        ],
    },
    "distilabel ratings": {"instruction": ASKED, "generations": [RIGHT, WRONG], "ratings": [5, 2]},
    "Arena": {
        "conversation_a": [USER, REPLY],
        "conversation_b": [USER, WORSE],
        "winner": "model_a",
        "model_a": "m",
        "model_b": "n",
    },
    "SHP": {
        "history": ASKED,
        "human_ref_A": RIGHT,
        "human_ref_B": WRONG,
        "labels": 1,
        "score_A": 9,
        "score_B": 2,
    },
    "Nectar": {
        "prompt": f"\n\nHuman: {ASKED}\n\nAssistant: ",
        "answers": [
            {"answer": RIGHT, "model": "m", "rank": 1},
            {"answer": WRONG, "model": "n", "rank": 2},
        ],
    },
    "HH-RLHF": {key: f"\n\nHuman: {ASKED}\n\nAssistant: {reply}" for key, reply in PAIR.items()},
    "Axolotl preference": {"messages": [USER], "chosen": REPLY, "rejected": WORSE},
    "UltraFeedback binarized": {
        "prompt": ASKED,
        "prompt_id": "p1",
        "messages": [USER, REPLY],
        "score_chosen": 8.5,
        "score_rejected": 6,
        **CONVERSATIONS,
    },
    "Argilla cleaned": {"prompt": ASKED, "chosen-rating": 5, "rejected-rating": 3.5, **CONVERSATIONS},
    "Intel Orca": {"system": "Be brief.", "question": ASKED, **PAIR},
    "LLaMA-Factory ranking": {"instruction": ASKED, "input": "", **PAIR},
    "distilabel Orca": {"system": "Be brief.", "input": ASKED, "rating": [9, 7], "status": "unchanged", **PAIR},
    "LLaMA-Factory ranking of turns": {
        "conversations": SHARED[:1],
        "chosen": {"from": "gpt", "value": RIGHT},
        "rejected": {"from": "gpt", "value": WRONG},
    },
    "preference pairs": {"prompt": ASKED, **PAIR},
    "LLaMA-Factory ranking of messages": {"chosen_messages": [USER, REPLY], "rejected_messages": [USER, WORSE]},
    "xLAM": {"query": ASKED, "answers": json.dumps([CALL]), "tools": json.dumps([FUNCTION])},
    "BFCL questions": [
        {"id": "simple_1", "question": [[USER]], "function": [FUNCTION]},
        {"id": "simple_1", "ground_truth": [{"product_of": {"a": [6], "b": [7]}}]},
    ],
    "Glaive": {
        "system": GLAIVE,
        "chat": f"USER: {ASKED}\n\n\nASSISTANT: <functioncall> "
        f"""{{"name": "product_of", "arguments": '{json.dumps(ARGUMENTS)}'}} <|endoftext|>""",
    },
    "images beside the text": {"messages": [{"role": "user", "content": f"<image>{ASKED}"}, REPLY], "images": [LINK]},
    "image with prompt and reply": {"image": LINK, "question": ASKED, "answer": RIGHT},
    "Hermes": {
        "conversations": [
            {"from": "system", "value": HERMES},
            SHARED[0],
            {"from": "gpt", "value": f"<tool_call>\n{json.dumps(CALL)}\n</tool_call>"},
        ]
    },
    "ToolACE": {
        "system": TOOLACE,
        "conversations": [
            {"from": "user", "value": ASKED},
            {"from": "assistant", "value": "[product_of(a=6, b=7)]"},
        ],
    },
    "ShareGPT": {"conversations": SHARED},
    "Vertex": {
        "contents": [{"role": "user", "parts": [{"text": ASKED}]}, {"role": "model", "parts": [{"text": RIGHT}]}]
    },
    "Nova RFT": {"schemaVersion": "x", "messages": [NOVA_USER], "reference_answer": 42},
    "Nova": {
        "schemaVersion": "x",
        "messages": [NOVA_USER, {"role": "assistant", "content": [{"text": RIGHT}]}],
    },
    "Verl": {"prompt": [USER], "reward_model": {"ground_truth": RIGHT}},
    "multiple choice": {"question": ASKED, "choices": [WRONG, RIGHT], "answer": "B"},
    "NeMo Gym": {
        "responses_create_params": {"input": [USER], "tools": [{"type": "function", **FUNCTION}]},
        "ground_truth": [FLAT_CALL],
    },
    "FastChat questions": [
        {"question_id": 1, "category": "sums", "turns": [ASKED]},
        {"question_id": 1, "choices": [{"index": 0, "turns": [RIGHT]}]},
    ],
    "Countdown": {"target": 42, "nums": [6, 7]},
    "Osmosis": {"user_prompt": ASKED, "ground_truth": RIGHT},
    "TRL GRPO": {"prompt": ASKED, "ground_truth": RIGHT},
    "jeopardy": {"category": "SUMS", "question": ASKED, "answer": RIGHT, "round": "x"},
    "Azure chat": [
        {"messages": [USER, REPLY]},
        {"messages": [USER, CALLS], "tools": [TOOL]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": LINK}}]}, REPLY]},
    ],
    "prompt/completion messages": {"prompt": [USER], "completion": [REPLY]},
    "promptflow chat": {"chat_history": [], "question": ASKED, "answer": RIGHT},
    "conversation": {"conversation": [USER, REPLY]},
    "items": {"items": [USER, REPLY]},
    "UltraChat": {"data": [ASKED, RIGHT]},
    "segments": {"segments": [{"label": False, "text": ASKED}, {"label": True, "text": RIGHT}]},
    "OASST tree": [
        _ranked("1", None, "prompter", ASKED, None),
        _ranked("1a", "1", "assistant", WRONG, 1),
        _ranked("1b", "1", "assistant", RIGHT, 0),
    ],
    "reflection": {"instruction": ASKED, "output": WRONG, "corrected": RIGHT},
    "OASST flat": {"INSTRUCTION": ASKED, "RESPONSE": RIGHT},
    "Alpaca": {"instruction": ASKED, "input": "", "output": RIGHT},
    "input/output": {"input": ASKED, "output": RIGHT},
    "input/target": {"input": ASKED, "target": RIGHT},
    "inputs/targets": {"inputs": ASKED, "targets": RIGHT},
    "message_1/message_2": {"message_1": ASKED, "message_2": RIGHT},
    "prompt/generation": {"prompt": ASKED, "generation": RIGHT},
    "query/response": {"query": ASKED, "response": RIGHT},
    "article/summary": {"article": ASKED, "summary": RIGHT},
    "document/summary": {"document": ASKED, "summary": RIGHT},
    "dialogue/summary": {"dialogue": ASKED, "summary": RIGHT},
    "problem/solution": {"problem": ASKED, "solution": RIGHT},
    "prompt/response": {"prompt": ASKED, "response": RIGHT},
    "prompt/completion": {"prompt": ASKED, "completion": RIGHT},
    "question/answer": {"question": ASKED, "answer": RIGHT},
    "question/response": {"question": ASKED, "response": RIGHT},
    "prompt/answer": {"prompt": ASKED, "answer": RIGHT},
    "input_text/output_text": {"input_text": ASKED, "output_text": RIGHT},
    "raw text": {"text": f"Human: {ASKED}\n\nAssistant: {RIGHT}"},
}

ROWS: dict[str, Rows] = {name: rows if isinstance(rows, list) else [rows] for name, rows in _ROWS.items()}
"""By the format's name. Rows that need others of their group have them beside them."""

GOES_WITH_QUESTIONS = {"BFCL answers", "FastChat answers"}  #: formats whose rows stand with those of another

THERE_TO_REFUSE = {("Countdown", "sft"), ("Azure RFT", "sft"), ("reflection", "dpo")}
"""Formats and methods whose conversion only says why it is none."""

FORMATS = [one for one in known_formats() if isinstance(one, Format)]
MADE: list[tuple[str, Method]] = [
    (one.name, method)
    for one in FORMATS
    if one.name in ROWS
    for method in one.converts
    if (one.name, method) not in THERE_TO_REFUSE
]
"""Formats, and methods that their rows above make examples for."""
