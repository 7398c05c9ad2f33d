"""Asking Foundry through the OpenAI SDK: its errors translated, its answers read leniently.

Answers are read by our own shapes (`foundry_jobs`), not by the SDK's: Azure leaves out and nulls what OpenAI's schema
requires, and adds what it lacks.
"""

import contextlib
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, cast

import httpx2
import openai
from azure.core.exceptions import AzureError
from opentelemetry import trace
from pydantic import BaseModel, ValidationError

from shared.adapters.refusals import Answer, refusal, retry_after
from shared.adapters.request_ids import keep_request_id
from shared.core.errors import PermanentError, TransientError

NESTED = ("error", "inner_error", "innererror")  #: names under which an error holds another


class RawAnswer(Protocol):
    """What the SDK's `with_raw_response` gives."""

    http_response: httpx2.Response


class Asker(NamedTuple):
    """Asks on behalf of one adapter."""

    needs: str  #: the right that its calls take, and on what
    permanent: type[PermanentError] = PermanentError  #: what to raise where trying again cannot help

    @contextlib.contextmanager
    def translated(self, what: str) -> Generator[None]:
        """Around a call; `what` is being done. One span; of a refusal it keeps the request's id."""
        with trace.get_tracer(__name__).start_as_current_span(what, record_exception=False):
            try:
                yield
            except openai.APIStatusError as error:
                keep_request_id(error.response.headers)
                raise refusal(what, _answer(error), self.needs, self.permanent) from error
            except openai.APIConnectionError as error:
                cause = error.__cause__ or error
                raise TransientError(f"{what}: no answer: {type(cause).__name__}: {cause}") from error
            except AzureError as error:
                text = f"{what}: no token: {next(iter(str(error.message).splitlines()), '')}; it takes {self.needs}"
                raise TransientError(text) from error

    def kept(self, answer: RawAnswer) -> httpx2.Response:
        """The answer; the service's id for the request stays on the span of the call."""
        keep_request_id(answer.http_response.headers)
        return answer.http_response

    def ask[T: BaseModel](self, shape: type[T], what: str, call: Callable[[], RawAnswer]) -> T:
        """The answer in our shape. An answer that cannot be read may be whole at the next look."""
        with self.translated(what):
            answer = self.kept(call())
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as error:
            where = ", ".join(".".join(map(str, one["loc"])) or one["type"] for one in error.errors())
            raise TransientError(f"{what}: the answer cannot be read: {where}") from error


def codes_of(error: openai.APIStatusError) -> str:
    """The service's codes, from the outermost to the most exact (v1 envelope: code, message, inner_error)."""
    return "/".join(_all("code", error.body))


def _answer(error: openai.APIStatusError) -> Answer:
    return Answer(
        status=error.status_code,
        code=codes_of(error),
        message="; ".join(_all("message", error.body)) or _plain(error),
        retry_after=retry_after(dict(error.response.headers), datetime.now(UTC)),
    )


def _all(field: str, body: object) -> list[str]:
    """A field of an error and of the errors within it, each text once."""
    if not isinstance(body, dict):
        return []
    error = cast("dict[str, object]", body)
    own = [str(error[field])] if error.get(field) else []
    nested = [text for name in NESTED for text in _all(field, error.get(name))]
    return list(dict.fromkeys(own + nested))


def _plain(error: openai.APIStatusError) -> str:
    """What is left to say of an answer that has no envelope: a proxy's page is not quoted."""
    kind = error.response.headers.get("content-type", "no content type")
    return f"without a message ({kind})"
