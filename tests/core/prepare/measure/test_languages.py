import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.prepare.measure import languages as measuring
from shared.core.prepare.measure.languages import Languages, language_of
from shared.core.prepare.measure.scripts import SCRIPTS, script_of_rows
from shared.core.prepare.measure.texts import ASSISTANT, USER, find_texts
from tests.core.prepare.measure.making import blocks, digests, line

SAID = {
    "en": "Wipe the blade with a dry cloth, then put a single drop of oil on the pivot. Never leave it in the rain.",
    "de": "Wischen Sie die Klinge mit einem trockenen Tuch ab und geben Sie einen Tropfen Öl auf das Gelenk.",
    "fr": "Essuyez la lame avec un chiffon sec, puis mettez une seule goutte d'huile sur le pivot avant de la ranger.",
    "ru": "Протрите лезвие сухой тканью, затем нанесите одну каплю масла на шарнир и несколько раз сожмите ручки.",
    "el": "Σκουπίστε τη λεπίδα με ένα στεγνό πανί και μετά βάλτε μια σταγόνα λάδι στον άξονα του ψαλιδιού σας.",
    "he": "נגבו את הלהב במטלית יבשה ולאחר מכן הניחו טיפת שמן אחת על הציר והזיזו את הידיות מספר פעמים.",
    "ar": "امسح الشفرة بقطعة قماش جافة ثم ضع قطرة واحدة من الزيت على المحور وحرك المقابض عدة مرات.",
    "hi": "ब्लेड को सूखे कपड़े से पोंछें, फिर धुरी पर तेल की एक बूंद डालें और हैंडल को कई बार चलाएं।",
    "th": "เช็ดใบมีดด้วยผ้าแห้ง จากนั้นหยดน้ำมันหนึ่งหยดลงบนจุดหมุนและขยับด้ามจับสองสามครั้ง",
    "zh": "请先用干布把刀刃擦干净、然后在转轴上滴一滴油、反复开合几次手柄。不要把修枝剪放在雨里、弹簧最先生锈。",
    "ja": "まず乾いた布で刃を拭き、軸に油を一滴たらして、持ち手を何度か動かしてください。雨の中に置かないでください。",
    "ko": "먼저 마른 천으로 칼날을 닦은 다음 축에 기름 한 방울을 떨어뜨리고 손잡이를 여러 번 움직이십시오.",
}
OTHERS = ("Cyrillic", "Greek", "Hebrew", "Arabic", "Indic", "Thai", "Chinese", "Japanese", "Korean")
SCRIPT = dict(zip(SAID, ("Latin", "Latin", "Latin", *OTHERS), strict=True))


def script(written: bytes) -> str:
    texts = find_texts([written])
    return SCRIPTS[script_of_rows(texts.of(USER).first(), texts.of(ASSISTANT).last())[0]]


