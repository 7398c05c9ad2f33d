"""What an access token of the laptop's Azure looks like: the shape of a JWT, and a signature that proves nothing."""

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

LIFETIME_SECONDS = 3600
TENANT = "00000000-0000-0000-0000-0000000000aa"
PRINCIPAL = "00000000-0000-0000-0000-0000000000bb"
CLIENT = "00000000-0000-0000-0000-0000000000cc"


class Claims(NamedTuple):
    """What a stand-in wants to know of a token."""

    audience: str  #: the resource, without the slash that some callers append
    expires: int  #: unix seconds


class _Payload(msgspec.Struct):
    aud: str
    exp: int


def token_for(audience: str, now: float) -> str:
    """A token for one resource, good for an hour from `now` (unix seconds)."""
    issued = int(now)
    payload = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFETIME_SECONDS,
        "oid": PRINCIPAL,
        "appid": CLIENT,
        "tid": TENANT,
        "ver": "1.0",
    }
    return f"{_encode({'alg': 'none', 'typ': 'JWT'})}.{_encode(payload)}.standin"


def read_token(token: str) -> Claims | None:
    """The claims of a token of ours or of a real one; None if it is no JWT. No signature is checked."""
    parts = token.split(".")
    if len(parts) != len(("header", "payload", "signature")):
        return None
    try:
        payload = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=="), type=_Payload)
    except (msgspec.MsgspecError, binascii.Error, UnicodeDecodeError):
        return None
    return Claims(payload.aud.rstrip("/"), payload.exp)


def _encode(part: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(part)).rstrip(b"=").decode()
