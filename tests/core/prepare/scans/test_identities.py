import pytest

from shared.core.prepare.scans.checksums import passes_luhn
from tests.core.prepare.scans.scanning import found

CARD, IBAN = "payment card number", "bank account number (IBAN)"

SOMEONES = [
    ("Card 4556 7375 8689 9855", CARD),
    ("Card 4556737586899855.", CARD),
    ("Card 3714-496353-98449", CARD),
    ("IBAN DE44 5001 0517 5407 3249 31", IBAN),
    ("IBAN: GB33BUKB20201555555555", IBAN),
    ("FR14 2004 1010 0505 0001 3M02 606", IBAN),
    ("Her social security number is 859-56-0028", "US social security number"),
    ("NI number AB 12 34 56 C", "British national insurance number"),
    ("National insurance: AB123456C", "British national insurance number"),
    ("Steuer-ID: 86 095 742 719", "German tax number"),
    ("DNI 12345679S", "Spanish identity number"),
    ("NIE X1234567L", "Spanish identity number"),
    ("n\u00b0 1 85 05 78 006 084 91", "French social security number"),
    ("身份证号11010519491231002X。", "Chinese identity number"),
    ("BSN: 111222333", "Dutch citizen number"),
]
NOBODYS = [
    "Card 4556 7375 8689 9856",
    "Card 4242 4242 4242 4242, 4111111111111111",
    "4556737586899855 + 1",
    "id 94556737586899855",
    "0000 0000 0000 0000",
    "IBAN DE44 5001 0517 5407 3249 32",
    "XX44 5001 0517 5407 3249 31",
    "Part 859-56-0028",
    "social security number 078-05-1120",
    "social security number 000-56-0028, 859-00-0028",
    "part AB123456C",
    "86 095 742 719 screws",
    "Steuer-ID: 86 095 742 718",
    "DNI 12345679A",
    "1 85 05 78 006 084 37",
    "110105194912310021",
    "111222333",
    "BSN: 111222334",
]


@pytest.mark.parametrize(("text", "kind"), SOMEONES)
def test_numbers_of_persons_and_accounts_are_found(text: str, kind: str) -> None:
    assert found(text) == {kind}


@pytest.mark.parametrize("text", NOBODYS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize("digit", range(10))
def test_one_check_digit_is_right(digit: int) -> None:
    assert passes_luhn(f"7992739871{digit}") == (digit == 3)
