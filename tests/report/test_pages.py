import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import batched

import pytest

from shared.core import stages
from shared.core.access import Person
from shared.core.decisions import choices
from shared.core.drop import Upload
from shared.core.gate import judge
from shared.core.prepare.report import Report, Rows
from shared.core.run import Run
from shared.core.stages import Stage
from shared.report.pages import run_page, runs_page
from shared.report.plain import BIDI_CONTROLS, plain
from tests.report.examples import (
    ACCEPTED,
    CHECKPOINTS,
    DEPLOYMENT,
    FILES,
    JOB,
    NOW,
    PLAN,
    POINTS,
    RECIPE,
    SERVING,
    WAYS,
    example,
    led,
    report,
)
from tests.report.hostile import HOSTILE, naughty
from tests.report.markup import Page


def page(run: Run, **more: object) -> Page:
    return Page(run_page(run, report(), NOW, **more))  # type: ignore[arg-type]


def text_of(found: Page) -> str:
    return " ".join(found.text.split())


def classes(kind: object) -> Iterator[type]:
    """The classes of a union, however it is spelled."""
    if isinstance(kind, type):
        yield kind
    else:
        parts = [kind.__value__] if hasattr(kind, "__value__") else getattr(kind, "__args__", ())
        for part in parts:
            yield from classes(part)


def test_there_is_an_example_of_every_stage() -> None:
    assert {type(example(way).stage) for way in WAYS} == set(classes(Stage))


@pytest.mark.parametrize("way", WAYS)
def test_a_run_at_any_stage_has_a_page(way: str) -> None:
    run = example(way)
    for found in (page(run, points=POINTS), Page(run_page(run, None, NOW))):
        assert run.drop.name in found.text
        assert run.id in found.text
        assert [tag for tag, *_ in found.shape].count("h1") == 1


@pytest.mark.parametrize("way", WAYS)
def test_exactly_those_decisions_are_offered_that_the_stage_allows(way: str) -> None:
    run = example(way)
    forms = page(run).forms
    assert tuple(decision for form in forms for decision in form.decisions) == choices(run.stage)
    assert {(form.method, form.action) for form in forms} <= {("post", f"{run.id}/decisions")}


def test_people_are_named_on_the_page_and_their_names_are_text() -> None:
    run = example("held").model_copy(update={"upload": Upload(by="<b>sftp</b>", request_id="<i>831e</i>")})
    run = run.signed("cancel", Person(name="<script>ada</script>", id="<u>0</u>"))
    found = page(run)
    assert not {"b", "i", "u", "script"} & {tag for tag, *_ in found.shape}
    for text in ("<b>sftp</b>", "<i>831e</i>", "<script>ada</script>", "<u>0</u>"):
        assert text in found.text


def test_a_held_run_says_what_is_to_be_approved() -> None:
    assert "Approve $64.97" in page(example("held")).text


@pytest.mark.parametrize(
    ("way", "consequence"),
    [
        ("uploaded", "what it uploaded is removed"),
        ("training", "asked to cancel the job"),
        ("serving", "The deployment is removed. The model is kept."),
    ],
)
def test_who_cancels_reads_first_what_it_does(way: str, consequence: str) -> None:
    assert consequence in page(example(way)).text


@pytest.mark.parametrize("way", WAYS)
def test_a_page_loads_itself_anew_only_while_the_run_moves_by_itself(way: str) -> None:
    still = {"held", "paused", "parked", "serving", "closed"}
    assert (page(example(way)).refresh is None) == (way in still)


def test_the_rows_are_summed_up() -> None:
    assert "20,324 read = 13,402 + 2,609 + 1,803 + 1,695 + 611 + 204" in text_of(page(example("prepared")))


def test_a_finding_comes_with_its_rule_its_lines_and_its_remedy() -> None:
    told = text_of(page(example("rejected")))
    assert "ends with the assistant (rule 25)" in told
    assert "support/helpsteer.jsonl, line 17" in told
    assert "What to do: end each example with the answer that the model should learn." in told


