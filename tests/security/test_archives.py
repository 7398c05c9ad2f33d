"""What a malicious archive or workbook can do."""

import io
import zipfile
from pathlib import Path

import pytest

from shared.core import stages
from tests.driving import outcome
from tests.fakes import World
from tests.security.dropped import ROWS, ended, lines, paid

LAUGHS = """<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "ha">{entities}]>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>&a30;</sheets></workbook>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e SYSTEM "file://{path}">]>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>&e;</sheets></workbook>"""
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(*entries: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def refusal(world: World) -> str:
    end = outcome(world)
    assert isinstance(end, stages.Rejected)
    assert paid(world) == 0
    return "\n".join(end.reasons)


def test_an_archive_that_bursts_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(("rows.jsonl", b"0" * 200_000_000))
    assert len(bomb) < 2**20
    assert "unpacks to more than a dataset does" in refusal(ended(bomb, "support/a.zip"))


def test_an_archive_in_an_archive_is_refused() -> None:
    inner = zipped(("rows.jsonl", lines(ROWS)))
    assert "another archive" in refusal(ended(zipped(("rows.zip", inner)), "support/a.zip"))


@pytest.mark.parametrize("name", ["../rows.jsonl", "/etc/rows.jsonl", "a/../../rows.jsonl", "C:/rows.jsonl"])
def test_a_name_that_leads_out_of_an_archive_is_refused(name: str) -> None:
    assert "leads out of it" in refusal(ended(zipped((name, lines(ROWS))), "support/a.zip"))


def workbook(document: str) -> bytes:
    return zipped(("[Content_Types].xml", TYPES.encode()), ("xl/workbook.xml", document.encode()))


def test_a_workbook_whose_entities_grow_without_end_is_refused() -> None:
    grown = "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};&a{n};">' for n in range(30))
    refusal(ended(workbook(LAUGHS.format(entities=grown)), "support/a.xlsx"))


def test_a_workbook_that_names_another_file_does_not_get_its_text(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("heliotrope-quokka")
    world = ended(workbook(OUTSIDE.format(path=secret)), "support/a.xlsx")
    refusal(world)
    assert not any(b"heliotrope-quokka" in content for content in world.files.contents.values())
