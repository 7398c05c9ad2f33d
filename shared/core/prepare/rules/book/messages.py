"""Rules 20 to 43: the row and its messages."""

from shared.core.prepare.rules.book.entry import Elsewhere, Entry

ENTRIES = (
    Entry(
        20,
        "messages",
        ("reject",),
        "A chat row has a list of messages, with at least one in it.",
        "The service refuses a file with such a row.",
        "Give the row its messages, or leave it out.",
    ),
    Entry(
        21,
        "extra keys",
        ("fix",),
        "Keys beside those that the service takes are left out, and named in the report. In rows for reinforcement "
        "they stay: graders read them.",
        "The service's words for it: “contains an extra …”.",
        "Nothing to do, unless what they hold should be learnt.",
    ),
    Entry(
        23,
        "keys of a message",
        ("reject", "fix"),
        "A message is an object with role and content and no keys that the service does not know; keys without a "
        "value are left out.",
        "The service refuses unknown keys.",
        "Leave the key out, or move its text into the content.",
    ),
    Entry(
        24,
        "role",
        ("reject", "fix"),
        "Every message says who speaks: system, developer, user, assistant or tool. Names of other trainers, such as "
        "human and gpt, are understood.",
        "The service refuses other roles (“Discriminator 'role' is missing”).",
        "Use one of the five.",
    ),
    Entry(
        25,
        "content",
        ("reject",),
        "Every message says something. Only a message that calls tools may be without a text, and a tool's answer may "
        "be empty.",
        "From an empty reply a model learns to say nothing.",
        "Write the missing text, or leave the row out.",
    ),
    Entry(
        26,
        "text and calls",
        ("info",),
        "A reply has a text, or tool calls, or both; those that have both are counted.",
        "Guides of other trainers forbid both, the service takes it: so it is told, and nothing more.",
        "Nothing to do, if the model shall speak while it calls.",
    ),
    Entry(
        27,
        "both sides speak",
        ("reject",),
        "A row for supervised training has at least one user message and one of the assistant.",
        "There is nothing to learn without a reply, and nothing to learn it from without a question.",
        "Add what is missing, or leave the row out.",
    ),
    Entry(
        28,
        "ends with a reply",
        ("reject",),
        "The last message of a row for supervised training is the assistant's. It may be a tool call that nobody "
        "answers: so it is in Microsoft's own samples.",
        "What follows the last reply is not learnt; several trainers refuse such rows.",
        "End the row with the assistant's reply.",
    ),
    Entry(
        29,
        "system message",
        ("warning", "fix"),
        "The system message comes first, and there is one at most.",
        "Later ones are not how a model is used once it is deployed.",
        "Put one system message first, with all instructions in it.",
    ),
    Entry(
        30,
        "turns",
        ("warning",),
        "User and assistant speak in turn, and the user begins. Rows with tool calls are not judged: there an "
        "assistant may speak before it calls.",
        "Two messages of one speaker are usually one that was cut, or a turn between them was lost.",
        "Join messages of one speaker, and begin with the user.",
    ),
    Entry(
        32,
        "weight",
        ("reject", "fix", "warning"),
        "A weight is 0 or 1, stands on the assistant's messages only, and is not 0 on all of them.",
        "With weight 0 everywhere there is nothing to learn (Azure: “Customize a model with fine-tuning”, 2026-02).",
        "Leave the weight out, or set it to 1 on a reply that is to be learnt.",
    ),
    Entry(
        33,
        "name",
        ("reject",),
        "The name of a speaker has 1 to 64 characters, none of them a blank or one of < > | / \\.",
        "The service refuses other names.",
        "Leave the name out, or write it without those characters.",
    ),
    Entry(
        34,
        "limits of an example",
        ("reject",),
        "An example has at most 2,048 messages, and a message at most 1,048,576 characters.",
        "Azure OpenAI, “Quotas and limits”, 2026-02.",
        "Cut the conversation into shorter ones.",
    ),
    Entry(
        35,
        "special tokens",
        ("reject", "warning", "fix"),
        "No text holds the signs that models put between turns, such as <|im_start|> or [INST]. At the edges of a "
        "text they are removed, inside it they cost the row or are told.",
        "The service refuses its own tokens in a text; those of other models would be learnt as words.",
        "Remove them.",
        ("markers in a text",),
    ),
    Entry(
        36,
        "reserved words",
        ("warning",),
        "No text holds turns inside it, marked by Human: or Assistant: at the beginning of a line.",
        "The model would learn to speak for both sides.",
        "Cut the turns into messages, each with its role.",
    ),
    Entry(
        37,
        "length in tokens",
        ("reject",),
        "An example has not more tokens than the model takes.",
        "Longer ones are cut, and it is the reply, at the end, that is lost.",
        "Cut the conversation into shorter ones, or shorten its texts.",
    ),
    Entry(
        38,
        "length of an example",
        ("warning", "info"),
        "Examples with next to no text, and very long ones, are pointed out.",
        "Very short ones often lost something on the way; long ones are dear.",
        "Look at the rows that are named.",
        ("short examples", "long examples"),
    ),
    Entry(
        40,
        "refusals and boilerplate",
        ("warning",),
        "Replies that refuse, or that speak of themselves as a language model, are counted.",
        "A few are right; many teach the model to refuse.",
        "Keep them only where the model shall give them.",
    ),
    Entry(
        41,
        "leftovers",
        ("warning", "fix"),
        "No text holds what stayed in it from its source: line breaks written as signs, wrong encodings, HTML, "
        "placeholders, invisible characters. White space and separators around a text are removed.",
        "The model learns to write them.",
        "Clean the text, unless the model shall write this.",
        ("leftovers around a text",),
    ),
    Entry(
        42,
        "reasoning",
        ("fix", "reject"),
        "Reasoning that is stored beside a reply is left out; the recipe can have such rows rejected instead.",
        "The service trains on replies, and refuses the fields.",
        "Nothing to do, or take the reasoning out.",
    ),
    Entry(
        43,
        "capitals",
        ("warning",),
        "Texts of which more than a third is written in capitals are pointed out.",
        "A model learns to shout.",
        "Write them in usual letters, unless the model shall write capitals.",
    ),
)

ELSEWHERE = (
    Elsewhere(22, "role and content of a message", "rules 23, 24 and 25"),
    Elsewhere(31, "even number of turns", "rule 30: it follows from turns that alternate and end with a reply"),
    Elsewhere(39, "nothing to learn in a row", "rule 32"),
)
