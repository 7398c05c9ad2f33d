import pytest

from local.foundry.errors import Envelope, Refused, body
from local.foundry.web import ARM_AUDIENCES, PROJECT_AUDIENCES, check_bearer
from local.identity.token import token_for

NOW = 1_000_000.0


def test_a_token_for_the_audience_is_let_in() -> None:
    check_bearer(f"Bearer {token_for('https://ai.azure.com', NOW)}", PROJECT_AUDIENCES, NOW, "v1")
    check_bearer(f"Bearer {token_for('https://management.azure.com/', NOW)}", ARM_AUDIENCES, NOW, "arm")


@pytest.mark.parametrize(
    ("header", "envelope", "code"),
    [
        (None, "v1", "Unauthorized"),
        ("Bearer nonsense", "v1", "Unauthorized"),
        (f"Basic {token_for('https://ai.azure.com', NOW)}", "v1", "Unauthorized"),
        (f"Bearer {token_for('https://management.azure.com', NOW)}", "v1", "Unauthorized"),
        (f"Bearer {token_for('https://ai.azure.com', NOW - 3600)}", "v1", "Unauthorized"),
        (None, "arm", "AuthenticationFailed"),
        (f"Bearer {token_for('https://ai.azure.com', NOW)}", "arm", "InvalidAuthenticationTokenAudience"),
        (f"Bearer {token_for('https://management.azure.com', NOW - 3600)}", "arm", "ExpiredAuthenticationToken"),
    ],
)
def test_everybody_else_is_told_401(header: str | None, envelope: Envelope, code: str) -> None:
    audiences = PROJECT_AUDIENCES if envelope == "v1" else ARM_AUDIENCES
    with pytest.raises(Refused) as caught:
        check_bearer(header, audiences, NOW, envelope)
    assert (caught.value.status, caught.value.code) == (401, code)


def test_each_surface_has_its_envelope() -> None:
    refused = Refused(404, "notFound", "no file 'x'", "file")
    assert body(refused, "arm") == {"error": {"code": "notFound", "message": "no file 'x'"}}
    assert body(refused, "v1") == {
        "error": {
            "code": "notFound",
            "message": "no file 'x'",
            "param": "file",
            "type": "not_found_error",
            "inner_error": None,
        }
    }
