"""Who App Service says is there, and who only says so themselves."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.app_service_sign_in import HEADER, MOST_OF_A_NAME, AppServiceSignIn
from shared.adapters.function_keys import FunctionKeys
from shared.core.access import KEY_HOLDER, NotSignedIn, Person

OID = "6f2c1f6e-0000-4000-8000-000000000001"
MAPPED = "http://schemas.microsoft.com/identity/claims/objectidentifier"


def header(*claims: tuple[str, str], **more: object) -> dict[str, str]:
    body = {"auth_typ": "aad", "claims": [{"typ": typ, "val": val} for typ, val in claims], **more}
    return {HEADER: base64.b64encode(json.dumps(body).encode()).decode()}


def signed_in(*claims: tuple[str, str], **more: object) -> Any:
    return AppServiceSignIn(is_on=True).visitor(header(*claims, **more))


def test_a_person_has_a_name_an_id_and_roles() -> None:
    found = signed_in(("oid", OID), ("name", "Ada"), ("preferred_username", "ada@contoso.example"), ("roles", "viewer"))
    assert found.person == Person(name="ada@contoso.example", id=OID)
    assert found.roles == {"viewer"}


def test_claims_are_found_under_the_names_that_the_platform_maps_them_to() -> None:
    role, name = "urn:role", "urn:name"
    claims = ((MAPPED, OID), (name, "Ada"), (role, "operator"), (role, "approver"), (role, "owner"))
    found = signed_in(*claims, name_typ=name, role_typ=role)
    assert found.person == Person(name="Ada", id=OID)
    assert found.roles == {"operator", "approver"}


def test_who_has_no_name_is_called_by_their_id_and_roles_of_others_are_none_here() -> None:
    found = signed_in(("oid", OID), ("roles", "Approver"), ("groups", "approver"))
    assert (found.person.name, found.roles) == (OID, frozenset())


def test_names_are_cut_and_unprintable_ones_left() -> None:
    found = signed_in(("oid", OID), ("preferred_username", "a\u202eb"), ("name", "a" * 1000))
    assert found.person.name == "a" * MOST_OF_A_NAME


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "no base64!"},
        {HEADER: base64.b64encode(b"no json").decode()},
        {HEADER: base64.b64encode(b"[]").decode()},
        {HEADER: base64.b64encode(b"[" * 100_000).decode()},
        {HEADER: base64.b64encode(b'{"auth_typ": "aad", "claims": [1]}').decode()},
        {"X-MS-CLIENT-PRINCIPAL-NAME": "ada", "X-MS-CLIENT-PRINCIPAL-ID": OID},
        header(("oid", OID), ("roles", "approver"), auth_typ="github"),
        header(("name", "Ada"), ("roles", "approver")),
    ],
)
def test_what_the_platform_did_not_say_is_nobody(headers: dict[str, str]) -> None:
    with pytest.raises(NotSignedIn):
        AppServiceSignIn(is_on=True).visitor(headers)


@given(st.binary(max_size=300))
def test_no_header_breaks_it(content: bytes) -> None:
    with pytest.raises(NotSignedIn):
        AppServiceSignIn(is_on=True).visitor({HEADER: base64.b64encode(content).decode()})


def test_where_the_platform_checks_nothing_a_header_proves_nothing() -> None:
    with pytest.raises(NotSignedIn, match="WEBSITE_AUTH_ENABLED"):
        AppServiceSignIn(is_on=False).visitor(header(("oid", OID), ("roles", "approver")))


def test_who_came_with_a_key_is_not_who_their_headers_say() -> None:
    assert FunctionKeys().visitor(header(("oid", OID), ("name", "Ada"))) == KEY_HOLDER
