"""Rule 128: how a person can be reached. Addresses and numbers that are nobody's do not count."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from itertools import pairwise

from shared.core.prepare.rule import Rule
from shared.core.prepare.scans.kind import Detector, Find, Kind, always, either, follows, masked, near

IS_NOBODYS = Rule(
    128, "personal data", "warning", "remove it or put something invented in its place, unless the model may tell it"
)
IS_NO_HOST = Rule(128, "personal data", "info", "remove it, unless the model may tell it")

REACH = 120  #: characters; longer than most addresses
NUMBER_REACH = 40  #: likewise of phone numbers, with what names them

EMAIL = r"(?<![\w.+%-])[A-Za-z0-9](?:[\w.+%-]{0,62}[\w+-])?@(?:[A-Za-z0-9-]{1,40}\.){1,4}[A-Za-z]{2,12}(?![\w@-])"
RESERVED_HOST = re.compile(  # RFC 2606 and RFC 6761: nobody has them
    r"(?:^|\.)(?:example\.(?:com|net|org)|example|invalid|test|localhost)$", re.IGNORECASE
)
FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|js|css|py|json|html?|txt|md|ts|so)$", re.IGNORECASE)
CREDENTIALS = re.compile(r"://[^\s/@]*$")

INTERNATIONAL = (
    r"(?<![\w.+*/=^-])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,5}(?![\w.]*\d|[ ]?[+*/=^])"
)
AMERICAN = r"(?<![\w.+*/=-])(?:\([2-9]\d\d\) ?|[2-9]\d\d(?P<sign>[-.]))[2-9]\d\d(?(sign)(?P=sign)|-)\d{4}(?![\w-]|\.\d)"
FRENCH = r"(?<![\w.,+*/=-])0[1-9](?P<blank>[ .])\d\d(?:(?P=blank)\d\d){3}(?![\w-]|[., ]\d)"
BRITISH = r"(?<![\w.,+*/=-])(?:07\d{3} \d{3} ?\d{3}|02\d \d{4} \d{4}|01\d{3} \d{6})(?![\w-]|[., ]\d)"
JAPANESE = r"(?<![\w.,+*/=-])0\d{1,3}-\d{2,4}-\d{4}(?![\w-])"
CHINESE = r"(?<![\w.,+*/=-])1[3-9]\d{9}(?![\w.*/=-])"
NAME = (
    r"(?:tel|phone|mobile|cell|fax|telefon|handy|mobil|t(?:é)l(?:é)phone|tel(?:é)fono|m(?:ó)vil|电话|手机|電話番号)"
    r"(?: number| no| nr)?\.?(?: is)?(?::|：| ){1,3}"  # noqa: RUF001 - a Chinese colon
)
NAMED = r"(?<![A-Za-z])" + NAME + r"(?P<value>[(+]?\d[\d ()/-]{6,18}\d)(?![\w-]|[.,/]\d)"
PHONE_CANDIDATES = (
    rb"\+[1-9](?:[ ().-]{0,2}\d){7}",
    rb"[2-9]\d\d-[2-9]\d\d-\d{4}",
    rb"\([2-9]\d\d\) ?[2-9]\d\d-\d{4}",
    rb"[2-9]\d\d\.[2-9]\d\d\.\d{4}",
    rb"0[1-9] \d\d \d\d \d\d \d\d",
    rb"0[1-9]\.\d\d\.\d\d\.\d\d\.\d\d",
    rb"07\d{3} \d{3} ?\d{3}",
    rb"02\d \d{4} \d{4}",
    rb"01\d{3} \d{6}",
    rb"0\d{1,3}-\d{2,4}-\d{4}",
    rb"[^\d.,]1[3-9]\d{9}[^\d]",
    f"(?i){NAME}[(+]?\\d(?:[ ()/-]{{0,2}}\\d){{6}}".encode(),
)

ADDED = re.compile(r"\d\s*$")  #: a number in front of one with a plus
DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d|\d\d-\d\d-(?:19|20)\d\d")
NOT_DIGITS = re.compile(r"\D+")
NAMES_A_PHONE = re.compile("电话|手机|联系|致电|拨打|微信|号码")
SHORTEST, LONGEST = 8, 15  #: digits with the country's (ITU-T E.164)
FICTION = "555"  #: the exchange that North America keeps for films, and for trying out
FREE = frozenset(("800", "833", "844", "855", "866", "877", "888"))  #: area codes of firms

IPV4 = r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w/-]|\.\d)"
VERSION = re.compile(r"(?:\bv|version|release|section|§)\W{0,3}$", re.IGNORECASE)
BYTE = 255
WELL_KNOWN = frozenset(("1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"))  #: name servers that everybody uses


def _is_someones(match: re.Match[str]) -> bool:
    host = match[0].rpartition("@")[2]
    if RESERVED_HOST.search(host) or FILE.search(host):
        return False
    return not CREDENTIALS.search(match.string, max(0, match.start() - REACH), match.start())


def _is_international(match: re.Match[str]) -> bool:
    digits = NOT_DIGITS.sub("", match[0])
    if ADDED.search(match.string, max(0, match.start() - NUMBER_REACH), match.start()):
        return False
    return SHORTEST <= len(digits) <= LONGEST and not (digits[0] == "1" and not _is_american_line(digits[1:]))


def _is_american_line(digits: str) -> bool:
    """Whether ten digits may be somebody's number in North America."""
    area, exchange = digits[:3], digits[3:6]
    return len(digits) == 10 and exchange != FICTION and area not in FREE and area[0] > "1" and exchange[0] > "1"  # noqa: PLR2004 - North American Numbering Plan


