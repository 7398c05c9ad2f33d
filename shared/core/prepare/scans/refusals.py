"""Rule 40: replies that refuse, or speak of the model instead of the matter.

They are counted: a few are right, many teach a model to refuse.
"""

import re

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import THE_ASSISTANT, Kind, saying

BEGINNING = 200  #: characters of a reply; one that refuses says so at once

SPEAKS_OF_THE_MATTER = Rule(
    40, "refusals and boilerplate", "warning", "keep such replies only where the model shall give them"
)

OF_ITSELF = (
    r"\bas an ai(?:,? i\b| (?:language )?model\b| assistant\b| developed by)",
    r"\bas an? (?:large )?language model,? i\b",
    r"\bas an artificial intelligence\b",
    r"\bi(?: a|')m (?:just |only )?an ai (?:language )?model\b",
    r"\bals (?:ein )?(?:ki-|sprach|gro(?:ß)es sprach)modell\b",
    r"\bals ki-(?:sprach|assistent)",
    r"\bals k(?:ü)nstliche intelligenz\b",
    r"\ben tant qu(?:e mod(?:è)le de langage|'(?:ia\b|intelligence artificielle|assistant ia))",
    r"\bcomo (?:un |um )?modelo de (?:lenguaje|linguagem)\b",
    r"\bcomo (?:una )?(?:ia,|inteligencia artificial)",
    r"作为(?:一个|一名|一款)?(?:ai|人工智能|(?:大)?语言模型)",
    r"(?:ai|人工知能|言語モデル|aiアシスタント)として、",
)
REFUSING = (
    r"\bi(?: a|')m (?:very |really |so )?sorry,? but (?:i can't|i cannot|i can not|i won't)",
    r"\bi(?: a|')m (?:very |really |so )?sorry,? but (?:i am|i'm) (?:unable|not able)",
    r"\bi (?:can't|cannot|can not|won't) (?:assist|help|comply|fulfill|engage|support|provide|create|write) ",
    r"\bi(?: a|')m (?:unable|not able) to (?:assist|help|comply|fulfill|engage|support|provide|create)\b",
    r"\btut mir leid, (?:aber )?(?:ich kann|dabei kann ich|das kann ich)\b",
    r"\bich kann (?:ihnen|dir) (?:dabei|damit|hierbei) nicht\b",
    r"\bje suis d(?:é)sol(?:é)e?,? mais je ne (?:peux|suis)",
    r"\bje ne peux pas (?:vous |t')(?:aider|fournir|r(?:é)pondre|assister)",
    r"\blo siento,? pero no puedo\b",
    r"\bno puedo (?:ayudar(?:te|le)?|asistir(?:te|le)?) (?:con|en) ",
    r"(?:抱歉|对不起)(?:，|,)(?:但)?(?:是)?我(?:不能|无法|没办法)",  # noqa: RUF001 - a Chinese comma
    r"我(?:不能|无法)(?:协助|帮助你|帮助您|满足您|满足你)",
    r"申し訳(?:ありません|ございません)が、[^\"]{0,90}(?:できません|できかねます)",
)


def _begins_so(match: re.Match[str]) -> bool:
    return match.start() <= BEGINNING


DETECTORS = (
    saying(
        Kind(SPEAKS_OF_THE_MATTER, "boilerplate", "a reply speaks of itself as an AI or a language model"),
        OF_ITSELF,
        THE_ASSISTANT,
    ),
    saying(Kind(SPEAKS_OF_THE_MATTER, "refusal", "a reply refuses"), REFUSING, THE_ASSISTANT, _begins_so),
)
