"""Addresses that the service could not, or must not, fetch an image from. Nothing is looked up or fetched here.

Hosts are read as browsers read them (WHATWG URL standard, 4.3 and 4.4): a number in any notation is an IPv4 address.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from unicodedata import normalize

AUTHORITY = re.compile(r"https://([^/?#\\]*)")
HOST = re.compile(r"(\[[0-9a-f:.]*\]|[^\[\]:]*)(:[0-9]{0,5})?")
NAME = re.compile(r"[^\s%<>^|\"`{}]+")
EXPIRY = re.compile(r"[?&]se=([0-9]{4}-[0-9]{2}-[0-9]{2})")

OWN = frozenset(
    ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "test", "invalid", "arpa")
)
"""Last labels of names inside a network: RFC 6761, RFC 6762, RFC 8375, and ICANN's name collisions."""

TRANSLATED = IPv6Address("64:ff9b::")  #: in front of an IPv4 address (RFC 6052)
LOWEST_32_BITS = 0xFFFFFFFF
MOST_NUMBERS = 4  #: of an IPv4 address


class Address(NamedTuple):
    """What is to be known of an https address."""

    complaint: str  #: why an image cannot be fetched from it; empty if it may be
    expires: str  #: the day on which its signature does, such as 2026-03-01; empty if it has none


def judge(url: str) -> Address:
    """An address that begins with https://."""
    expiry = EXPIRY.search(url.replace("%2D", "-"))
    return Address(_complaint(url), expiry[1] if expiry else "")


def _complaint(url: str) -> str:
    authority = AUTHORITY.match(url)
    if authority is None:
        return "has no host"
    if "@" in authority[1]:
        return "carries a user name or a password"
    host = HOST.fullmatch(normalize("NFKC", authority[1]).lower())
    if host is None or not NAME.fullmatch(host[1]):
        return "has no valid host"
    name = host[1].removesuffix(".")
    if name.startswith("["):
        return _of_number(_ipv6(name[1:-1]))
    labels = name.split(".")
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        return _of_number(_ipv4(labels))
    return "leads to a host inside a network" if len(labels) == 1 or labels[-1] in OWN else ""


def _of_number(address: IPv4Address | IPv6Address | None) -> str:
    if address is None:
        return "has no valid host"
    is_public = address.is_global and not address.is_multicast
    return "" if is_public else "leads to a host inside a network"


def _ipv4(labels: list[str]) -> IPv4Address | None:
    """The address of 1 to 4 numbers, decimal, octal or hexadecimal; the last fills what the others leave."""
    try:
        numbers = [_number(label) for label in labels]
        *first, last = numbers
        if len(numbers) > MOST_NUMBERS or any(number > 255 for number in first):  # noqa: PLR2004 - a byte
            return None
        if last >= 256 ** (MOST_NUMBERS + 1 - len(numbers)):
            return None
        return IPv4Address(sum(number << 8 * (3 - index) for index, number in enumerate(first)) + last)
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text)


def _ipv6(text: str) -> IPv4Address | IPv6Address | None:
    """The address, or the IPv4 address that it carries."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return None
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and int(address) >> 32 == int(TRANSLATED) >> 32:
        carried = IPv4Address(int(address) & LOWEST_32_BITS)
    return carried or address
