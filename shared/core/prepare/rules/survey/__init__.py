"""The rules that no row breaks alone: what is seen when all examples of a dataset are looked at together.

Memory is bounded, and what two processes saw of a file can be put together; it comes to the same as if one had.
"""

from collections.abc import Iterator, Sequence

from shared.core.grader import StringCheck
from shared.core.prepare.chat import Chat
from shared.core.prepare.faults import Fault
from shared.core.prepare.report import Place
from shared.core.prepare.rules.images import addresses_of
from shared.core.prepare.rules.survey.images import ImageSurvey
from shared.core.prepare.rules.survey.preferences import PreferenceSurvey
from shared.core.prepare.rules.survey.problems import ProblemSurvey
from shared.core.prepare.rules.survey.tools import ToolSurvey
from shared.core.prepare.targets import Preference, Problem, Target, chat_of, messages_of


class Survey:
    """The examples of a dataset so far. `graded` are the paths that a grader reads of a row, `probe` is that grader."""

    def __init__(self, graded: Sequence[str] = (), probe: StringCheck | None = None) -> None:
        self.examples = self.calling = 0  #: all, and those with tools from which calls are learnt
        self.tools = ToolSurvey()
        self.images = ImageSurvey()
        self.preferences = PreferenceSurvey()
        self.problems = ProblemSurvey(graded, probe)

    def add(self, target: Target, file: str, line: int) -> None:
        """Look at an example that stands on this line of the file."""
        self.examples += 1
        chat = target if isinstance(target, Chat) else chat_of(target)
        for message in chat.messages:
            if type(message.content) is list:
                self._look_at_images(chat, file, line)
                break
        if chat.tools is not None and not isinstance(target, Problem):
            self.calling += 1
            self.tools.add(chat, messages_of(target), file, line)
        if isinstance(target, Preference):
            self.preferences.add(target, file, line)
        elif isinstance(target, Problem):
            self.problems.add(target, file, line)

    def _look_at_images(self, chat: Chat, file: str, line: int) -> None:
        if addresses := [url for message in chat.messages for url in addresses_of(message)]:
            self.images.add(addresses, file, line)

    def merge(self, later: "Survey") -> None:
        """Add what another process saw in later rows, in the order of the file."""
        self.examples += later.examples
        self.calling += later.calling
        self.tools.merge(later.tools)
        self.images.merge(later.images)
        self.preferences.merge(later.preferences)
        self.problems.merge(later.problems)

    def faults(self) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
        """What is to be said of the dataset, and the first rows that show it."""
        yield from self.tools.faults(self.calling)
        yield from self.images.faults(self.examples)
        yield from self.preferences.faults()
        yield from self.problems.faults()
