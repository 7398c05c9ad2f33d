"""What the stand-in says when it refuses, and the two envelopes in which Azure wraps that."""

from typing import Literal

TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}

type Envelope = Literal["v1", "arm"]


class Refused(Exception):  # an answer of the service, not a fault of this program
    """A request that gets an error as its answer."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.param = status, code, message, param


def invalid(message: str, param: str | None = None) -> Refused:
    """The commonest refusal: something in the request is not as it must be."""
    return Refused(400, "invalidPayload", message, param)


def body(refused: Refused, envelope: Envelope) -> dict[str, object]:
    """The JSON of an error: v1 as SPEC has it (code, message, param, type, inner_error), ARM with the first two."""
    error: dict[str, object] = {"code": refused.code, "message": refused.message}
    if envelope == "v1":
        kind = TYPES.get(refused.status, "invalid_request_error")
        error |= {"param": refused.param, "type": kind, "inner_error": None}
    return {"error": error}
