"""Check digits: what tells a number of a certain kind from any number."""

from collections.abc import Sequence

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}  # fmt: skip
"""By country: characters (SWIFT, "IBAN Registry", release 99)."""

DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
CHINESE_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHINESE_CHECKS = "10X98765432"


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: of payment cards."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_iban(compact: str) -> bool:
    """ISO 13616: the length of its country, and a remainder of 1 when divided by 97."""
    if len(compact) != IBAN_LENGTHS.get(compact[:2]):
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def is_german_tax_id(digits: str) -> bool:
    """Of 11 digits (Bundeszentralamt für Steuern): ISO 7064, mod 11, 10; of the first ten, one or two stand twice."""
    counts = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    if digits[0] == "0" or counts[-1] not in {2, 3} or counts.count(1) < 7:  # noqa: PLR2004 - the others stand once
        return False
    product = 10
    for digit in digits[:10]:
        product = 2 * ((product + int(digit)) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[10])


def is_spanish_id(compact: str) -> bool:
    """DNI of 8 digits, or NIE of X, Y or Z and 7: the letter behind is the remainder by 23."""
    number = compact[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return DNI_LETTERS[int(number) % 23] == compact[-1]


def is_french_id(digits: str) -> bool:
    """Of 13 digits and a key of two (INSEE): sex, year, month and place of birth, a number."""
    month = int(digits[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42) and 97 - int(digits[:13]) % 97 == int(digits[13:])  # noqa: PLR2004 - months; 20 to 42: month unknown


def is_chinese_id(compact: str) -> bool:
    """GB 11643-1999: place, date of birth, a number, and a check digit or X (ISO 7064, mod 11, 2)."""
    month, day = int(compact[10:12]), int(compact[12:14])
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004 - of a date
        return False
    return CHINESE_CHECKS[_weighted(compact[:17], CHINESE_WEIGHTS) % 11] == compact[17].upper()


def is_dutch_id(digits: str) -> bool:
    """BSN of 9 digits: weighted 9 to 2 and -1, a multiple of 11."""
    return _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
