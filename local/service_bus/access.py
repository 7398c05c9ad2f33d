"""Who may use the broker: shared access signatures (Microsoft Learn, service-bus-sas; 2026-11)."""

import base64
import hashlib
import hmac
from typing import NamedTuple
from urllib.parse import unquote_plus

from local.service_bus.errors import AmqpError, Condition
from local.service_bus.namespace import path_of

KEY_NAME = "RootManageSharedAccessKey"
#: What stands in the connection string that Microsoft documents for its own emulator; no secret.
DEFAULT_KEY = "SAS_KEY_VALUE"
_SCHEME = "SharedAccessSignature "


class Grant(NamedTuple):
    """What a valid token allows: everything at and below `path`, until then."""

    path: str
    expires: float  #: seconds since 1970


def connection_string(port: int, key: str = DEFAULT_KEY) -> str:
    """What the SDK needs to reach a broker on this machine, without TLS."""
    return (
        f"Endpoint=sb://localhost:{port};SharedAccessKeyName={KEY_NAME};SharedAccessKey={key};"
        "UseDevelopmentEmulator=true;"
    )


def verify(token: str, key: str, now: float) -> Grant:
    """What a token allows, if it was signed with the key and has not expired."""
    parts = dict(part.split("=", 1) for part in token.removeprefix(_SCHEME).split("&") if "=" in part)
    complete = parts.keys() >= {"sr", "sig", "se", "skn"} and parts["se"].isdecimal()
    if not token.startswith(_SCHEME) or not complete:
        raise _unauthorized("the token is no shared access signature, and no other is understood here")
    if unquote_plus(parts["skn"]) != KEY_NAME:
        raise _unauthorized(f"there is no key named {unquote_plus(parts['skn'])!r}")
    if not hmac.compare_digest(_signature(parts["sr"], parts["se"], key), unquote_plus(parts["sig"]).encode()):
        raise _unauthorized("the token has an invalid signature")
    expires = int(parts["se"])
    if expires <= now:
        raise _unauthorized(f"the token expired {now - expires:.0f} s ago")
    return Grant(path_of(unquote_plus(parts["sr"])), expires)


def covers(path: str, wanted: str) -> bool:
    """Whether a right for `path` holds for `wanted`; the empty path is the whole namespace."""
    return not path or wanted == path or wanted.startswith(path + "/")


def _signature(resource: str, expires: str, key: str) -> bytes:
    signed = f"{resource}\n{expires}".encode()
    return base64.b64encode(hmac.new(key.encode(), signed, hashlib.sha256).digest())


def _unauthorized(text: str) -> AmqpError:
    return AmqpError(Condition.UNAUTHORIZED, text)
