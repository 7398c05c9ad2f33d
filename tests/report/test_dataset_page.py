import re
from collections.abc import Mapping

import pytest

from shared.core.prepare.report import Finding, Place, Report, Spread, Statistics
from shared.report.dataset_page import dataset_page
from shared.report.specimens import Specimens
from tests.report.examples import report
from tests.report.hostile import HOSTILE
from tests.report.markup import Page

LENGTHS = Spread(median=234, high=331, most=9_000, histogram=((64, 3), (128, 40), (223, 90), (304, 12), (8_660, 1)))
STATISTICS = Statistics(
    messages=Spread(median=2, high=4, most=4, histogram=((2, 140), (4, 6))),
    text_bytes=LENGTHS,
    reply_bytes=LENGTHS,
    languages={"English": 140, "German": 5, "Welsh": 1},
    scripts={"Latin": 146},
    task="short answers",
)
REASON = "the messages do not end with the assistant"
REJECTED = {"verdict": "rejected", "reasons": ("204 of 20,324 rows cannot be used.",), "notes": ()}


def made(**changes: object) -> Report:
    return Report.model_validate(report()).model_copy(update={"statistics": STATISTICS, **changes})


def page(specimens: Specimens | None = None, **changes: object) -> Page:
    return Page(dataset_page(made(**changes), specimens or {}))


def text_of(found: Page) -> str:
    return " ".join(found.text.split())


def test_the_verdict_and_what_to_do_come_before_the_figures() -> None:
    told = text_of(page(**REJECTED))
    order = [
        "rejected",
        "204 of 20,324 rows cannot be used.",
        "What to do",
        "Mend what is listed here",
        "accounted for",
    ]
    places = [told.index(part) for part in order]
    assert places == sorted(places)


def test_an_accepted_dataset_is_told_for_which_method() -> None:
    assert "The dataset is accepted: it fits supervised fine-tuning (sft)." in text_of(page())


@pytest.mark.parametrize(
    "fact",
    [
        "20,324 read = 13,402 + 2,609 + 1,803 + 1,695 + 611 + 204",
        "14,221 training 1,790 validation 1,803 test",
        "about 4,812,400 (between 4,700,000 and 4,920,000)",
        "helpsteer (20,324 rows)",
        "Repliesshort answers",
        "ends with the assistant (rule 25)",
        "support/helpsteer.jsonl, line 17",
        "in bytes of text: half have at most 234, 95 of 100 at most 331, all at most 9,000",
        "English140 (95.9 %)",
        "Welsh1 (0.7 %)",
    ],
)
def test_the_page_holds_what_the_report_does(fact: str) -> None:
    assert fact in text_of(page())


def test_images_are_counted_where_there_are_some() -> None:
    assert "12 examples with images" in text_of(page(images=12))
    assert "images" not in text_of(page()).split("Replies")[0].split("Method")[1]


def test_a_dataset_that_was_not_looked_into_has_no_charts() -> None:
    found = page(statistics=None)
    assert "What the examples are like" not in found.text
    assert "Replies" not in found.text


def test_problems_have_no_lengths_of_replies() -> None:
    nothing = Spread(median=0, high=0, most=0, histogram=((0, 146),))
    assert "Length of replies" not in page(statistics=STATISTICS.model_copy(update={"reply_bytes": nothing})).text


def test_rows_of_a_finding_are_shown_with_it() -> None:
    finding = made().findings[0]
    found = page({(finding.rule, finding.message): ['{"messages": []}']})
    assert '{"messages": []}' in found.text
    assert ("pre", "class") in found.shape
    assert "such rows" not in page().text


def test_no_script_runs_and_nothing_is_fetched() -> None:
    found = page(**REJECTED)
    tags = {tag for tag, *_ in found.shape}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"}
    names = {name for _, *names in found.shape for name in names}
    assert not {name for name in names if name.startswith("on") or name in {"href", "src", "style", "srcset"}}
    assert found.policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"url\(|@import|https?:", "".join(found.styles))
    assert found.refresh is None


def hostile(text: str) -> tuple[Report, Mapping[tuple[int | None, str], list[str]]]:
    finding = Finding(
        rule=25,
        name=text,
        severity="reject",
        message=text,
        expected=text,
        remedy=text,
        count=3,
        samples=(text,),
        places=(Place(file=text, line=1, field=text),),
    )
    statistics = STATISTICS.model_copy(update={"languages": {text: 3}, "scripts": {text: 3}, "task": text})
    given = made(**REJECTED)
    inputs = tuple(one.model_copy(update={"name": text, "stored_as": text}) for one in given.inputs)
    changes = {"findings": (finding,), "statistics": statistics, "inputs": inputs, "formats": {text: 1}}
    return given.model_copy(update={**changes, "reasons": (text,), "notes": (text,)}), {(25, text): [text]}


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_a_dataset_are_never_markup(text: str) -> None:
    tame = Page(dataset_page(*hostile("tame")))
    assert Page(dataset_page(*hostile(text))).shape == tame.shape


def test_the_same_report_makes_the_same_page() -> None:
    assert dataset_page(made(), {}) == dataset_page(made(), {})
