from datetime import timedelta

from shared.report.listing import sections
from tests.report.examples import WAYS, example


def test_runs_that_wait_for_a_person_come_first_and_those_that_are_over_last() -> None:
    runs = [example(way, f"support/{way}.jsonl") for way in WAYS]
    found = {section.name: {row.situation.stage for row in section.rows} for section in sections(runs)}
    assert list(found) == ["Waiting for a person", "Under way", "Serving", "Over"]
    assert found["Waiting for a person"] == {"held", "paused", "parked"}
    assert found["Serving"] == {"serving"}
    assert found["Over"] == {"rejected", "failed", "cancelled", "expired"}
    assert sum(len(section.rows) for section in sections(runs)) == len(runs)


def test_sections_without_runs_are_left_out() -> None:
    assert [section.name for section in sections([example("serving")])] == ["Serving"]
    assert sections([]) == []


def test_the_run_that_changed_last_stands_on_top() -> None:
    runs = [example(way, f"support/{way}.jsonl") for way in ("prepared", "training", "uploaded")]
    [section] = sections(runs)
    assert [row.situation.stage for row in section.rows] == ["training", "uploaded", "prepared"]


def test_earlier_versions_that_are_over_stand_under_the_latest() -> None:
    latest = example("training", etag="0x3")
    later = timedelta(hours=1)
    latest = latest.model_copy(update={"created_at": latest.created_at + later})
    [section] = sections([example("rejected", etag="0x1"), latest])
    [row] = section.rows
    assert row.run == latest
    assert [(run.drop.parts[0].blob.etag, told.stage) for run, told in row.earlier] == [("0x1", "rejected")]


def test_an_earlier_version_that_still_lives_has_a_row_of_its_own() -> None:
    older = example("serving", etag="0x1")
    latest = example("training", etag="0x2").model_copy(update={"created_at": older.created_at + timedelta(hours=1)})
    rows = [row for section in sections([latest, older]) for row in section.rows]
    assert [(row.run.id, row.earlier) for row in rows] == [(latest.id, ()), (older.id, ())]


def test_the_figure_is_the_checkpoints_or_while_it_trains_the_latest() -> None:
    rows = {way: sections([example(way)])[0].rows[0] for way in ("received", "training", "serving")}
    assert {way: (row.figure, row.figure_of) for way, row in rows.items()} == {
        "received": ("", ""),
        "training": ("0.845", "training loss, step 150"),
        "serving": ("0.857", "validation loss, step 360"),
    }
