"""From texts, as people store them, to a chat: what the text formats share."""

from collections.abc import Iterable

from shared.core.prepare.chat import Assistant, Chat, Message, System, User
from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.rule import Rule

HAS_TEXT = Rule(25, "content", "reject", "write the missing text, or leave the row out")
NO_MARKERS = Rule(35, "markers in a text", "fix", "nothing to do; the service puts its own markers between turns")
IS_TIDY = Rule(41, "leftovers around a text", "fix", "nothing to do; the text itself is unchanged")

TRIMMED = Fault(IS_TIDY, "white space around a text was removed")
SEPARATOR_REMOVED = Fault(IS_TIDY, "a separator of older completion files was removed")
EMPTY_SYSTEM_REMOVED = Fault(IS_TIDY, "an empty system message was left out")
TOKENS_REMOVED = Fault(NO_MARKERS, "a model's start or end tokens were removed")
CUT_INTO_TURNS = Fault(NO_MARKERS, "a prompt was cut into turns at its markers")

SPEAKERS = {"user": User, "assistant": Assistant, "system": System}


class Draft:
    """A chat in the making, and what had to be repaired on the way."""

    __slots__ = ("fixes", "messages")

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.fixes: list[Fault] = []

    def say(self, role: str, text: str, source: str) -> None:
        """Add a turn. `source` is the field its text comes from. Raises `Unusable` if there is no text."""
        tidy = self.tidied(text)
        if not tidy:
            raise Unusable(Fault(HAS_TEXT, f"{shown(source)} is empty", "some text"))
        self.messages.append(SPEAKERS[role](tidy))

    def say_all(self, turns: Iterable[tuple[str, str]], source: str) -> None:
        """Add the turns that a text was cut into."""
        for role, text in turns:
            self.say(role, text, source)
        self.note(CUT_INTO_TURNS)

    def instruct(self, text: str | None) -> None:
        """Put a system message in front, if there is one."""
        if text is None:
            return
        if tidy := self.tidied(text):
            self.messages.insert(0, System(tidy))
        else:
            self.note(EMPTY_SYSTEM_REMOVED)

    def tidied(self, text: str) -> str:
        """The text without white space around it."""
        tidy = text.strip()
        if len(tidy) != len(text):
            self.note(TRIMMED)
        return tidy

    def note(self, fix: Fault) -> None:
        """Remember a repair, once a row."""
        if fix not in self.fixes:
            self.fixes.append(fix)

    @property
    def chat(self) -> Chat:
        """What was said."""
        return Chat(self.messages)
