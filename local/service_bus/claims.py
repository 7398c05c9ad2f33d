"""The node `$cbs`: a client shows its tokens there before it attaches a link (AMQP claims-based security)."""

import logging

from local.service_bus.access import covers, verify
from local.service_bus.decoding import decode
from local.service_bus.errors import AmqpError, Condition
from local.service_bus.namespace import path_of
from local.service_bus.requests import Request, write_response
from local.service_bus.values import Int

#: The SDK says `jwt` of its shared access signatures, too (azure-servicebus 7.15.0, `create_token_auth`).
_TOKEN_TYPES = ("servicebus.windows.net:sastoken", "jwt")
_LOG = logging.getLogger(__name__)
_ACCEPTED = 202
_STATUSES = {Condition.UNAUTHORIZED: 401, Condition.NOT_IMPLEMENTED: 501}
_BAD_REQUEST = 400


class Claims:
    """The rights of one connection."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._expiries: dict[str, float] = {}  #: by the path they are for; seconds since 1970

    def require(self, path: str, now: float) -> None:
        """Raise `AmqpError` without a token for this path that is valid by now."""
        for claimed, expires in self._expiries.items():
            if expires > now and covers(claimed, path):
                return
        raise AmqpError(Condition.UNAUTHORIZED, f"a valid token for {path!r} is needed")

    def answer(self, request: Request, now: float) -> bytes:
        """The response to a request that puts a token."""
        try:
            self._put_token(request, now)
        except AmqpError as error:
            _LOG.warning("refused a token: %s", error)  # the SDK does not tell its user why
            status, text = _STATUSES.get(error.condition, _BAD_REQUEST), str(error)
        else:
            status, text = _ACCEPTED, "Accepted"
        return write_response(request, {"status-code": Int(status), "status-description": text})

    def _put_token(self, request: Request, now: float) -> None:
        operation, kind = request.properties.get("operation"), request.properties.get("type")
        if operation != "put-token" or kind not in _TOKEN_TYPES:
            text = f"{operation!r} with a token of type {kind!r} is not implemented here"
            raise AmqpError(Condition.NOT_IMPLEMENTED, text)
        token, _ = decode(request.body)
        grant = verify(str(token), self._key, now)
        path = path_of(str(request.properties.get("name", "")))
        if not covers(grant.path, path):
            raise AmqpError(Condition.UNAUTHORIZED, f"the token is for {grant.path!r}, not for {path!r}")
        self._expiries[path] = grant.expires