def _is_american(match: re.Match[str]) -> bool:
    return _is_american_line(NOT_DIGITS.sub("", match[0]))


def _counts_not(match: re.Match[str]) -> bool:
    """Whether the pairs of digits are no list of numbers in a row."""
    pairs = [int(pair) for pair in re.findall(r"\d\d", match[0])]
    return {after - before for before, after in pairwise(pairs)} != {1}


def _is_ten_digits(match: re.Match[str]) -> bool:
    return len(NOT_DIGITS.sub("", match[0])) in {10, 11}


def _is_no_fiction(match: re.Match[str]) -> bool:
    digits = NOT_DIGITS.sub("", match["value"])
    return len(digits) <= LONGEST and digits[-7:-4] != FICTION and not DATE.match(match["value"])


def _is_named_phone(match: re.Match[str]) -> bool:
    return follows(match, NAMES_A_PHONE, 12)


def _is_someones_host(match: re.Match[str]) -> bool:
    """Whether an address of four numbers is one of the public internet, and no version of a program."""
    numbers = [int(number) for number in match[0].split(".")]
    if max(numbers) > BYTE or any(number[0] == "0" < number[1:] for number in match[0].split(".")):
        return False
    is_public = ip_address(match[0]).is_global and match[0] not in WELL_KNOWN
    return is_public and not VERSION.search(match.string, max(0, match.start() - 12), match.start())


def _mask_email(value: str) -> str:
    name, _, host = value.partition("@")
    return f"{name[0]}***@{host[0]}***.{host.rpartition('.')[2]}"


def _phone(expression: str, accepts: Callable[[re.Match[str]], bool]) -> Find:
    return near(expression, NUMBER_REACH, accepts, re.ASCII | re.IGNORECASE)


DETECTORS = (
    Detector(
        Kind(IS_NOBODYS, "e-mail address", "a text contains an e-mail address"),
        (rb"[^\\][A-Za-z0-9_+-]@[A-Za-z0-9-]{2}",),
        near(EMAIL, REACH, _is_someones, re.ASCII),
        mask=_mask_email,
    ),
    Detector(
        Kind(IS_NOBODYS, "phone number", "a text contains a phone number"),
        PHONE_CANDIDATES,
        either(
            _phone(INTERNATIONAL, _is_international),
            _phone(AMERICAN, _is_american),
            _phone(FRENCH, _counts_not),
            _phone(BRITISH, always),
            _phone(JAPANESE, _is_ten_digits),
            _phone(CHINESE, _is_named_phone),
            _phone(NAMED, _is_no_fiction),
        ),
        mask=masked,
    ),
    Detector(
        Kind(IS_NO_HOST, "internet address", "a text contains a public internet address"),
        (rb"\d\.\d{1,3}\.\d{1,3}\.\d",),
        near(IPV4, NUMBER_REACH, _is_someones_host, re.ASCII),
        mask=masked,
    ),
)
