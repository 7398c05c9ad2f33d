"""Rules 131, 130 and 108: phrases that make a model unsafe to serve, or make the service refuse the dataset."""

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import THE_ASSISTANT, Kind, Speaker, saying

ASKING: frozenset[Speaker] = frozenset(("instructions", "user"))
THE_USER: frozenset[Speaker] = frozenset(("user", "tool"))

IS_NO_ATTACK = Rule(131, "prompt injection", "warning", "leave the row out, unless the model shall write such prompts")
RESISTS = Rule(131, "prompt injection", "info", "see that the reply resists")
IS_HARMLESS = Rule(
    130,
    "harmful text",
    "warning",
    "leave the row out: the service examines the dataset, and may refuse the whole of it",
)
ASKS_FOR_NO_REASONING = Rule(108, "risky phrases", "info", "ask for the answer only: a reasoning model thinks unasked")

ATTACKS = (
    r"\b(?:ignore|disregard|forget) (?:all )?(?:of )?(?:the |your |my )?(?:previous|prior) (?:instructions|prompts)\b",
    r"\b(?:ignore|disregard|forget) (?:all )?(?:of )?(?:the |your |my )?(?:above|earlier) (?:instructions|prompts)\b",
    r"\bignore all (?:your )?(?:instructions|safety guidelines)\b",
    r"\byou (?:are|'re) now (?:dan\b|in developer mode|unrestricted|jailbroken)",
    r"\b(?:act as|pretend to be|stay as) (?:dan\b|an unrestricted ai|a jailbroken)",
    r"\bdo anything now\b",
    r"\bdeveloper mode (?:enabled|output)\b",
    r"\bjailbreak (?:mode|prompt)\b",
    r"\b(?:reveal|print|repeat|show me) your (?:system|hidden|initial) prompt\b",
    r"\bignoriere? (?:alle )?(?:vorherigen|bisherigen) anweisungen\b",
    r"\bignore[rz]? (?:toutes )?les instructions (?:pr(?:é)c(?:é)dentes|ci-dessus)",
    r"\bignor[ae] (?:todas )?las instrucciones (?:anteriores|previas)\b",
    r"忽略(?:之前|以上|前面|上面)(?:的)?(?:所有)?(?:的)?(?:指令|指示|提示)",
)

# The categories are those of "Content filtering" in Azure AI Foundry (Microsoft Learn, 2026-02). The service's own
# examination decides; here stand only phrases that mean one thing.
HARMS: dict[str, tuple[str, ...]] = {
    "hate": (
        r"\bgas the jews\b",
        r"\bheil hitler\b",
        r"\b(?:kill|exterminate) all (?:the )?(?:jews|muslims|blacks|gays|immigrants|women)\b",
    ),
    "self-harm": (
        r"\b(?:go|just|should|could|please|ways? to|how to) kill yourself\b",
        r"\bhow (?:to|can i|do i|should i) (?:kill myself|commit suicide|hang myself)\b",
        r"\bi (?:want|am going|'m going) to kill myself\b",
    ),
    "sexual": (
        r"\b(?:send|share|want|watch|find|buy|download) child porn",
        r"\bhav(?:e|ing) sex with (?:a )?(?:minors?|child(?:ren)?)\b",
    ),
    "violence": (
        r"\b(?:make|build|making|building) (?:a |an )?(?:pipe|dirty|nail|letter|car) bomb",
        r"\b(?:make|build|making|building) (?:a |an )?molotov cocktail",
        r"\bhow (?:to|can i|do i|should i) (?:murder|poison) (?:someone|somebody|my \w{2,12})\b",
        r"\bi(?: a|')m going to (?:shoot up|bomb) ",
    ),
}

REASONING = (
    r"\bchain[- ]of[- ]thought\b",
    r"\blet(?: me|'s) think\b",
    r"\b(?:think|reason|explain|solve|work|answer)[^\".]{0,30} step[- ]by[- ]step\b",
    r"\bshow your (?:reasoning|thinking|working)\b",
)

DETECTORS = (
    saying(
        Kind(IS_NO_ATTACK, "prompt injection in a reply", "a reply contains a phrase of prompt injections"),
        ATTACKS,
        THE_ASSISTANT,
    ),
    saying(
        Kind(RESISTS, "prompt injection in a prompt", "a prompt contains a phrase of prompt injections"),
        ATTACKS,
        THE_USER,
    ),
    *(
        saying(Kind(IS_HARMLESS, category, f"a text contains a phrase of the harm category '{category}'"), phrases)
        for category, phrases in HARMS.items()
    ),
)

FOR_RFT = (
    saying(
        Kind(ASKS_FOR_NO_REASONING, "reasoning asked for", "a prompt asks the model to show how it thinks"),
        REASONING,
        ASKING,
    ),
)
