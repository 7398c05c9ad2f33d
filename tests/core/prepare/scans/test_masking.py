import pytest

from shared.core.prepare.scans.masking import Masker

MASKER = Masker()
TOKEN = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("nothing to hide, not even 12345", "nothing to hide, not even 12345"),
        (f'{{"key": "{TOKEN}"}}', '{"key": "g***5"}'),
        (f"{TOKEN}, and once more {TOKEN}", "g***5, and once more g***5"),
        (f"\N{PILE OF POO} é {TOKEN} ö", "\N{PILE OF POO} é g***5 ö"),
        (f"\ud83d {TOKEN}", "\ud83d g***5"),
        ("", ""),
    ],
)
def test_what_reports_mask_is_masked_wherever_it_stands(text: str, masked: str) -> None:
    assert MASKER.masked(text) == masked


def test_an_address_of_a_person_is_not_shown() -> None:
    assert "jane.doe" not in MASKER.masked("ask jane.doe@contoso.com about it")
