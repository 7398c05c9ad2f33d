# ruff: noqa: RUF001 - texts in many scripts
import csv
import io

import pytest

from shared.core.prepare.containers import encoding, open_rows
from shared.core.prepare.faults import Unreadable
from tests.core.prepare.dropping import chat, drop, fates, jsonl

SENTENCES = {
    "cp1252": ("Western European", "La réponse est simple : le café est très bon à l'été, n'est-ce pas ?"),
    "latin-1": ("Western European", "Die Größe der Tür ist schön, Käse müßte für Österreich hübsch sein."),
    "cp1250": (
        "Central European",
        "W jaki sposób mogę najłatwiej zmienić hasło? Proszę kliknąć „Ustawienia”, a następnie zatwierdzić.",
    ),
    "cp1251": ("Cyrillic", "Привет, как дела? Сегодня хорошая погода в Москве."),
    "koi8_r": ("Cyrillic", "Привет, как дела? Сегодня хорошая погода в Москве."),
    "cp1253": ("Greek", "Τι είναι η μηχανική μάθηση; Είναι κλάδος της τεχνητής νοημοσύνης."),
    "cp1254": (
        "Turkish",
        "Şu işi kısaca açıklayınız: bilgisayarların öğrenmesi için çok sayıda örneğe ihtiyaçları vardır.",
    ),
    "cp1255": ("Hebrew", "מהי למידת מכונה? זהו ענף של בינה מלאכותית."),
    "cp1256": ("Arabic", "ما هو التعلم الآلي؟ هو فرع من الذكاء الاصطناعي."),
    "gb18030": ("Chinese", "什么是机器学习？机器学习是人工智能的一个分支。"),
    "big5": ("Chinese", "什麼是機器學習？機器學習是人工智慧的一個分支。"),
    "cp932": ("Japanese", "機械学習とは何ですか？人工知能の一分野です。"),
    "euc_jp": ("Japanese", "機械学習とは何ですか？人工知能の一分野です。"),
    "cp949": ("Korean", "기계 학습이란 무엇입니까? 인공지능의 한 분야입니다."),
}


@pytest.mark.parametrize("codec", SENTENCES)
@pytest.mark.parametrize("chunk", [3, 1 << 16])
def test_older_encodings_are_told_by_their_content(codec: str, chunk: int) -> None:
    script, sentence = SENTENCES[codec]
    cells = [{"question": f"{sentence} {number}", "answer": sentence} for number in range(12)]
    text = io.StringIO()
    table = csv.DictWriter(text, ["question", "answer"])
    table.writeheader()
    table.writerows(cells)
    data = text.getvalue().encode(codec)

    opened = open_rows("drop.csv", (data[start : start + chunk] for start in range(0, len(data), chunk)))

    assert [record.cells for record in opened.rows()] == cells
    [note] = opened.notes
    assert note.reason.startswith("the file is not UTF-8; it was converted from ")
    assert note.reason.endswith(f"({script}), which it most likely is")


def test_letters_that_are_turkish_or_icelandic_are_not_guessed() -> None:
    with pytest.raises(Unreadable, match="no other encoding fits"):
        open_rows("drop.csv", iter(["prompt,response\nþú,það ýð\n".encode("cp1252")]))


def test_a_single_accent_in_a_spreadsheet_is_taken_for_western() -> None:
    [record] = open_rows("drop.csv", iter(["prompt,response\nWhy?,Café\n".encode("cp1252")])).rows()
    assert record.cells == {"prompt": "Why?", "response": "Café"}


def test_a_few_broken_bytes_among_json_cost_their_rows_only() -> None:
    rows = [chat(f"Wo wäre das, Nr. {number}?") for number in range(12)]
    broken = jsonl([chat("schön")]).replace("ö".encode(), b"\xf6") * 5
    for sound in (rows, [chat(f"Why {number}?") for number in range(12)]):
        prepared = drop(jsonl(sound) + broken)
        assert prepared.training == sound
        assert fates(prepared) == {"read": 17, "kept": 12, "rejected": 5}


def test_a_guess_that_fails_later_is_an_error_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SAMPLE_BYTES", 1000)
    monkeypatch.setattr("shared.core.prepare.containers.opener.SAMPLE_BYTES", 1000)
    good = ("question,answer\n" + f"{SENTENCES['cp932'][1]},x\n" * 50).encode("cp932")
    with pytest.raises(Unreadable) as caught:
        list(open_rows("drop.csv", iter([good, b"\x81\x01\n"])).rows())
    assert caught.value.fault.reason == f"it seems to be Shift-JIS (Japanese), but is not: byte offset {len(good)}"


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"prompt,response\n" + bytes(range(128, 256)), 16),
        (b"\x00\x01\x02\xff" * 100, 3),
        ("prompt,response\nЧто?,Да\n".encode("koi8_r"), 16),
    ],
)
def test_what_no_encoding_fits_is_refused_with_its_place(data: bytes, offset: int) -> None:
    with pytest.raises(Unreadable) as caught:
        open_rows("drop.csv", iter([data]))
    assert caught.value.fault.reason == f"the file is not UTF-8, and no other encoding fits: byte offset {offset}"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(codec: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("prompt", "response"), ("何ですか", "はい")])
    opened = open_rows("drop.csv", iter([text.getvalue().encode(codec)]))
    assert [record.cells for record in opened.rows()] == [{"prompt": "何ですか", "response": "はい"}]
    assert [note.reason for note in opened.notes] == [
        "the file was converted from UTF-16, which it is without a byte order mark"
    ]
