"""Rule 129: keys, tokens and passwords. What documentation prints in their place does not count.

The shapes are the vendors' own; detect-secrets 1.5 knows most of them too.
"""

import math
import re
from collections import Counter
from collections.abc import Callable

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Kind, masked, near

IS_REVOKED = Rule(
    129, "secrets", "warning", "remove it, and revoke it: it may be learnt, and it stood in a file that others read"
)

REACH = 400  #: characters; longer than most of the secrets
FREE_BEFORE, FREE_BEHIND = r"(?<![A-Za-z0-9_/+])", r"(?![A-Za-z0-9_/+])"

DOCUMENTED = re.compile(
    r"example|sample|dummy|fake|placeholder|redacted|changeme|your|\bmy[-_]|xxxx|\*\*\*|\.\.\.|1234567|abcdef|(.)\1{5}",
    re.IGNORECASE,
)
BITS_OF_CHANCE = 3.0  #: of entropy a character, the least of a secret of 20 characters or more
BITS_OF_SHORT = 2.5  #: likewise of a password

PASSWORDS_OF_EXAMPLES = re.compile(
    r"(?i)(?:my_?|your_?|db_?|user_?)?(?:p(?:ass)?w(?:or)?d|pass(?:phrase)?|secret|token|user(?:name)?|admin|root|test|foo|bar)\d{0,3}"
)
NO_LITERAL = re.compile(r"[<>{}$%()\[\]\s]|^\*+$")


KEY_NAMES = r"(?:api|access|secret|auth|client|subscription|private|encryption|openai)[_-]?(?:key|secret|token)"


