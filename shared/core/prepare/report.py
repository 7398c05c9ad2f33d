"""What preparation says about a dataset: the verdict, the sums, and every finding with its places."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.core.prepare.rule import Severity
from shared.core.prepare.targets import Method
from shared.core.values import Value

type Count = Annotated[int, Field(ge=0)]
type Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Rows(Value):
    """What became of each row. The sum always comes out: nothing is dropped without a word."""

    read: Count
    kept: Count = 0  #: in the training or validation file, as they were meant
    fixed: Count = 0  #: there too, repaired
    rejected: Count = 0  #: in the rejects file, with reasons
    duplicates: Count = 0  #: equal to an example before
    ties: Count = 0  #: preferences without a preference
    filtered: Count = 0  #: sound, and not wanted by the recipe
    test: Count = 0  #: held back for the evaluation of the tuned model

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        ends = self.kept + self.fixed + self.rejected + self.duplicates + self.ties + self.filtered + self.test
        if self.read != ends:
            raise ValueError(f"{self.read} rows were read, but {ends} are accounted for")
        return self


class Place(Value):
    """Where something was found."""

    file: str
    line: Annotated[int, Field(ge=1)]  #: physical line
    column: Annotated[int, Field(ge=1)] | None = None  #: counted in characters
    field: str = ""  #: inside the row: `messages[2].role`; empty where the row as a whole is meant


class Finding(Value):
    """One thing that was noticed, as often as it occurred."""

    rule: int | None  #: its number in the list of rules
    name: str
    severity: Severity
    message: str  #: what is so; quotes no dataset text
    expected: str = ""  #: what would have been right
    remedy: str
    count: Annotated[int, Field(ge=1)]
    samples: tuple[str, ...] = ()  #: some of what was found, masked
    places: tuple[Place, ...] = ()  #: the first ones


class Input(Value):
    """A file as it was dropped."""

    name: str
    part: Literal["train", "validation", "test", "whole"]
    stored_as: str  #: such as 'JSON lines, packed with gzip'; empty if it could not be told
    bytes: Count
    sha256: Sha256


class Output(Value):
    """A file that was written."""

    rows: Count
    bytes: Count
    sha256: Sha256


class Tokens(Value):
    """How much there is to train on, once through."""

    count: Count
    low: Count  #: 95 of 100 such intervals hold the count; equal to it where all were counted
    high: Count
    method: str  #: how it was counted or estimated


class Spread(Value):
    """How a figure is spread over the examples."""

    median: Count
    high: Count  #: 95 of 100 examples have no more
    most: Count
    histogram: tuple[tuple[Count, Count], ...]  #: from which figure on, and how many examples


class Statistics(Value):
    """What the examples are like; repeated ones are counted as often as they stand there."""

    messages: Spread  #: of an example
    text_bytes: Spread  #: of what user and assistant say in an example
    reply_bytes: Spread  #: of what the assistant says in an example
    languages: dict[str, Count]  #: examples of a sample, by the language they are in
    scripts: dict[str, Count]  #: all examples, by the letters they are written with
    task: str  #: what the replies look like: 'labels', 'short answers', 'texts', ...


class Report(Value):
    """The outcome of preparing one dataset."""

    verdict: Literal["accepted", "rejected"]
    reasons: tuple[str, ...] = ()  #: why it was rejected, as sentences for its owner
    notes: tuple[str, ...] = ()  #: what its owner should know besides, likewise
    method: Method | None  #: what the rows were made into; `None` if none was recognised
    formats: dict[str, Count]  #: rows by the format they were recognised as
    rows: Rows
    inputs: tuple[Input, ...]
    training: Output
    validation: Output  #: no rows: there is no validation file
    test: Output  #: likewise
    rejects: Output
    training_tokens: Tokens
    images: Count = 0  #: examples that show images
    statistics: Statistics | None = None  #: `None` if the texts were not looked into, or there are no examples
    findings: tuple[Finding, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether there is something to train on."""
        return self.verdict == "accepted"

    @property
    def is_corrected(self) -> bool:
        """Whether something was wrong with the only file, and all of it was repaired."""
        is_mended = any(finding.severity == "fix" for finding in self.findings)
        return is_mended and not self.rows.rejected and len(self.inputs) == 1
