"""The list of rules, with what each asks, for people. `docs/rules.md` is written from it."""

from shared.core.prepare.rules.book import files, images, messages, preferences, problems, tools, whole
from shared.core.prepare.rules.book.entry import Elsewhere, Entry

CHAPTERS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("The file", files.ENTRIES),
    ("The row and its messages", messages.ENTRIES),
    ("Tools", tools.ENTRIES),
    ("Images", images.ENTRIES),
    ("Preferences (DPO)", preferences.ENTRIES),
    ("Problems (RFT)", problems.ENTRIES),
    ("The whole set", whole.ENTRIES),
)

ELSEWHERE: tuple[Elsewhere, ...] = (
    *files.ELSEWHERE,
    *messages.ELSEWHERE,
    *images.ELSEWHERE,
    *problems.ELSEWHERE,
    *whole.ELSEWHERE,
)
