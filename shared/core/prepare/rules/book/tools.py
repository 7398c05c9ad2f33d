"""Rules 50 to 59: tools and their calls."""

from shared.core.prepare.rules.book.entry import Entry

ENTRIES = (
    Entry(
        50,
        "tools",
        ("reject", "fix"),
        "Tools are a list of functions, at most 128, each with a name of its own of up to 64 letters, digits, _ or -. "
        "Other ways to write them are understood.",
        "Azure OpenAI, “Quotas and limits” and the chat completions reference, 2026-02.",
        "Declare tools as the service does: type, function, name, description, parameters.",
    ),
    Entry(
        51,
        "tool parameters",
        ("reject", "fix"),
        "What a tool takes is described in valid JSON Schema, as an object.",
        "The service refuses other descriptions; a model cannot learn to fill in what is not described.",
        "Correct the schema at the place that is named.",
    ),
    Entry(
        52,
        "tool call",
        ("reject", "fix"),
        "A call has an id, the name of a function, and its arguments as a JSON object inside a text. A list of calls "
        "is not empty.",
        "The service refuses other calls (“Input should be a valid string”).",
        "Write the arguments as JSON in quotes.",
    ),
    Entry(
        53,
        "declared tool",
        ("reject", "warning"),
        "Only declared tools are called, with the arguments that they require, of the declared types and values. "
        "Arguments that are neither declared nor forbidden are pointed out. Patterns and references to schemas "
        "elsewhere are not looked at.",
        "The model would learn to call what is not there, or wrongly.",
        "Correct the call, or declare what it needs.",
    ),
    Entry(
        54,
        "answered call",
        ("reject", "fix"),
        "Every call is answered by one tool message before the next turn, and every tool message answers a call. Only "
        "calls at the end of a row may stay open: they are what is learnt.",
        "The chat API refuses such conversations.",
        "Add the answer, or correct its tool_call_id.",
    ),
    Entry(
        55,
        "answer of a tool",
        ("fix",),
        "What a tool answers is a text; other values are written as JSON.",
        "The service's words for it: “Input should be a valid string”.",
        "Nothing to do.",
    ),
    Entry(
        56,
        "older function calls",
        ("fix", "reject"),
        "The older functions and function_call are written as tools and tool calls; a row that has both kinds is "
        "rejected.",
        "The service takes one kind in a row.",
        "Use tools only.",
    ),
    Entry(
        57,
        "parallel tool calls",
        ("warning", "fix"),
        "Where a row says that tools are not called in parallel, no message calls two. Without tools the setting is "
        "left out.",
        "The row teaches what its setting forbids.",
        "Set parallel_tool_calls to true, or make one call a message.",
    ),
    Entry(
        58,
        "same tools",
        ("warning", "info"),
        "A tool is declared in the same way wherever it is declared. Different sets of tools are told.",
        "The guide advises the same tools in all rows, as they will be offered later (Azure, “Fine-tuning and "
        "function calling”, 2026-02).",
        "Declare a tool in the same way everywhere.",
    ),
    Entry(
        59,
        "tools that are called",
        ("info",),
        "Tools that no row calls are named, and rows that have tools and call none are counted.",
        "A model learns when to call from rows that do and from rows that do not.",
        "Add rows that call the tool, or leave it out.",
    ),
)
