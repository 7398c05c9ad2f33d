"""Rules 60 to 74: images."""

from shared.core.prepare.rules.book.entry import Elsewhere, Entry

ENTRIES = (
    Entry(
        60,
        "images of the user",
        ("reject",),
        "Images stand in the user's messages only, and in none of a preference pair.",
        "Azure, “Vision fine-tuning”, 2026-02. Preferences are learnt from texts.",
        "Move the image into a user message; leave pairs with images out.",
    ),
    Entry(
        61,
        "content part",
        ("reject", "fix"),
        "The parts of a message are texts; in user messages they may be images.",
        "Azure, “Vision fine-tuning”, 2026-02.",
        "Use parts of type text or image_url.",
    ),
    Entry(
        62,
        "image",
        ("reject",),
        "An image is an https address, or a JPEG, PNG or WEBP inside the row as base64 that begins as such files do.",
        "Azure, “Vision fine-tuning”, 2026-02. What is not an image is skipped in silence there.",
        "Give an address, or the image as a data URI.",
    ),
    Entry(
        63,
        "size of an image",
        ("reject",),
        "An image inside a row has at most 10 MB.",
        "Azure, “Vision fine-tuning”, 2026-02.",
        "Make the image smaller.",
    ),
    Entry(
        64,
        "number of images",
        ("reject",),
        "An example has at most 64 images.",
        "Azure, “Vision fine-tuning”, 2026-02; an older page and other services say 10.",
        "Cut the example into several.",
    ),
    Entry(
        65,
        "examples with images",
        ("error",),
        "At most 50,000 examples have images.",
        "Azure, “Vision fine-tuning”, 2026-02.",
        "Leave examples with images out.",
    ),
    Entry(
        66,
        "pixels of an image",
        ("warning",),
        "An image is in the colours RGB or RGBA, and has at most 8,192 pixels a side.",
        "Azure asks for RGB or RGBA (“Vision fine-tuning”, 2026-02); the side is Bedrock's limit.",
        "Save the image as RGB, not larger than it must be.",
    ),
    Entry(
        67,
        "images in some rows",
        ("info",),
        "If some examples have images and others have none, it is told. Only told: the service takes both in one file.",
        "Other trainers refuse a mixture.",
        "Nothing to do, if the model shall do without images too.",
    ),
    Entry(
        68,
        "placeholders of images",
        ("reject",),
        "Where texts mark the places of images with <image>, there are as many marks as images. The row is rejected: "
        "which image belongs where would be a guess.",
        "Trainers that know the mark refuse such rows too.",
        "Write <image> once for each image of the row.",
    ),
    Entry(
        70,
        "images that are skipped",
        ("info",),
        "If there are images, it is told that the service leaves some out. Only told: what an image shows is not "
        "looked at here, and a warning that stands on every such set is soon not read.",
        "Azure leaves out images of people, faces, children and CAPTCHAs without a word (“Vision fine-tuning”, "
        "2026-02).",
        "Look at the number of examples that the service trains on.",
    ),
    Entry(
        71,
        "address of an image",
        ("reject", "info"),
        "The address leads to a host that everybody can reach, and carries no password. If its signature expires, it "
        "is told when. Nothing is fetched.",
        "The service fetches images when training begins; addresses inside a network cannot be fetched, and must not "
        "be.",
        "Put the image where the service can fetch it, or into the row.",
    ),
)

ELSEWHERE = (
    Elsewhere(69, "weight beside an image", "rules 32 and 61: weights are the assistant's, images the user's"),
    Elsewhere(72, "videos", "nobody: the service takes none, so they are unknown parts (rule 61)"),
    Elsewhere(73, "detail of an image", "rule 13: low, high or auto"),
    Elsewhere(74, "images for a model that reads text only", "nobody: the service refuses, and the run says so"),
)