@pytest.mark.parametrize("code", SAID)
def test_a_text_is_known_by_its_language_and_its_script(code: str) -> None:
    found = language_of(SAID[code])
    assert found is not None
    assert found.code == code
    assert script(line("?", SAID[code], system=SAID["en"] * 3)) == SCRIPT[code]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("3.14159 + 2.71828 = 5.85987; " * 5, id="numbers"),
        pytest.param("Paris", id="a name"),
        pytest.param("🙂" * 100, id="emoji"),
        pytest.param(
            "Septum primum, septum secundum, ductus arteriosus, ductus venosus, fossa ovalis, pars dorsalis", id="terms"
        ),
        pytest.param(SAID["en"] + SAID["de"], id="half and half"),
    ],
)
def test_what_cannot_be_told_for_sure_counts_for_nothing(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize("odd", ["\x00", "\x07", "\x7f", "\x85", "\ufffe", "\U0001ffff", "\ufdd0", "\u2028", "\ud7ff"])
def test_no_character_stops_the_search(odd: str) -> None:
    found = language_of(f"{odd}{SAID['en']}{odd}")
    assert found is None or found.code == "en"


def test_code_and_numbers_in_another_language_leave_its_script() -> None:
    mixed = SAID["zh"] + "```total += row['price']```" + SAID["zh"]
    assert script(line("?", mixed)) == "Chinese"


def languages(lines: Sequence[bytes], size: int = 100) -> Languages:
    measure = Languages()
    for block, texts, numbers in blocks(lines, size):
        measure.add_block(texts, numbers, digests(block))
    return measure


def rows(**counts: int) -> list[bytes]:
    """So many different examples in each language, in turn."""
    lines = [line(f"{at}?", SAID[code]) for code, count in counts.items() for at in range(count)]
    random.Random(1).shuffle(lines)
    return lines


def told(measure: Languages, *expected: str) -> list[tuple[str, int]]:
    noted = measure.faults(expected, measure.found())
    assert all(each.fault.rule.number == 127 for each in noted)
    return [(each.fault.reason, len(each.lines)) for each in noted]


@pytest.mark.parametrize(
    ("counts", "expected", "reasons"),
    [
        pytest.param({"en": 98, "de": 2}, (), [], id="rare is under 2 %"),
        pytest.param({"en": 99, "de": 1}, (), [("1 % of the examples are in German", 1)], id="a rare language"),
        pytest.param({"en": 99, "ru": 1}, (), [("1 % of the examples are written in Cyrillic", 1)], id="a rare script"),
        pytest.param({"en": 60, "de": 40}, (), [], id="two languages"),
        pytest.param({"en": 60, "de": 40}, ("en", "de"), [], id="two that are expected"),
        pytest.param({"en": 60, "de": 40}, ("en",), [("40 % of the examples are in German", 20)], id="one is not"),
        pytest.param({"zh": 60, "en": 40}, ("zh",), [("40 % of the examples are in English", 20)], id="English is not"),
        pytest.param(
            {"en": 9, "ja": 1}, ("en",), [("10 % of the examples are written in Japanese", 1)], id="a script is not"
        ),
        pytest.param({"zh": 10}, ("ja",), [("100 % of the examples are in Chinese", 10)], id="Chinese for Japanese"),
        pytest.param({}, ("en",), [], id="nothing"),
    ],
)
def test_examples_in_unexpected_languages_are_told(
    counts: dict[str, int], expected: tuple[str, ...], reasons: list[tuple[str, int]]
) -> None:
    assert told(languages(rows(**counts)), *expected) == reasons


def test_a_set_of_very_many_languages_has_no_rare_ones() -> None:
    lines = [line(f"{at}?", text) for at in range(3) for text in SAID.values()]
    assert told(languages(lines * 10)) == []


def test_the_beginning_of_what_is_learnt_decides() -> None:
    found = languages([line(SAID["fr"] * 12, SAID["en"], SAID["fr"], SAID["de"] * 12)]).found()
    assert [language.code for language in found] == ["de"]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 120), st.randoms(use_true_random=False))
def test_neither_blocks_nor_merging_change_what_is_found(size: int, source: random.Random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "MOST_SAMPLED", 30)
        lines = rows(en=80, de=20, ru=20)
        whole, half = languages(lines), source.randrange(len(lines))
        first, second = Languages(), Languages()
        for measure, part, before in ((first, lines[:half], 0), (second, lines[half:], half)):
            for block, texts, numbers in blocks(part, size):
                measure.add_block(texts, numbers + before, digests(block))
        first.merge(second)
        assert first.found() == whole.found()
        assert first.faults((), first.found()) == whole.faults((), whole.found())


def test_the_sample_is_bounded_and_shows_the_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MOST_SAMPLED", 200)
    found = languages(rows(en=700, de=300)).found()
    assert sum(map(len, found.values())) == 200
    assert {language.code: len(lines) for language, lines in found.items()}["de"] == pytest.approx(60, abs=20)
