"""Rule 41: what stayed in a text from where it came: escapes, a wrong encoding, HTML, separators, templates."""

import re
from functools import lru_cache

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Kind, near

IS_CLEAN = Rule(41, "leftovers", "warning", "clean the text, unless the model shall write this")
IS_FILLED = Rule(41, "leftovers", "warning", "fill the template in: the model would learn to write the placeholder")

REACH = 160  #: characters

MARKUP = re.compile(
    r"`|<!doctype|<script|<html|\b(?:html|xml|jsx?|css|php|javascript|typescript|react|angular|vue|jinja|django|latex)\b"
    r"|\b(?:mark-?up|tags?|web ?pages?|web ?sites?|scrap(?:e|ing))\b|网页|标签|代码",
    re.IGNORECASE,
)
TEMPLATES = re.compile(
    r"`|\b(?:jinja2?|mustache|handlebars|liquid|django|angular|vue|react|helm|ansible|latex|templates?|placeholders?)\b"
    r"|模板|占位",
    re.IGNORECASE,
)
CODE = re.compile(
    r"[`;{}$]|[\"']\\n|\\n[\"']|\\[a-mo-z]|\b(?:print|def|function|regex|escaped?|newlines?)\b", re.IGNORECASE
)

ESCAPED = r"(?:[^\W\d_]|[.!?:;,)\"。！？：；，）”]) ?(?:\\n){1,4}(?=[ \-*\d#A-Z\"“(]|[^\x00-\x7f]|\Z)"  # noqa: RUF001 - Chinese signs

# What UTF-8 looks like when it is read as Windows-1252: letters of the West, signs, emoji, marks, Cyrillic letters.
WINDOWS = "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2020-\u2022\u2030\u2039\u203a\u20ac\u2122"
QUOTES = "\u2013\u2014\u2018-\u201e\u2026"  #: behind a word in capitals they are what they seem, if no letter follows
ANY = f"[\u0080-\u00bf{WINDOWS}{QUOTES}]"
MISREAD = (
    f"[\u00c2\u00c3][\u0080-\u00bf{WINDOWS}]|\u00c3[{QUOTES}](?=[a-z])"
    f"|\u00e2[\u20ac\u201a\u201e\u2020]{ANY}|\u00f0\u0178{ANY}{{2}}|\u00ef\u00bb\u00bf|\u00ef\u00bf\u00bd"
    f"|(?:[\u00d0\u00d1]{ANY}){{3}}"
)
MISREAD_CANDIDATES = (
    rb"\xc3[\x82\x83\x90\x91](?:\xc2[\x80-\xbf]|\xc5[\x92-\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2[\x80-\x84][\x80-\xbf])",
    rb"\xc3\xa2\xe2(?:\x82\xac|\x80[\x9a\x9e\xa0])",
    rb"\xc3\xb0\xc5\xb8",
    rb"\xc3\xaf\xc2(?:\xbb\xc2\xbf|\xbf\xc2\xbd)",
)

TAGS = "br|p|div|span|li|ul|ol|td|tr|table|strong|em|h[1-6]|font"
HTML = (
    r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|hellip|#\d{2,5}|#x[0-9a-fA-F]{2,5});"
    rf"|</?(?:{TAGS})(?: [^<>\n]{{0,120}})?/?>"
)
HTML_CANDIDATES = (
    rb"&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|hellip|#x?[0-9a-fA-F]{2,5});",
    f"</?(?:{TAGS})[ />]".encode(),
)

SEPARATORS = r"(?:###|===|-->)\s*\Z|\n###\n|\n### ?(?:Instruction|Response):"
PLACEHOLDERS = (
    r"(?<!\$)\{\{ ?[A-Za-z_][\w.]{0,40}(?: [A-Za-z_]\w{0,20})?? ?\}\}"
    r"|\[(?:INSERT|ENTER|ADD) [A-Za-z][^\[\]\n]{0,60}\]"
    r"|<(?:YOUR|INSERT|ENTER)[_ -][A-Z][A-Z_ -]{0,40}>"
)
PLACEHOLDER_CANDIDATES = (
    rb"\{\{ ?[A-Za-z_][A-Za-z0-9_. ]{0,63}\}\}",
    rb"\[(?:INSERT|ENTER|ADD) [A-Za-z]",
    rb"<(?:YOUR|INSERT|ENTER)[_ -][A-Z][A-Z_ -]{0,40}>",
)


@lru_cache(maxsize=4)
def _speaks_of(matter: re.Pattern[str], text: str) -> bool:
    """Whether a text speaks of something. Cached, since a text has such signs in many places."""
    return matter.search(text) is not None


def _is_prose(match: re.Match[str]) -> bool:
    """Whether a text speaks of no markup, in which such signs would be right."""
    return not _speaks_of(MARKUP, match.string)


def _is_unfilled(match: re.Match[str]) -> bool:
    """Whether a text speaks of no templates, in which a placeholder would be right."""
    return not _speaks_of(TEMPLATES, match.string)


def _replaces_a_break(match: re.Match[str]) -> bool:
    """Whether a text without a line break of its own has escaped ones, and is no code."""
    return "\n" not in match.string and not _speaks_of(CODE, match.string)


def _ends_something(match: re.Match[str]) -> bool:
    """Whether there is more in a text than the separator."""
    return bool(match.string[: match.start()].strip())


DETECTORS = (
    Detector(
        Kind(IS_CLEAN, "escaped line break", "a text contains line breaks written as \\n, in place of real ones"),
        (rb"(?:[.!?:;,)]|[\x80-\xff]|[A-Za-z]) ?\\\\n[^a-z]", rb"\\\\n\\\\n"),
        near(ESCAPED, 16, _replaces_a_break),
    ),
    Detector(
        Kind(IS_CLEAN, "misread encoding", "a text was read in a wrong encoding: letters became pairs of signs"),
        MISREAD_CANDIDATES,
        near(MISREAD, 8),
    ),
    Detector(Kind(IS_CLEAN, "HTML", "a text contains HTML"), HTML_CANDIDATES, near(HTML, REACH, _is_prose)),
    Detector(
        Kind(IS_CLEAN, "separator", "a text contains a separator of another training format"),
        (rb"(?:###|===|-->)(?: |\\n)*\"", rb"\\n###\\n", rb"\\n### ?(?:Instruction|Response):"),
        near(SEPARATORS, REACH, _ends_something),
    ),
    Detector(
        Kind(IS_FILLED, "placeholder", "a text contains a placeholder of a template"),
        PLACEHOLDER_CANDIDATES,
        near(PLACEHOLDERS, REACH, _is_unfilled),
    ),
)
