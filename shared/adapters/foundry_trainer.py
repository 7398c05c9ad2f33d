"""Files and fine-tuning jobs of a Foundry project, through its OpenAI-compatible v1 surface.

No call is repeated in here: two of them must not be (POSTs without an idempotency key, which the SDK would repeat
twice), and for the others the pipeline comes back later, without a function that waits.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, cast

import httpx2
import openai
from openai import OpenAI, omit
from openai.types.fine_tuning.job_create_params import Method

from shared.adapters.foundry_answers import Asker, RawAnswer
from shared.adapters.foundry_jobs import (
    CANCELLING,
    FILE_STATUSES,
    GONE,
    OVER,
    Wire,
    WireCheckpoint,
    WireEvent,
    WireFile,
    WireJob,
    WirePage,
    job_status,
    job_view,
    points_of,
    until_cursor,
)
from shared.adapters.foundry_upload import SizedStream
from shared.core.errors import PermanentError, TrainingFailed, TransientError
from shared.core.stages import UploadedFiles
from shared.core.training import Cursor, JobStatus, JobView, Point
from shared.ports import JobRequest

log = logging.getLogger("tunedrop.foundry")

TRAINING_TYPES = {  #: Foundry documentation, Oct 2026, but for data_zone: unconfirmed for managed jobs
    "standard": "Standard",
    "data_zone": "DatazoneStandard",
    "global": "GlobalStandard",
    "developer": "developerTier",
}
METHODS = {"sft": "supervised", "dpo": "dpo", "rft": "reinforcement"}  #: SPEC, and the SDK's `Method`
PAGE = 100  #: items a page
TIMEOUT = httpx2.Timeout(60, connect=10)  #: seconds
UPLOAD_TIMEOUT = httpx2.Timeout(600, connect=10)  #: seconds; the answer comes once half a gigabyte was taken in


class _Id(Wire):
    id: str


class FoundryTrainer:
    def __init__(self, client: OpenAI, account: str) -> None:
        self._client = client.with_options(max_retries=0, timeout=TIMEOUT)
        self._asker = Asker(f"the role 'Foundry User' on the Foundry account {account!r}", TrainingFailed)

    def find_files(self, prefix: str) -> dict[str, str]:
        files = [file for file in self._files(prefix) if file.word not in GONE]
        newest_first = sorted(files, key=lambda file: file.created_at or 0, reverse=True)
        return {file.filename or "": file.id for file in newest_first}

    def upload(self, name: str, content: Iterable[bytes], size: int) -> str:
        stream = cast("IO[bytes]", SizedStream(content, size))
        create = self._client.files.with_raw_response.create
        return self._asker.ask(
            _Id,
            f"uploading {name!r}",
            lambda: create(file=(name, stream), purpose="fine-tune", timeout=UPLOAD_TIMEOUT),
        ).id

    def files_ready(self, ids: Sequence[str]) -> bool:
        ready = [self._file_ready(file_id) for file_id in ids]  # each is asked: one that was refused must show
        return all(ready)

    def remove_files(self, prefix: str) -> None:
        for file in list(self._files(prefix)):
            with self._asker.translated(f"deleting the file {file.id!r}"), contextlib.suppress(openai.NotFoundError):
                self._asker.kept(self._client.files.with_raw_response.delete(file.id))

    def find_job(self, suffix: str, files: UploadedFiles) -> str | None:
        jobs = self._client.fine_tuning.jobs.with_raw_response
        listed = self._listed(WireJob, "listing jobs", lambda after: jobs.list(after=after or omit, limit=PAGE))
        ours = [job for job in listed if job.suffix == suffix or job.training_file == files.training]
        return min(ours, key=lambda job: job.created_at).id if ours else None

    def create_job(self, request: JobRequest) -> str:
        create = self._client.fine_tuning.jobs.with_raw_response.create
        return self._asker.ask(
            _Id,
            f"creating the job {request.suffix!r}",
            lambda: create(
                model=request.model,
                training_file=request.files.training,
                validation_file=request.files.validation or omit,
                suffix=request.suffix,
                seed=omit if request.seed is None else request.seed,
                metadata=request.metadata,
                method=_method(request),
                # Left out, it brings a misleading error (LiteLLM #24687, Mar 2026).
                extra_body={"trainingType": TRAINING_TYPES[request.training_type]},
            ),
        ).id

    def look(self, job_id: str, cursor: Cursor) -> JobView:
        job = self._job(job_id)
        status = job_status(job.word)
        if status is None:
            log.warning("job %s has the unknown status %r: taken to be running", job_id, job.word)
        # Once the job is over its whole log is read: it tells when the job started and what it cost.
        events = self._events(job_id)
        seen = list(events) if status in OVER else until_cursor(events, cursor)
        return job_view(job, seen, cursor, self._checkpoints(job_id, status))

    def cancel(self, job_id: str) -> None:
        try:
            with self._asker.translated(f"cancelling the job {job_id!r}"):
                self._asker.kept(self._client.fine_tuning.jobs.with_raw_response.cancel(job_id))
        except PermanentError:
            word = self._job(job_id).word
            if job_status(word) not in OVER and word not in CANCELLING:
                raise

    def results(self, file_id: str) -> bytes | None:
        with self._asker.translated(f"reading the results {file_id!r}"):
            try:
                return self._asker.kept(self._client.files.with_raw_response.content(file_id)).content or None
            except openai.NotFoundError:
                return None

    def points(self, results: bytes) -> list[Point]:
        return points_of(results)

    def _files(self, prefix: str) -> Iterator[WireFile]:
        files = self._client.files.with_raw_response
        listed = self._listed(
            WireFile,
            "listing files",
            lambda after: files.list(purpose="fine-tune", after=after or omit, limit=PAGE),
        )
        return (file for file in listed if (file.filename or "").startswith(prefix))

    def _file_ready(self, file_id: str) -> bool:
        what = f"looking at the file {file_id!r}"
        file = self._asker.ask(WireFile, what, lambda: self._client.files.with_raw_response.retrieve(file_id))
        if file.word not in FILE_STATUSES:
            log.warning("file %s has the unknown status %r: taken to be processing", file_id, file.word)
        ready = FILE_STATUSES.get(file.word, False)
        if ready is None:
            why = file.status_details or (file.error and file.error.message) or f"status {file.word!r}"
            raise TrainingFailed(f"the training service refused the file {file.filename!r}: {why}")
        return ready

    def _job(self, job_id: str) -> WireJob:
        retrieve = self._client.fine_tuning.jobs.with_raw_response.retrieve
        return self._asker.ask(WireJob, f"looking at the job {job_id!r}", lambda: retrieve(job_id))

    def _events(self, job_id: str) -> Iterator[WireEvent]:
        """Newest first."""
        jobs = self._client.fine_tuning.jobs.with_raw_response
        return self._listed(
            WireEvent,
            f"listing the events of {job_id!r}",
            lambda after: jobs.list_events(job_id, after=after or omit, limit=PAGE),
        )

    def _checkpoints(self, job_id: str, status: JobStatus | None) -> list[WireCheckpoint]:
        """Whether they can be listed before the job is over is unconfirmed: until then a refusal means none."""
        if status is JobStatus.QUEUED:
            return []
        checkpoints = self._client.fine_tuning.jobs.checkpoints.with_raw_response
        listed = self._listed(
            WireCheckpoint,
            f"listing the checkpoints of {job_id!r}",
            lambda after: checkpoints.list(job_id, after=after or omit, limit=PAGE),
        )
        try:
            return list(listed)
        except PermanentError:
            if status in OVER:
                raise
            return []

    def _listed[T: (WireFile, WireJob, WireEvent, WireCheckpoint)](
        self, shape: type[T], what: str, page: Callable[[str | None], RawAnswer]
    ) -> Iterator[T]:
        """Every item once, page by page; a page that brings nothing new is the last.

        Another run may delete the item that the next page was to begin behind. A refusal of a further page is therefore
        transient: asked again from the beginning, what is really refused is refused at once.
        """
        seen: set[str] = set()
        after: str | None = None
        while True:
            try:
                answer = self._asker.ask(WirePage[shape], what, lambda after=after: page(after))
            except PermanentError as error:
                if after is None:
                    raise
                raise TransientError(f"{error}: the list changed meanwhile") from error
            fresh = [item for item in answer.data if item.id not in seen]
            yield from fresh
            if not answer.has_more or not fresh:
                return
            seen.update(item.id for item in fresh)
            after = answer.data[-1].id


def _method(request: JobRequest) -> Method:
    """What is left to the service is not named: some models refuse the word `auto` (Foundry documentation, Oct 2026).

    The SDK's types lack `response_format`, which the documentation has and the SDK sends as it is given.
    """
    name = METHODS[request.method]
    settings = {"grader": request.grader, "response_format": request.response_format}
    given = {key: value for key, value in settings.items() if value is not None}
    return cast("Method", {"type": name, name: {**given, "hyperparameters": request.hyperparameters}})
