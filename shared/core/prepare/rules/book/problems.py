"""Rules 100 to 114: problems and graders."""

from shared.core.prepare.rules.book.entry import Elsewhere, Entry

ENTRIES = (
    Entry(
        100,
        "ends with a question",
        ("reject",),
        "The messages of a row for reinforcement end with the user's. The row is rejected: the service refuses the "
        "file for it.",
        "Azure, “Reinforcement fine-tuning”, 2026-03.",
        "End the messages with the user's; put the right answer into a key beside them.",
    ),
    Entry(
        101,
        "both files",
        ("warning",),
        "There is a training and a validation file. A warning: the rows are sound, and the other file may follow.",
        "The service tunes by a grader only with both (Azure, “Reinforcement fine-tuning”, 2026-03).",
        "Drop a set with a train and a validation file, or a file that is large enough to be split.",
    ),
    Entry(
        106,
        "fields of the grader",
        ("reject",),
        "Every row has the fields that the grader reads. The row is rejected: no answer to it could be graded.",
        "A grader that finds nothing gives a score that means nothing.",
        "Give the row the field, or correct the grader's template.",
    ),
    Entry(
        107,
        "reference answer",
        ("reject", "warning", "fix"),
        "The answer that the grader compares with is not empty, is short enough to be compared, has one type in all "
        "rows and is not the same in all. A row without one is rejected; the rest is pointed out.",
        "From an answer that is always right, or never, nothing is learnt.",
        "Write the right answer, in the same way in every row.",
    ),
    Entry(
        108,
        "risky phrases",
        ("info",),
        "Prompts for reinforcement that ask for the chain of thought are counted. Only counted: many good sets ask for "
        "steps.",
        "Reasoning models think unasked, and the service may take the phrase for an attempt to read their thoughts.",
        "Ask for the answer only.",
    ),
    Entry(
        109,
        "shape of the problems",
        ("warning",),
        "All rows for reinforcement have the same keys. A warning: the grader may not need those that are missing.",
        "Keys that are in some rows only are usually misspelt, or from another file.",
        "Give every row the same keys.",
    ),
    Entry(
        112,
        "graders that can be tricked",
        ("warning",),
        "A grader that compares texts rewards the right answer, and neither an empty one nor one that repeats the "
        "question; each row is tried. A warning: the grader is the recipe's, and may be meant so. What models or "
        "programs judge is not tried.",
        "A model finds what is rewarded without an answer, and learns just that.",
        "Compare the whole answer (`eq`), or ask so that the answer does not stand in the question.",
    ),
)

ELSEWHERE = (
    Elsewhere(102, "kind of grader", "the recipe, when it is read"),
    Elsewhere(103, "operations and metrics of a grader", "the recipe, when it is read"),
    Elsewhere(104, "program of a grader", "the recipe, when it is read: it is compiled and never run"),
    Elsewhere(105, "formula of several graders", "the recipe, when it is read"),
    Elsewhere(110, "format of the response", "the recipe, when it is read"),
    Elsewhere(111, "calibration of a grader", "nobody yet: it takes answers of the base model"),
    Elsewhere(113, "ranges of the method's settings", "the recipe, when it is read"),
    Elsewhere(114, "model of a grader", "the step `prepare`, from the catalogue"),
)