def test_a_report_of_another_version_is_linked_and_not_guessed_at() -> None:
    found = Page(run_page(example("prepared"), {"verdict": "fine", "rows": [1, 2]}, NOW))
    assert "another version" in found.text
    assert f"{example('prepared').id}/files/report.json" in found.links


def test_the_chosen_checkpoint_is_marked_and_the_faults_of_others_are_told() -> None:
    strict = RECIPE.training_gate.model_copy(update={"max_validation_loss": 0.86})
    stage = ACCEPTED.model_copy(update={"verdict": judge(strict, "sft", CHECKPOINTS, POINTS)})
    told = text_of(page(led((stage,))))
    assert told.count("chosen") == 2  # in the row, and in the sentence below the table
    assert "validation loss 1.028, above 0.86" in told


def test_a_deployment_is_told_with_its_end() -> None:
    told = text_of(page(example("serving")))
    assert DEPLOYMENT.name in told
    assert "2026-11-25 10:32 UTC (in 19 h)" in told


@pytest.mark.parametrize(
    ("way", "files"),
    [
        ("received", []),
        ("prepared", ["report.html", "report.json", "rejects.jsonl"]),
        ("trained", ["report.html", "report.json", "rejects.jsonl"]),
        ("accepted", ["report.html", "report.json", "rejects.jsonl", "results.csv"]),
        ("refused by the gate", ["report.html", "report.json", "rejects.jsonl", "results.csv"]),
        ("serving", ["report.html", "report.json", "rejects.jsonl", "results.csv", "lineage.json"]),
    ],
)
def test_only_files_that_exist_are_linked(way: str, files: list[str]) -> None:
    run = example(way)
    links = Page(run_page(run, None if way == "received" else report(), NOW)).links
    assert [link for link in links if "/files/" in link] == [f"{run.id}/files/{name}" for name in files]


def test_a_repaired_dataset_is_linked() -> None:
    run, mended = example("prepared"), Report.model_validate(report())
    mended = mended.model_copy(update={"rows": Rows(read=1, fixed=1)})
    links = Page(run_page(run, mended.model_dump(mode="json"), NOW)).links
    assert f"{run.id}/files/corrected.jsonl" in links


def test_the_curve_is_drawn_where_there_are_points() -> None:
    assert "Loss over training steps. training loss 1.8" in run_page(example("serving"), None, NOW, points=POINTS)
    assert "polyline" not in {tag for tag, *_ in page(example("serving")).shape}


def test_links_stay_on_the_site() -> None:
    for found in (page(example("serving"), points=POINTS), Page(runs_page([example("serving")], NOW))):
        assert "?format=json" in found.links
        assert not [link for link in found.links if ":" in link or link.startswith("/")]


def test_a_page_may_load_nothing_and_run_nothing_but_its_own_style() -> None:
    found = page(example("serving"), points=POINTS)
    digest = b64encode(sha256("".join(found.styles).encode()).digest()).decode()
    assert found.policy == f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'"
    assert not [names for _, *names in found.shape if "style" in names or [one for one in names if one[:2] == "on"]]


def test_runs_are_listed_with_what_people_look_for() -> None:
    run = example("training")
    found = Page(runs_page([run], NOW))
    assert f"runs/{run.id}" in found.links
    for word in ("support/helpsteer.jsonl", "recipe support", "training", PLAN.model, "0.845", "$21.66", "8 h ago"):
        assert word in text_of(found)
    assert found.refresh is not None


def test_a_list_without_runs_says_how_to_begin_one() -> None:
    assert "datasets/<recipe>/<anything>.jsonl" in Page(runs_page([], NOW)).text


