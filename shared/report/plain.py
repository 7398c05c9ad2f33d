"""Texts from outside, made fit to be shown: names, reasons, the services' own words. They are data, never markup."""

import re

BIDI_CONTROLS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""They reorder what stands around them. Source: Unicode Standard Annex 9, section 2."""
INVISIBLE = (0x00AD, 0x200B, 0x2060, 0xFEFF)
CONTROLS = (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))
SURROGATES = range(0xD800, 0xE000)  #: a lone one cannot be written as UTF-8

_SHOWN: dict[int, str] = {
    **dict.fromkeys((*BIDI_CONTROLS, *INVISIBLE), ""),
    **dict.fromkeys(CONTROLS, " "),
    **dict.fromkeys(SURROGATES, "\N{REPLACEMENT CHARACTER}"),
}
_UNFIT = re.compile(f"[{''.join(map(re.escape, map(chr, _SHOWN)))}]")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text without what changes the look of its neighbours; line breaks and tabs stay."""
    return _UNFIT.sub(lambda found: _SHOWN[ord(found[0])], text)


def one_line(text: str) -> str:
    return _SPACE.sub(" ", plain(text)).strip()


def cut(text: str, most: int) -> str:
    """At most `most` characters of the text, and then word that it was cut."""
    if len(text) <= most:
        return text
    return f"{text[:most].rstrip()}\N{HORIZONTAL ELLIPSIS} [cut: {len(text):,} characters in all]"
