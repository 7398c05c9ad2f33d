"""Rules 58 and 59: whether rows declare the same tools, and whether the tools are called."""

from collections.abc import Iterator

import xxhash
from msgspec import Raw, Struct, ValidationError
from msgspec.json import Decoder

from shared.core.prepare.chat import Chat, Message
from shared.core.prepare.faults import Fault, listed
from shared.core.prepare.report import Place
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.calls import calls_of
from shared.core.prepare.rules.survey.spots import Spots

MOST_SETS = 256  #: different sets of tools that are looked at; a file with more takes its tools from a library

SAME_TOOLS = Rule(58, "same tools", "warning", "declare a tool in the same way wherever it may be called")
SAME_SETS = Rule(58, "same tools", "info", "nothing to do, if the tools that are offered shall differ from row to row")
IS_CALLED = Rule(59, "tools that are called", "info", "add rows that call the tool, or leave it out")


class _Function(Struct):
    name: str


class _Tool(Struct):
    function: _Function


_entries = Decoder(list[Raw]).decode
_tool = Decoder(_Tool).decode


class Toolset:
    """The rows that declare the same tools in the same order."""

    __slots__ = ("functions", "spots")

    def __init__(self, tools: bytes) -> None:
        self.functions = {name: xxhash.xxh3_64_intdigest(entry) for name, entry in _declared(tools)}
        self.spots = Spots()


def _declared(tools: bytes) -> Iterator[tuple[str, Raw]]:
    """The tools by name. What is none is passed over: a recipe may let it stand."""
    try:
        for entry in _entries(tools):
            yield _tool(entry).function.name, entry
    except ValidationError:
        return


class ToolSurvey:
    """The tools of a dataset, and their calls."""

    def __init__(self) -> None:
        self.sets: dict[int, Toolset] = {}
        self.called: set[str] = set()
        self.silent = Spots()  #: rows with tools and without a call
        self.are_many = False

    def add(self, chat: Chat, replies: list[Message], file: str, line: int) -> None:
        """Look at a row that declares tools. `replies` are the messages that may call them."""
        tools = bytes(chat.tools or b"[]")
        digest = xxhash.xxh3_64_intdigest(tools)
        if digest not in self.sets:
            self._keep(digest, Toolset(tools))
        if known := self.sets.get(digest):
            known.spots.add(file, line)
        called = [call.function.name for message in replies for call in calls_of(message) or ()]
        if called and not self.are_many:
            self.called.update(called)
        elif not called:
            self.silent.add(file, line)

    def merge(self, later: "ToolSurvey") -> None:
        """Add what another process saw in later rows."""
        for digest, toolset in later.sets.items():
            if digest in self.sets:
                self.sets[digest].spots.merge(toolset.spots)
            else:
                self._keep(digest, toolset)
        self.are_many |= later.are_many
        self.called |= later.called
        self.silent.merge(later.silent)

    def faults(self, rows: int) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
        """What is to be said of `rows` rows with tools."""
        if self.silent.count:
            reason = f"{self.silent.count:,} of {rows:,} rows with tools call none"
            yield Fault(IS_CALLED, reason), self.silent.places
        if self.are_many:
            yield Fault(SAME_SETS, f"the rows declare more than {MOST_SETS} different sets of tools"), ()
            return
        if len(self.sets) > 1:
            yield Fault(SAME_SETS, f"the rows declare {len(self.sets)} different sets of tools"), ()
        yield from self._differing()
        if idle := sorted({name for each in self.sets.values() for name in each.functions} - self.called):
            yield Fault(IS_CALLED, f"tools that no row calls: {listed(idle)}"), ()

    def _keep(self, digest: int, toolset: Toolset) -> None:
        if len(self.sets) < MOST_SETS:
            self.sets[digest] = toolset
        else:
            self.are_many = True

    def _differing(self) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
        first: dict[str, int] = {}
        differing: set[str] = set()
        others = Spots()
        for each in self.sets.values():
            unlike = {name for name, digest in each.functions.items() if first.setdefault(name, digest) != digest}
            if unlike:
                differing |= unlike
                others.merge(each.spots)
        if differing:
            reason = f"tools that are not declared alike in all rows: {listed(sorted(differing))}"
            yield Fault(SAME_TOOLS, reason, "as in the first row that has them"), others.places
