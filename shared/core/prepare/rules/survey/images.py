"""Rules 65, 67, 70 and 71: what the images of a dataset mean for it as a whole."""

from collections.abc import Iterator

from shared.core.prepare.faults import Fault
from shared.core.prepare.report import Place
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.addresses import judge
from shared.core.prepare.rules.survey.spots import Spots

MOST_EXAMPLES = 50_000  #: with images, in a training file; "Vision fine-tuning" (Microsoft Learn, 2026-02)

HAS_FEW_ENOUGH = Rule(65, "examples with images", "error", "leave examples with images out")
IS_OF_ONE_KIND = Rule(67, "images in some rows", "info", "nothing to do, if the model shall do without images too")
IS_LEARNT = Rule(70, "images that are skipped", "info", "look at the number of examples that the service trains on")
LASTS = Rule(71, "address of an image", "info", "make sure that training begins before that day")


class ImageSurvey:
    """The images of a dataset."""

    def __init__(self) -> None:
        self.shown = Spots()
        self.expiring = Spots()
        self.expires = ""  #: the first day on which an address does

    def add(self, addresses: list[str], file: str, line: int) -> None:
        """Look at a row with images."""
        self.shown.add(file, line)
        days = [day for url in addresses if url.startswith("https://") and (day := judge(url).expires)]
        if days:
            self.expiring.add(file, line)
            self.expires = min(day for day in (self.expires, *days) if day)

    def merge(self, later: "ImageSurvey") -> None:
        """Add what another process saw in later rows."""
        self.shown.merge(later.shown)
        self.expiring.merge(later.expiring)
        self.expires = min((day for day in (self.expires, later.expires) if day), default="")

    def faults(self, examples: int) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
        """What is to be said, among so many examples in all."""
        shown = self.shown.count
        if not shown:
            return
        if shown > MOST_EXAMPLES:
            reason = f"{shown:,} examples have images"
            yield Fault(HAS_FEW_ENOUGH, reason, f"at most {MOST_EXAMPLES:,}"), ()
        if shown < examples:
            yield Fault(IS_OF_ONE_KIND, f"{shown:,} of {examples:,} examples have images"), ()
        reason = "the service leaves out examples whose images show people, faces, children or CAPTCHAs"
        yield Fault(IS_LEARNT, reason), ()
        if self.expires:
            reason = f"addresses of images expire, the first on {self.expires}"
            yield Fault(LASTS, reason), self.expiring.places
