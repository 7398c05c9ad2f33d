"""Rule 128: numbers that name a person or an account, told from others by their check digits or their context."""

import re
from collections.abc import Callable

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.checksums import (
    is_chinese_id,
    is_dutch_id,
    is_french_id,
    is_german_tax_id,
    is_iban,
    is_spanish_id,
    passes_luhn,
)
from shared.core.prepare.scans.kind import Detector, Kind, follows, masked, near

IS_INVENTED = Rule(
    128, "personal data", "warning", "remove it or put something invented in its place, unless the model may tell it"
)

REACH = 60  #: characters; longer than any of the numbers
NO_NUMBER_BEFORE, NO_NUMBER_BEHIND = (
    r"(?<![\w.,+*/=<>^#@&-])(?<![=*/+] )",
    r"(?![\w*/=<>^-]|[.,]\d| ?[+*/=\u00d7\u00f7])",
)

# Prefixes and lengths (ISO/IEC 7812 registry by network): Visa, Mastercard, Discover, JCB, UnionPay; American Express.
SIXTEEN = (
    r"(?:4\d{3}|5[1-5]\d\d|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)|6011|65\d\d|64[4-9]\d|35(?:2[89]|[3-8]\d)|62\d\d)"
    r"(?P<blank>[ -]?)\d{4}(?P=blank)\d{4}(?P=blank)\d{4}"
)
FIFTEEN = r"3[47]\d\d(?P<gap>[ -]?)\d{6}(?P=gap)\d{5}"
CARD = rf"{NO_NUMBER_BEFORE}(?:{SIXTEEN}|{FIFTEEN}){NO_NUMBER_BEHIND}"
FOR_TESTS = frozenset(  # of payment services, for trying out (Stripe, "Testing", 2026-02; PayPal and Adyen likewise)
    (
        "4242424242424242", "4111111111111111", "4012888888881881", "4000056655665556", "5555555555554444",
        "5105105105105100", "5200828282828210", "2223003122003222", "378282246310005", "371449635398431",
        "6011111111111117", "6011000990139424", "3530111333300000", "3566002020360505", "6200000000000005",
    )
)  # fmt: skip

IBAN = r"(?<![\w-])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])"
AMERICAN = r"(?<![\w.-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])"
BRITISH = (
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"(?P<blank> ?)\d\d(?P=blank)\d\d(?P=blank)\d\d(?P=blank)[A-D](?!\w)"
)
GERMAN = r"(?<![\w.-])\d\d ?\d{3} ?\d{3} ?\d{3}(?![\w-])"
SPANISH = r"(?<![\w.-])(?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z](?![\w-])"
FRENCH = r"(?<![\w.,-])[12] ?\d\d ?\d\d ?\d\d ?\d{3} ?\d{3} ?\d\d(?![\w-])"
CHINESE = r"(?<![\w.-])[1-8]\d{5}(?:19|20)\d{9}[\dXx](?![\w-])"
DUTCH = r"(?<![\w.-])\d{9}(?![\w-])"

SAYS_AMERICAN = re.compile(r"\bssn\b|social security", re.IGNORECASE)
SAYS_BRITISH = re.compile(r"national insurance|\bnino?\b", re.IGNORECASE)
SAYS_GERMAN = re.compile(r"steuer-?(?:id|nummer)|identifikationsnummer|\bidnr\b|tax id", re.IGNORECASE)
SAYS_DUTCH = re.compile(r"\bbsn\b|burgerservicenummer|sofi-?nummer", re.IGNORECASE)
PRINTED = frozenset(("078-05-1120", "219-09-9999", "123-45-6789"))  #: in leaflets and advertisements
SAYS_REACH = 100

NOT_COMPACT = re.compile(r"[\s-]+")


def _compact(value: str) -> str:
    return NOT_COMPACT.sub("", value)


def _is_card(match: re.Match[str]) -> bool:
    digits = _compact(match[0])
    return digits not in FOR_TESTS and len(set(digits)) > 3 and passes_luhn(digits)  # noqa: PLR2004 - 4444 3333 2222 1111 and the like


def _checked(passes: Callable[[str], bool]) -> Callable[[re.Match[str]], bool]:
    return lambda match: passes(_compact(match[0]))


def _is_american(match: re.Match[str]) -> bool:
    return match[0] not in PRINTED and follows(match, SAYS_AMERICAN, SAYS_REACH)


def _is_british(match: re.Match[str]) -> bool:
    return bool(match["blank"]) or follows(match, SAYS_BRITISH)


def _is_german(match: re.Match[str]) -> bool:
    return follows(match, SAYS_GERMAN) and is_german_tax_id(_compact(match[0]))


def _is_dutch(match: re.Match[str]) -> bool:
    return follows(match, SAYS_DUTCH) and is_dutch_id(match[0])


def _detector(name: str, expression: str, accepts: Callable[[re.Match[str]], bool], *candidates: bytes) -> Detector:
    kind = Kind(IS_INVENTED, name, f"a text contains a {name}")
    return Detector(kind, candidates, near(expression, REACH, accepts, re.ASCII), mask=masked)


DETECTORS = (
    _detector(
        "payment card number",
        CARD,
        _is_card,
        rb"\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}[^\d]",
        rb"3[47]\d\d[ -]?\d{6}[ -]?\d{5}[^\d]",
    ),
    _detector(
        "bank account number (IBAN)", IBAN, _checked(is_iban), rb"[A-Z]{2}\d\d ?[A-Z0-9]{4} ?[A-Z0-9]{4} ?[A-Z0-9]{3}"
    ),
    _detector("US social security number", AMERICAN, _is_american, rb"\d{3}-\d\d-\d{4}[^\d-]"),
    _detector(
        "British national insurance number", BRITISH, _is_british, rb"[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D][^A-Za-z0-9]"
    ),
    _detector("German tax number", GERMAN, _is_german, rb"[^\d]\d\d ?\d{3} ?\d{3} ?\d{3}[^\d]"),
    _detector("Spanish identity number", SPANISH, _checked(is_spanish_id), rb"(?:\d{8}|[XYZ]\d{7})-?[A-Z][^A-Za-z0-9]"),
    _detector(
        "French social security number",
        FRENCH,
        _checked(is_french_id),
        rb"[^\d][12] ?\d\d ?\d\d ?\d\d ?\d{3} ?\d{3} ?\d\d[^\d]",
    ),
    _detector(
        "Chinese identity number", CHINESE, _checked(is_chinese_id), rb"[1-8]\d{5}(?:19|20)\d{9}[\dXx][^\dA-Za-z]"
    ),
    _detector("Dutch citizen number", DUTCH, _is_dutch, rb"(?i)(?:bsn|nummer)[^\"\d]{1,12}\d{9}[^\d]"),
)
