"""Rules 80 to 92: pairs of replies."""

from shared.core.prepare.rules.book.entry import Entry

ENTRIES = (
    Entry(
        80,
        "fields of a pair",
        ("reject",),
        "A row has input, preferred_output and non_preferred_output.",
        "The service's words for it: “missing key 'input'”.",
        "Give all three.",
    ),
    Entry(
        81,
        "input of a preference",
        ("reject",),
        "The input has a user message and does not end with the assistant's; both replies answer this one prompt. The "
        "row is rejected: it is no pair of replies to a question.",
        "Azure, “Direct preference optimization”, 2026-02.",
        "Let the input end before the replies, with a user message.",
    ),
    Entry(
        82,
        "replies of a preference",
        ("reject",),
        "Each of the two replies has a message of the assistant, and only messages of the assistant and of tools. The "
        "row is rejected: the service refuses the file for it.",
        "Azure, “Direct preference optimization”, 2026-02.",
        "Give both replies.",
    ),
    Entry(
        83,
        "two replies",
        ("reject",),
        "Where replies come in a list, there are two or more with different scores.",
        "One reply alone is no preference.",
        "Give each prompt a better and a worse reply.",
    ),
    Entry(
        84,
        "two different replies",
        ("reject",),
        "The two replies differ, in more than white space.",
        "Between equal replies there is nothing to prefer.",
        "Leave the row out.",
    ),
    Entry(
        85,
        "nearly the same replies",
        ("warning",),
        "Replies that differ in one place only, by less than a twentieth, or only in capitals are pointed out. They "
        "stay: the place may be what matters.",
        "Often such pairs come from a mistake in making them.",
        "Look whether the difference is what shall be learnt.",
    ),
    Entry(
        86,
        "repeated prompt",
        ("warning", "fix"),
        "The replies do not begin with the prompt. Where a format repeats it, it is taken out; elsewhere it is told, "
        "since a reply may quote a question on purpose.",
        "The model would learn to repeat what it is asked.",
        "Take the prompt out of the replies.",
    ),
    Entry(
        87,
        "contradictory preferences",
        ("warning",),
        "No two rows with one prompt prefer the opposite. A warning: which of the rows is right cannot be told here.",
        "Such pairs cancel each other out.",
        "Decide which reply is the better one.",
    ),
    Entry(
        88,
        "ties",
        ("info",),
        "Rows in which neither reply is better are left out, and counted.",
        "There is nothing to prefer.",
        "Nothing to do.",
    ),
    Entry(
        89,
        "length of replies",
        ("info", "warning"),
        "How often the preferred reply is the longer one. A warning if it is so in four of five pairs, and by a "
        "quarter on average.",
        "A model learns length in place of quality, since length is easier.",
        "Add pairs in which the better reply has another length.",
    ),
    Entry(
        90,
        "number of pairs",
        ("info",),
        "With fewer than 500 pairs it is told that more epochs may be needed. A hint: small sets work, if gone through "
        "more often.",
        "Microsoft's skills for agents advise it.",
        "Set n_epochs in the recipe to 2 or 3, or add pairs.",
    ),
    Entry(
        91,
        "refusal against answer",
        ("info",),
        "Pairs in which one reply refuses and the other answers are counted, by which of them is preferred.",
        "They decide how willing the model becomes.",
        "Nothing to do, if it shall become so.",
    ),
    Entry(
        92,
        "margin",
        ("info",),
        "Pairs whose scores are closer than the recipe's min_margin are left out, and counted. Nothing is left out "
        "unless the recipe says so.",
        "A small gap may be chance.",
        "Lower min_margin in the recipe to keep them.",
    ),
)