def _bits(value: str) -> float:
    """The entropy of a value, in bits a character."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


def _is_random(match: re.Match[str]) -> bool:
    value = match["value"]
    return not DOCUMENTED.search(value) and _bits(value) >= BITS_OF_CHANCE


def _is_password(match: re.Match[str]) -> bool:
    value = match["value"]
    is_shown = DOCUMENTED.search(value) or NO_LITERAL.search(value) or PASSWORDS_OF_EXAMPLES.fullmatch(value)
    return not is_shown and _bits(value) >= BITS_OF_SHORT


def _is_foreign_password(match: re.Match[str]) -> bool:
    return not DOCUMENTED.search(match["host"]) and _is_password(match)


def _has_letters_and_digits(match: re.Match[str]) -> bool:
    value = match["value"]
    return not value.isalpha() and not value.isdigit() and _is_random(match)


def _token(name: str, expression: str, *candidates: bytes) -> Detector:
    """A secret that its shape tells. Masked to the value, not to what names it."""
    return _detector(name, rf"{FREE_BEFORE}(?P<value>{expression}){FREE_BEHIND}", _is_random, *candidates)


def _detector(name: str, expression: str, accepts: Callable[[re.Match[str]], bool], *candidates: bytes) -> Detector:
    kind = Kind(IS_REVOKED, name, f"a text contains {name}")
    return Detector(kind, candidates, near(expression, REACH, accepts, re.ASCII), mask=masked)


TOKENS = (
    _token("an AWS access key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}", rb"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}"),
    _token(
        "a GitHub token",
        r"(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})",
        rb"gh[pousr]_[A-Za-z0-9]{36}",
        rb"github_pat_\w{82}",
    ),
    _token("a GitLab token", r"gl(?:pat|dt|ft|rt)-[\w-]{20,50}", rb"gl(?:pat|dt|ft|rt)-[\w-]{20}"),
    _token("a Slack token", r"xox[abeoprs]-\d{6,}-[\w-]{10,}", rb"xox[abeoprs]-\d{6}"),
    _token("a Google API key", r"AIza[\w-]{35}", rb"AIza[\w-]{35}"),
    _token("a Google OAuth secret", r"GOCSPX-[\w-]{28}", rb"GOCSPX-[\w-]{28}"),
    _token("an OpenAI key", r"sk-[\w-]{0,120}T3BlbkFJ[\w-]{20,120}", rb"sk-[\w-]{0,120}T3BlbkFJ"),
    _token("an Anthropic key", r"sk-ant-[\w-]{40,120}", rb"sk-ant-[\w-]{40}"),
    _token("a Hugging Face token", r"hf_[A-Za-z]{34}", rb"hf_[A-Za-z]{34}"),
    _token("a Stripe key", r"[rs]k_live_[A-Za-z0-9]{24,99}", rb"[rs]k_live_[A-Za-z0-9]{24}"),
    _token("an npm token", r"npm_[A-Za-z0-9]{36}", rb"npm_[A-Za-z0-9]{36}"),
    _token("a PyPI token", r"pypi-AgE[\w-]{70,250}", rb"pypi-AgE[\w-]{70}"),
    _token("a SendGrid key", r"SG\.[\w-]{22}\.[\w-]{43}", rb"SG\.[\w-]{22}\.[\w-]{43}"),
    _token("a Telegram token", r"\d{8,10}:AA[\w-]{33}", rb"\d{8}:AA[\w-]{33}"),
    _token(
        "a JSON web token", r"eyJ[\w-]{14,400}\.eyJ[\w-]{14,400}\.[\w-]{20,400}", rb"eyJ[\w-]{14,400}\.eyJ[\w-]{14}"
    ),
    _token("an Azure client secret", r"[\w.~-]{3}[78]Q~[\w.~-]{31,34}", rb"[78]Q~[\w.~-]{31}"),
    _token("an Azure AI key", r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}", rb"JQQJ99[A-Za-z0-9]{26}"),
)

DETECTORS = (
    _detector(
        "a private key",
        r"-----BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----\s{1,4}"
        r"(?:[\w-]+: [^\n]{1,60}\n{1,2}){0,3}(?P<value>[A-Za-z0-9+/=]{40,80})",
        _is_random,
        rb"PRIVATE KEY(?: BLOCK)?-----",
    ),
    *TOKENS,
    _detector(
        "an Azure storage key",
        r"AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)",
        _is_random,
        rb"AccountKey=[A-Za-z0-9+/]{86}",
    ),
    _detector(
        "an Azure access key",
        r"SharedAccessKey=(?P<value>[A-Za-z0-9+/]{43}=)",
        _is_random,
        rb"SharedAccessKey=[A-Za-z0-9+/]{43}",
    ),
    _detector(
        "a shared access signature",
        r"[?&]sig=(?P<value>[A-Za-z0-9%+/_-]{40,80})",
        _is_random,
        rb"[?&]sig=[A-Za-z0-9%+/_-]{40}",
    ),
    _detector(
        "a webhook address",
        r"https://hooks\.slack\.com/services/(?P<value>T\w{6,14}/B\w{6,14}/\w{20,30})",
        _is_random,
        rb"hooks\.slack\.com/services/T\w{6,14}/B",
    ),
    _detector(
        "a password in an address",
        r"://(?P<user>[^\s/:@\"'<>]{1,60}):(?P<value>[^\s/:@\"'<>]{4,60})@(?P<host>[\w.-]{1,80})",
        _is_foreign_password,
        rb"://[^\s/:@\"'<>]{1,60}:[^\s/:@\"'<>]{4,60}@",
    ),
    _detector(
        "a password in a connection string",
        r"(?:Server|Data Source|Host|Endpoint|Uid|User ID)=[^;\n]{1,120};(?:[^;\n]{1,120};){0,6}?"
        r"(?i:Password|Pwd)=(?P<value>[^;\s\"']{8,80})",
        _is_password,
        rb"(?i);(?:password|pwd)=[^;\s\"']{8}",
    ),
    _detector(
        "a bearer token",
        r"\bBearer (?!eyJ)(?P<value>[A-Za-z0-9._~+/-]{24,400})",
        _has_letters_and_digits,
        rb"Bearer [A-Za-z0-9._~+/-]{24}",
    ),
    _detector(
        "a key in code",
        rf"(?i:{KEY_NAMES})[\"']?\]?\s{{0,3}}(?:=|:|=>)\s{{0,3}}[\"'](?P<value>[A-Za-z0-9+/_=-]{{24,120}})[\"']",
        _has_letters_and_digits,
        rb"(?i)(?:%b)[\\\"'\]]{0,4} {0,3}(?:=|:|=>) {0,3}[\\\"']{1,2}[A-Za-z0-9+/_=-]{24}" % KEY_NAMES.encode(),
    ),
)
