"""What a refusal means, whichever service it comes from: whether trying again may help, and what to tell people."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from shared.core.errors import PermanentError, TransientError

NOT_GRANTED = (401, 403)
TRY_AGAIN = (408, 409, 412, 425, 429)  #: 409 and 412: what is there changed, so decide anew
CLIENT_FAULT, SERVER_FAULT = 400, 500  #: where they begin; a refusal below 400 is an answer that cannot be read
# Quotas are refused with 400, 403, 409 or 429. Codes: quotaExceeded, tooManyRequests (2025-04-01-preview authoring),
# InsufficientQuota (ARM; Azure-Samples/azure-search-openai-demo issue 2091, Oct 2024).
FULL = re.compile(r"quota|toomanyrequests|too many (requests|jobs|files|deployments)", re.IGNORECASE)
LONGEST_WAIT = timedelta(days=1)  #: that a header may ask for; more is cut
MILLISECOND_HEADERS = ("retry-after-ms", "x-ms-retry-after-ms")


class Answer(NamedTuple):
    """What a service said when it refused."""

    status: int
    code: str
    message: str
    retry_after: timedelta | None = None


def refusal(
    what: str, answer: Answer, needs: str, permanent: type[PermanentError] = PermanentError
) -> PermanentError | TransientError:
    """The error to raise. `what` was being done; `needs` names the right it takes, and on what."""
    words = " ".join(part for part in (answer.code, answer.message) if part) or "no reason given"
    text = f"{what}: {answer.status} {words}"
    if answer.status in NOT_GRANTED and not FULL.search(words):
        return TransientError(f"{text}; it takes {needs}, and a new right takes minutes to work", answer.retry_after)
    ours = CLIENT_FAULT <= answer.status < SERVER_FAULT and answer.status not in TRY_AGAIN
    if not ours or FULL.search(words):
        return TransientError(text, answer.retry_after)
    return permanent(text)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the service asks to wait: milliseconds, seconds, or until a date (RFC 9110, section 10.2.3)."""
    lower = {name.lower(): value for name, value in headers.items()}
    for name in MILLISECOND_HEADERS:
        if (wait := _duration(lower.get(name), timedelta(milliseconds=1))) is not None:
            return wait
    asked = lower.get("retry-after")
    return _duration(asked, timedelta(seconds=1)) or _until(asked, now)


def _duration(text: str | None, unit: timedelta) -> timedelta | None:
    try:
        count = float(text or "")
    except ValueError:
        return None
    if math.isnan(count) or count < 0:
        return None
    return min(count, LONGEST_WAIT / unit) * unit


def _until(text: str | None, now: datetime) -> timedelta | None:
    try:
        date = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta()), LONGEST_WAIT)
