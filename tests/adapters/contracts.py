"""What every implementation of a port promises, adapter or fake. A test class derives and gives the fixtures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.core.drop import Blob, Drop, DropPart
from shared.core.errors import DropChanged, RunConflict
from shared.core.run import Run
from shared.core.stages import Rejected
from shared.ports import Datasets, RunFiles, Runs

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONTAINER = "datasets"


def make_run(name: str = "support/a.jsonl", at: datetime = NOON) -> Run:
    blob = Blob(name=name, etag="0x1", size=10)
    return Run.begin(
        Drop(container=CONTAINER, name=name, recipe="support", parts=(DropPart(part="whole", blob=blob),)), at
    )


def moved(run: Run, at: datetime = NOON) -> Run:
    return run.moved_to(Rejected(by="dataset", reasons=("naïve — „quoted“",), before=run.stage), at)


class RunsContract:
    def test_a_run_is_loaded_as_it_was_made(self, runs: Runs) -> None:
        run = make_run()
        assert runs.create(run) == run
        assert runs.load(run.id)[0] == run
        assert runs.exists(run.id)

    def test_a_run_nobody_made_is_a_key_error(self, runs: Runs) -> None:
        assert not runs.exists("nobody")
        with pytest.raises(KeyError, match="nobody"):
            runs.load("nobody")

    def test_making_a_run_again_gives_the_one_that_is_there(self, runs: Runs) -> None:
        run = runs.create(make_run())
        later = moved(run)
        runs.save(later, runs.load(run.id)[1])
        assert runs.create(make_run(at=NOON + timedelta(days=1))) == later

    def test_saving_gives_the_etag_to_save_with_next(self, runs: Runs) -> None:
        run = runs.create(make_run())
        later = moved(run)
        etag = runs.save(later, runs.load(run.id)[1])
        assert runs.load(run.id) == (later, etag)
        runs.save(later, etag)

    def test_of_two_that_loaded_the_same_only_one_can_save(self, runs: Runs) -> None:
        run = runs.create(make_run())
        _, etag = runs.load(run.id)
        runs.save(moved(run), etag)
        with pytest.raises(RunConflict, match=f"run '{run.id}' changed before revision 2"):
            runs.save(moved(run), etag)

    def test_a_run_lives_from_its_making_until_it_is_retired(self, runs: Runs) -> None:
        assert list(runs.live()) == []
        run = runs.create(make_run())
        assert [run_id for run_id, _ in runs.live()] == [run.id]
        runs.retire(run.id)
        runs.retire(run.id)
        assert list(runs.live()) == []
        assert runs.exists(run.id)

    def test_the_latest_runs_come_newest_first_and_no_more_than_asked_for(self, runs: Runs) -> None:
        made = [runs.create(make_run(f"{name}.jsonl", NOON + timedelta(hours=name))) for name in range(3)]
        assert runs.latest(10) == [made[2], made[1], made[0]]
        assert len(runs.latest(2)) == 2

    def test_a_notice_counts_as_told_once_it_was_marked(self, runs: Runs) -> None:
        run = runs.create(make_run())
        assert not runs.was_told(run.id, 3)
        runs.mark_told(run.id, 3)
        runs.mark_told(run.id, 3)
        assert runs.was_told(run.id, 3)
        assert not runs.was_told(run.id, 30)


class DatasetsContract:
    def test_a_blob_is_listed_and_looked_at_under_the_same_etag(
        self, datasets: Datasets, upload: Callable[[str, bytes], Blob]
    ) -> None:
        blob = upload("support/ü #1?.jsonl", b"{}")
        assert datasets.head(CONTAINER, blob.name) == blob
        assert [each for each, _ in datasets.blobs(CONTAINER)] == [blob]
        assert blob.size == 2
        assert '"' not in blob.etag

    def test_a_folder_holds_its_own_blobs_only(self, datasets: Datasets, upload: Callable[[str, bytes], Blob]) -> None:
        inside = upload("support/set/train.jsonl", b"{}")
        for name in ("support/set2/train.jsonl", "support/train.jsonl"):
            upload(name, b"{}")
        assert [each for each, _ in datasets.blobs(CONTAINER, "support/set")] == [inside]

    def test_times_of_change_are_in_utc(self, datasets: Datasets, upload: Callable[[str, bytes], Blob]) -> None:
        upload("a.jsonl", b"{}")
        [(_, changed)] = datasets.blobs(CONTAINER)
        assert changed.utcoffset() == timedelta()

    def test_what_is_not_there_has_no_head(self, datasets: Datasets) -> None:
        assert datasets.head(CONTAINER, "gone.jsonl") is None

    def test_a_blob_is_read_whole(self, datasets: Datasets, upload: Callable[[str, bytes], Blob]) -> None:
        content = bytes(range(256)) * 4096
        blob = upload("a.jsonl", content)
        assert b"".join(datasets.read(CONTAINER, blob)) == content

    def test_another_version_is_not_read(self, datasets: Datasets, upload: Callable[[str, bytes], Blob]) -> None:
        blob = upload("a.jsonl", b"old")
        upload("a.jsonl", b"new")
        with pytest.raises(DropChanged, match=r"'a\.jsonl' was uploaded again"):
            list(datasets.read(CONTAINER, blob))

    def test_a_removed_blob_is_not_read(self, datasets: Datasets) -> None:
        with pytest.raises(DropChanged, match=r"'a\.jsonl' was removed"):
            list(datasets.read(CONTAINER, Blob(name="a.jsonl", etag="0x1", size=1)))

    def test_a_recipe_is_its_text_or_nothing(
        self, datasets: Datasets, write_recipe: Callable[[str, str], None]
    ) -> None:
        write_recipe("support", "model: gpt-4.1-nano # größer\n")
        assert datasets.recipe("support") == "model: gpt-4.1-nano # größer\n"
        assert datasets.recipe("sales") is None

    def test_a_recipe_is_added_only_where_there_is_none(self, datasets: Datasets) -> None:
        assert datasets.add_recipe("default", "model: gpt-4.1-nano # größer")
        assert not datasets.add_recipe("default", "model: gpt-4.1")
        assert datasets.recipe("default") == "model: gpt-4.1-nano # größer"


class RunFilesContract:
    def test_a_file_is_read_as_it_was_put(self, files: RunFiles) -> None:
        files.put("r1", "report.json", b"first")
        files.put("r1", "report.json", b"second")
        assert b"".join(files.read("r1", "report.json") or ()) == b"second"

    def test_what_is_not_there_is_none(self, files: RunFiles) -> None:
        files.put("r1", "report.json", b"{}")
        assert files.read("r2", "report.json") is None

    def test_nothing_written_is_visible_before_the_commit(self, files: RunFiles) -> None:
        writer = files.writer("r1", "train.jsonl")
        writer.write(b"x" * 5_000_000)
        assert files.read("r1", "train.jsonl") is None
        writer.write(b"end")
        writer.commit()
        assert b"".join(files.read("r1", "train.jsonl") or ()) == b"x" * 5_000_000 + b"end"

    def test_a_file_with_nothing_written_is_empty(self, files: RunFiles) -> None:
        files.writer("r1", "test.jsonl").commit()
        assert b"".join(files.read("r1", "test.jsonl") or (b"none",)) == b""

    def test_the_same_written_again_changes_nothing(self, files: RunFiles) -> None:
        for _ in range(2):
            writer = files.writer("r1", "train.jsonl")
            writer.write(b"x" * 50_000)
            writer.commit()
        assert b"".join(files.read("r1", "train.jsonl") or ()) == b"x" * 50_000

    def test_two_that_write_the_same_at_once_both_succeed(self, files: RunFiles) -> None:
        content = [bytes([number]) * 4_500_000 for number in range(2)]
        writers = [files.writer("r1", "train.jsonl") for _ in range(2)]
        for part in content:
            for writer in writers:
                writer.write(part)
        for writer in writers:
            writer.commit()
        assert b"".join(files.read("r1", "train.jsonl") or ()) == b"".join(content)
