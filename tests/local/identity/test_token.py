import pytest

from local.identity.token import Claims, read_token, token_for


def test_a_token_carries_its_audience_and_an_hour() -> None:
    assert read_token(token_for("https://ai.azure.com/", 1000.9)) == Claims("https://ai.azure.com", 4600)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "a.!!!.c", "a.e30.c", "a.b.c.d"])
def test_what_is_no_token_has_no_claims(text: str) -> None:
    assert read_token(text) is None
