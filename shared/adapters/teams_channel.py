"""Notices in a Teams channel, through a Workflows webhook.

The webhook's URL is a credential: whoever has it may post. It stands in no log, span or error: httpx2's own logging
and its instrumentation would write it down, so both are off around the call, and errors are told without theirs.
"""

import logging
from datetime import UTC, datetime

import httpx2
from opentelemetry.instrumentation.utils import suppress_instrumentation
from pydantic import SecretStr

from shared.adapters.refusals import SERVER_FAULT, retry_after
from shared.core.errors import PermanentError, TransientError
from shared.core.notices import Notice
from shared.core.run import Run
from shared.report.cards import card

TRY_AGAIN = (408, 409, 425, 429)
CARD_REFUSED = (400, 413)  #: 413: above about 28 KB (Workflows webhooks, 2026)
WEBHOOK_GONE = (401, 403, 404, 410)
TIMEOUT = httpx2.Timeout(15)  #: seconds


class TeamsChannel:
    def __init__(self, client: httpx2.Client, webhook_url: SecretStr, pages_url: str | None) -> None:
        self._client, self._webhook_url, self._pages_url = client, webhook_url, pages_url
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)  # at INFO it logs whole URLs

    def tell(self, run: Run, notice: Notice) -> None:
        answer = self._post(card(run, notice, self._pages_url))
        if isinstance(answer, httpx2.Response) and answer.status_code in CARD_REFUSED:
            answer = self._post(card(run, _bare(notice), self._pages_url))
        if isinstance(answer, str):
            raise TransientError(f"no answer from the Teams webhook: {answer}")
        _check(answer)

    def _post(self, message: dict[str, object]) -> httpx2.Response | str:
        """The answer, or the kind of failure: the failure itself holds the URL."""
        with suppress_instrumentation():
            try:
                return self._client.post(self._webhook_url.get_secret_value(), json=message, timeout=TIMEOUT)
            except (httpx2.RequestError, httpx2.InvalidURL) as error:
                return type(error).__name__


def _check(answer: httpx2.Response) -> None:
    """Accepted is not delivered: the flow behind the webhook can still fail, and nobody tells us."""
    status = answer.status_code
    if answer.is_success:
        return
    if status in TRY_AGAIN or status >= SERVER_FAULT:
        asked = retry_after(dict(answer.headers), datetime.now(UTC))
        raise TransientError(f"the Teams webhook answered {status}", asked)
    if status in WEBHOOK_GONE:
        text = "the webhook is gone or its signature is no longer valid: set TEAMS_WEBHOOK_URL anew"
        raise PermanentError(f"the Teams webhook answered {status}: {text}")
    raise PermanentError(f"the Teams webhook answered {status} to the card, and to one with nothing but its title")


def _bare(notice: Notice) -> Notice:
    """The notice with nothing but its title: whatever the card was refused for, people hear of the move."""
    message = notice.message.model_copy(update={"facts": {}, "lines": ("The details stand on the run's page.",)})
    return notice.model_copy(update={"message": message})
