"""In which script each example is written, told by the first bytes of its characters."""

import numpy as np

from shared.core.prepare.measure.texts import Bytes, Numbers, Texts

SCRIPTS = (
    "Latin",
    "Greek",
    "Cyrillic",
    "Hebrew",
    "Arabic",
    "Indic",
    "Thai",
    "Chinese",
    "Japanese",
    "Korean",
)
LATIN, GREEK, CYRILLIC, HEBREW, ARABIC, INDIC, THAI, CHINESE, JAPANESE, KOREAN = range(len(SCRIPTS))

SCRIPT_OF = {
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn"), CYRILLIC),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), ARABIC),
    **dict.fromkeys(("hi", "mr", "ne", "bn", "pa", "gu", "ta", "te", "kn", "ml", "si"), INDIC),
    "el": GREEK,
    "he": HEBREW,
    "th": THAI,
    "zh": CHINESE,
    "ja": JAPANESE,
    "ko": KOREAN,
}
"""Languages that are not written in Latin letters."""

# First bytes of UTF-8 (Unicode 16, blocks): from, to, script.
LEADS = (
    (0xCE, 0xCF, GREEK),
    (0xD0, 0xD3, CYRILLIC),
    (0xD6, 0xD7, HEBREW),
    (0xD8, 0xDB, ARABIC),
    (0xE0, 0xE0, INDIC),
    (0xE4, 0xE9, CHINESE),
    (0xEA, 0xED, KOREAN),
)
PAIRS = ((0xE0, 0xB8, 0xBB, THAI), (0xE3, 0x81, 0x83, JAPANESE), (0xC3, 0x80, 0xBF, LATIN))
"""Where the second byte tells: first byte, then from, to, script."""

LOOKED_AT = 128  #: bytes of each text

NEITHER = len(SCRIPTS)  #: punctuation, symbols, emoji
FIRST_LEAD = 0xC2  #: bytes from here on begin a character that ASCII has not

WEIGHTS = np.array([3 if script in {CHINESE, JAPANESE, KOREAN} else 1 for script in range(NEITHER)])
"""Letters of an alphabet that a character is worth."""
BYTES = np.array([2 if script in {LATIN, GREEK, CYRILLIC, HEBREW, ARABIC} else 3 for script in range(NEITHER + 1)])
"""Of a character; those of no script have three mostly."""
KANA_SHARE = 0.05  #: of Chinese characters, from which on they are Japanese


def _kinds() -> Bytes:
    """The script, or `NEITHER`, by the first two bytes of a character."""
    kinds = np.full((256, 256), NEITHER, np.uint8)
    for low, high, script in LEADS:
        kinds[low : high + 1] = script
    for lead, low, high, script in PAIRS:
        kinds[lead, low : high + 1] = script
    return kinds


KINDS = _kinds()


def script_of_rows(prompts: Texts, replies: Texts) -> Numbers:
    """The script of most letters of some prompts and replies, for each row: its number in `SCRIPTS`.

    Their beginnings are looked at.
    """
    text_row = np.concatenate((prompts.row, replies.row))
    start = np.concatenate((prompts.start, replies.start))
    size = np.minimum(np.concatenate((prompts.length, replies.length)), LOOKED_AT)
    row = np.repeat(text_row, size)
    place = np.repeat(start - (np.cumsum(size) - size), size) + np.arange(len(row))
    begins = np.flatnonzero(prompts.buffer[place] >= FIRST_LEAD)
    row, place = row[begins], place[begins]
    kind = KINDS[prompts.buffer[place], prompts.buffer[place + 1]]
    kinds = len(SCRIPTS) + 1
    counts = np.bincount(row * kinds + kind, minlength=prompts.rows * kinds).reshape(prompts.rows, kinds)
    return _main_script(counts, np.bincount(text_row, size, prompts.rows).astype(np.int64))


def _main_script(counts: Numbers, text_bytes: Numbers) -> Numbers:
    """From the characters of each kind, which are none that ASCII has, and the bytes of all."""
    weights = counts[:, :NEITHER] * WEIGHTS
    weights[:, LATIN] += np.maximum(text_bytes - counts @ BYTES, 0)
    is_japanese = counts[:, JAPANESE] > KANA_SHARE * counts[:, CHINESE]
    weights[:, JAPANESE] += np.where(is_japanese, weights[:, CHINESE], 0)
    return np.argmax(weights, axis=1)
