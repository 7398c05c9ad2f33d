"""Rules 35 and 36: marks of trainers inside a text, which end a turn or begin one where none should."""

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Kind, Span, near

REACH = 40  #: characters; longer than any of the tokens

# "Example ... message contains an invalid token: <|fim_suffix|>" (the service's answer, johny-b/llmcomp#59, 2026-02).
# The others are special tokens of the same tokenizers (tiktoken 0.14) and of their chat format.
REFUSED = r"<\|(?:endoftext|endofprompt|fim_(?:prefix|middle|suffix)|im_(?:start|end|sep))\|>"

OTHERS = (
    r"<\|(?:begin_of_text|end_of_text|eot_id|eom_id|start_header_id|end_header_id|python_tag)\|>",  # Llama 3
    r"<\|(?:start|end|message|channel|constrain|return|call)\|>",  # Harmony, for gpt-oss
    r"<\|(?:system|user|assistant|tool)\|>",  # Phi, Zephyr
    r"<\|(?:START|END)_OF_TURN_TOKEN\|>",  # Command R
    r"<(?:start|end)_of_turn>",  # Gemma
    r"<extra_id_\d{1,3}>",  # T5; Nemotron and HelpSteer2 between turns
    r"\[/?INST\]",  # Llama 2, Mistral
    r"<</?SYS>>",
    r"\[gMASK\]",  # ChatGLM
)
DEEPSEEK = "<\uff5c(?:begin\u2581of\u2581sentence|end\u2581of\u2581sentence|User|Assistant)\uff5c>"  #: wide bars

OPENING, CLOSING = ("<s>", "<bos>"), ("</s>", "<eos>")

IS_REFUSED = Rule(35, "special tokens", "reject", "remove the token: the service sets its own between turns")
IS_OTHERS = Rule(35, "special tokens", "warning", "remove the token: it means something to another trainer only")
IS_RESERVED = Rule(36, "reserved words", "warning", "cut the turns into messages, each with its role")


def _edge(text: str, at: int) -> Span | None:
    """A start or end token at an edge of a text. HTML strikes words out with the same tags, in pairs."""
    whole = text.strip()
    inner = whole
    for token in OPENING:
        inner = inner.removeprefix(token)
    for token in CLOSING:
        inner = inner.removesuffix(token)
    if len(inner) == len(whole) or any(token in inner for token in (*OPENING, *CLOSING)):
        return None
    first = text.index(whole)
    before = whole.index(inner) if inner else len(whole)
    is_opening = at <= first + before
    return (first, first + before) if is_opening else (first + before + len(inner), first + len(whole))


DETECTORS = (
    Detector(
        Kind(IS_REFUSED, "token the service refuses", "a text contains a token that the service refuses"),
        (REFUSED.encode(),),
        near(REFUSED, REACH),
    ),
    Detector(
        Kind(IS_OTHERS, "token of another trainer", "a text contains a token of another trainer's format"),
        (*(token.encode() for token in OTHERS), DEEPSEEK.encode()),
        near("|".join((*OTHERS, DEEPSEEK)), REACH),
    ),
    Detector(
        Kind(IS_OTHERS, "start or end token", "a text begins or ends with another trainer's start or end token"),
        (rb'"(?:\\n| )*<(?:s|bos)>', rb'</?(?:s|eos)>(?:\\n| )*"'),
        _edge,
    ),
    Detector(
        Kind(IS_RESERVED, "turn inside a text", "a text contains 'Human:' or 'Assistant:' at the beginning of a line"),
        (rb"\\n(?:Human|Assistant):",),
        near(r"\n(?:Human|Assistant):", REACH),
    ),
)
