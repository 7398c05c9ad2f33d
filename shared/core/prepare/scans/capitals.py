"""Rule 43: texts of which more than a third is written in capitals."""

import re
import string

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Kind, Span

IS_CALM = Rule(43, "capitals", "warning", "write the text in usual letters, unless the model shall write capitals")

MOST_CAPITALS = 1 / 3  #: of the letters A to Z in either case
ENOUGH_LETTERS = 40

CAPITALS, LETTERS = string.ascii_uppercase.encode(), string.ascii_letters.encode()

CODE = re.compile(r"```|\b(?:SELECT|FROM|WHERE|GROUP BY|CREATE TABLE|INSERT INTO|VALUES|UPDATE)\b[^.!?]{0,80}[(=;*,`]")
WORD_IN_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
# Whoever shouts writes words in capitals. What has capitals but no such words (base64, formulas) is no shouting.
WORDS_IN_CAPITALS = rb"[A-Z]{3} [A-Z ]{6}"


def _shouts(text: str, _at: int) -> Span | None:
    stored = text.encode()
    letters = len(stored) - len(stored.translate(None, LETTERS))
    capitals = len(stored) - len(stored.translate(None, CAPITALS))
    if letters < ENOUGH_LETTERS or capitals <= letters * MOST_CAPITALS or CODE.search(text):
        return None
    shouted = sum(map(len, WORD_IN_CAPITALS.findall(text)))
    return (0, len(text)) if shouted > letters * MOST_CAPITALS else None


DETECTORS = (
    Detector(
        Kind(IS_CALM, "text in capitals", "more than a third of a text is words in capitals"),
        (WORDS_IN_CAPITALS,),
        _shouts,
        is_of_whole=True,
    ),
)
