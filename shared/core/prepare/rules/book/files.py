"""Rules 1 to 17: the file."""

from shared.core.prepare.rules.book.entry import Elsewhere, Entry

ENTRIES = (
    Entry(
        2,
        "name and content",
        ("info", "error"),
        "The file holds rows, and its name says how they are written. Content decides: JSON lines under a .json name "
        "are read, and said. A picture, a PDF, a Git LFS pointer or another kind of file is refused by its true name.",
        "Names are often wrong; reading by name would lose good files and misread others.",
        "Give the file the ending that fits, or drop the rows themselves.",
        ("content",),
    ),
    Entry(
        5,
        "UTF-8",
        ("error", "reject", "fix", "warning", "info"),
        "The text is UTF-8. UTF-16 and the byte order mark are converted, older encodings are recognised and "
        "converted with a warning; bytes that fit no encoding stop the file, or cost their row.",
        "The service takes UTF-8 (Azure: “Customize a model with fine-tuning”, 2026-02).",
        "Save the file as UTF-8; in Excel as “CSV UTF-8”.",
    ),
    Entry(
        6,
        "line ends",
        ("info",),
        "Line ends of Windows and of old Macs are understood. A line separator inside a text stays part of the text.",
        "Tools that cut lines at every such sign tear rows apart.",
        "Nothing to do.",
    ),
    Entry(
        8,
        "valid JSON",
        ("reject", "error"),
        "Every row is valid JSON: quotes closed, commas in place, nothing after the end. The fault is given with its "
        "line and column.",
        "The service refuses a whole file for one such line.",
        "Correct the place, or write the file with a JSON library.",
    ),
    Entry(
        9,
        "rows",
        ("reject", "error", "fix"),
        "Every row is an object in curly brackets, and the file is a list of rows.",
        "A list, a number or a text alone has no fields to learn from.",
        "Write each row as {…}, one a line.",
    ),
    Entry(
        10,
        "sound JSON",
        ("reject", "error"),
        "No key stands twice in an object, numbers are finite, no character is half of one, nothing is nested deeper "
        "than 64 levels, and no row is longer than fits in memory.",
        "Such rows are valid for some readers and mean something else for others: of two equal keys one is lost.",
        "Write the row again without it.",
        ("length of a row", "length of the columns"),
    ),
    Entry(
        11,
        "one format",
        ("warning", "reject"),
        "The rows have fields that we know, all rows have one format, and they suit the method that is trained with.",
        "A row of another format is usually a row from another file.",
        "Name the fields as one of the formats does, and put rows for different methods into files of their own.",
        ("format", "method"),
    ),
    Entry(
        12,
        "number of examples",
        ("info",),
        "How many examples there are to train on. With fewer than 10 nothing is submitted; 50, 200, 500 and 2,000 are "
        "sizes that guides advise.",
        "The service refuses fewer than 10 (Azure: “Customize a model with fine-tuning”, 2026-02).",
        "Add examples, if the tuned model is not good enough.",
    ),
    Entry(
        13,
        "fields",
        ("reject", "error", "fix", "info"),
        "A row has the fields of its format, with the right kind of value; a table names its columns once, and each "
        "of its rows has as many cells. Names in another case, or with blanks around them, are understood.",
        "Without its fields a row has no prompt or no reply.",
        "Fill the field in; in a table put text with commas, quotes or line breaks in quotes.",
        ("columns", "cells"),
    ),
    Entry(
        17,
        "archive",
        ("error", "info"),
        "A packed file is whole, does not grow beyond all measure when it is unpacked, and holds one dataset; no name "
        "in it leads out of it.",
        "A few kilobytes can unpack to terabytes, and a name such as ../../etc can overwrite what it must not.",
        "Pack the file again, or drop it unpacked.",
        ("gzip", "size unpacked"),
    ),
)

ELSEWHERE = (
    Elsewhere(1, "the file is there and not empty", "the verdict: a dataset without rows is rejected"),
    Elsewhere(3, "size of the file", "the step `prepare`, from the limits in the catalogue"),
    Elsewhere(4, "upload in parts", "the adapter that uploads"),
    Elsewhere(7, "blank lines", "the readers: blank lines and a missing last line end say nothing, and are left out"),
    Elsewhere(14, "content type, finished import", "the adapter that uploads, and the step that waits for the import"),
    Elsewhere(15, "files of a resource", "nobody: the service refuses, and the run says so"),
    Elsewhere(16, "safe names, no own outputs", "intake"),
)
