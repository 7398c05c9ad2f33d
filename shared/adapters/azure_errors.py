"""Errors of the Azure SDKs (Storage, ARM), translated."""

import contextlib
import logging
from collections.abc import Generator
from datetime import UTC, datetime

from azure.core.exceptions import AzureError, DeserializationError, HttpResponseError

from shared.adapters.refusals import Answer, refusal, retry_after
from shared.core.errors import TransientError

log = logging.getLogger(__name__)
REQUEST_ID = "x-ms-request-id"


@contextlib.contextmanager
def translated(what: str, needs: str) -> Generator[None]:
    """Around a call. `what` is being done; `needs` names the right it takes, and on what."""
    try:
        yield
    except AzureError as error:
        if isinstance(error, HttpResponseError) and error.status_code:
            headers = _headers(error)
            log.debug("%s: refused, request id %s", what, headers.get(REQUEST_ID))
            asked = retry_after(headers, datetime.now(UTC))
            answer = Answer(error.status_code, code_of(error), _message(error), asked)
            raise refusal(what, answer, needs) from error
        raise TransientError(f"{what}: no answer: {type(error).__name__}: {_first_line(error)}") from error
    except DeserializationError as error:
        raise TransientError(f"{what}: the answer cannot be read") from error


def code_of(error: HttpResponseError) -> str:
    """The service's code: Storage has it in a header, ARM in the body."""
    in_header = getattr(error, "error_code", None)
    in_body = error.error.code if error.error else None
    return str(getattr(in_header, "value", in_header) or in_body or "")


def _message(error: HttpResponseError) -> str:
    return (error.error.message if error.error else None) or _first_line(error)


def _first_line(error: AzureError) -> str:
    """The rest of a message is request ids and times, or a credential's whole story."""
    return next(iter(str(error.message).splitlines()), "")


def _headers(error: HttpResponseError) -> dict[str, str]:
    """The SDK's type for an answer leaves its headers out."""
    return dict(getattr(error.response, "headers", {}))