def hostile_run(text: str) -> Run:
    """A run in which the text stands wherever a text from outside may stand."""
    plan = PLAN.model_copy(update={"model": text, "approved_by": text, "inputs": {text: text}})
    checkpoints = tuple(one.model_copy(update={"id": text, "model": text}) for one in CHECKPOINTS)
    job = JOB.model_copy(update={"id": text, "model": text, "checkpoints": checkpoints})
    serving = SERVING.model_copy(
        update={
            "plan": plan,
            "files": FILES.model_copy(update={"training": text, "validation": text}),
            "job": job,
            "verdict": judge(RECIPE.training_gate, "sft", checkpoints, POINTS),
            "deployment": stages.Deployment(name=text, model=text),
        }
    )
    failed = stages.Failed(step=stages.Step.WATCH, reason=text, before=serving)
    run = led((serving, failed), name=text, etag=text)
    return run.model_copy(update={"id": "f" * 16, "drop": run.drop.model_copy(update={"recipe": text})})


def hostile_report(text: str) -> dict[str, object]:
    """The same for a report."""
    told = report()
    findings = [{**one, "message": text, "name": text, "expected": text, "remedy": text} for one in told["findings"]]  # type: ignore[attr-defined]
    inputs = [{**one, "name": text, "stored_as": text} for one in told["inputs"]]  # type: ignore[attr-defined]
    return {**told, "findings": findings, "inputs": inputs, "notes": [text], "formats": {text: 20_324}}


def hostile_pages(text: str) -> tuple[Page, Page]:
    run = hostile_run(text)
    older = run.model_copy(update={"id": "0" * 16, "created_at": run.created_at - timedelta(days=1)})
    one = run_page(run, hostile_report(text), NOW, points=POINTS)
    return Page(one), Page(runs_page([run, older], NOW))


TAME = hostile_pages("tame")


def check_stays_text(text: str) -> None:
    for found, tame in zip(hostile_pages(text), TAME, strict=True):
        assert found.shape == tame.shape
        assert found.links == tame.links
        assert plain(text)[:60].strip() in found.text
        assert not set(map(ord, found.text)) & set(BIDI_CONTROLS)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_from_outside_never_becomes_markup(text: str) -> None:
    check_stays_text(text)


def rejected_page(reasons: tuple[str, ...]) -> Page:
    run = led((stages.Rejected(by="dataset", reasons=reasons, before=stages.Received()),))
    return Page(run_page(run, None, NOW))


def test_naughty_strings_never_become_markup() -> None:
    strings = naughty()
    if strings is None:
        pytest.skip("the corpus has no blns.json: set TUNEDROP_CORPUS")
    for some in batched(filter(str.strip, map(plain, strings)), 40, strict=False):
        found, tame = rejected_page(some), rejected_page(("tame",) * len(some))
        assert found.shape == tame.shape
        assert all(text in found.text for text in some)


def test_a_page_stays_small_whatever_was_said() -> None:
    html = run_page(hostile_run("e" * 100_000), hostile_report("e" * 100_000), NOW, points=POINTS)
    assert "[cut: 100,000 characters in all]" in html
    assert len(html) < 200_000


STYLE = "".join(TAME[0].styles)
THEMES = re.findall(r":root \{([^}]*)\}", STYLE)
PAIRS = [
    ("ink", "ground"),
    ("ink", "card"),
    ("soft", "ground"),
    ("soft", "card"),
    ("link", "card"),
    ("on-strong", "link"),
    *((mood, f"{mood}-wash") for mood in ("busy", "good", "attention", "bad", "neutral")),
    *(("link", f"{mood}-wash") for mood in ("busy", "good", "attention", "bad", "neutral")),
]


def luminance(colour: str) -> float:
    """Relative luminance; source: WCAG 2.2, section "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", range(2), ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_texts_stand_out_from_their_ground(theme: int, front: str, back: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", THEMES[theme]))
    darker, lighter = sorted((luminance(colours[front]), luminance(colours[back])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2, success criterion 1.4.3
