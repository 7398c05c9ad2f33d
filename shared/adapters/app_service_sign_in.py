"""Who is at the pages, as App Service authentication says with Microsoft Entra behind it.

The platform checks the token or the session, takes `X-MS-CLIENT-PRINCIPAL` from whatever comes from outside, and sets
its own ("Work with user identities in Azure App Service authentication", 2021-03-29). It says that it is on in
`WEBSITE_AUTH_ENABLED` ("Environment variables and app settings in Azure App Service", 2025; for Flex Consumption
unconfirmed): where it does not, the header is anybody's, and nobody is let in.
"""

import base64
import binascii
import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.core.access import ROLES, NotSignedIn, Person, Role, Visitor

HEADER = "X-MS-CLIENT-PRINCIPAL"
ENTRA = "aad"  #: what the platform calls it
ROLE_CLAIMS = ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")
NAME_CLAIMS = ("preferred_username", "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")
ID_CLAIMS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
MOST_OF_A_NAME = 120  #: characters


class _Claim(BaseModel):
    typ: str
    val: str


class _Principal(BaseModel):
    model_config = ConfigDict(extra="ignore")

    auth_typ: str
    claims: list[_Claim]
    name_typ: str | None = None
    role_typ: str | None = None


class AppServiceSignIn:
    def __init__(self, *, is_on: bool) -> None:
        self._is_on = is_on

    def visitor(self, headers: Mapping[str, str]) -> Visitor:
        """The person, and those of their app roles that mean something here. Raises `NotSignedIn`."""
        if not self._is_on:
            raise NotSignedIn(
                "PAGES_SIGN_IN is 'entra', but App Service authentication is off (WEBSITE_AUTH_ENABLED): turn it on, "
                "or set PAGES_SIGN_IN to 'off' to use function keys"
            )
        principal = _decoded(headers.get(HEADER, ""))
        if principal is None or principal.auth_typ != ENTRA:
            raise NotSignedIn("sign in with an account of this organisation")
        return _visitor(principal)


def _decoded(header: str) -> _Principal | None:
    try:
        return _Principal.model_validate(json.loads(base64.b64decode(header, validate=True)))
    except (binascii.Error, ValueError, RecursionError, ValidationError):
        return None


def _visitor(principal: _Principal) -> Visitor:
    """Claims have their own name, or the one that the platform maps it to; the principal says which it used."""
    person_id = _first(principal, ID_CLAIMS)
    if person_id is None:
        raise NotSignedIn("the sign-in names no object id: it is not an account of this organisation")
    name = _first(principal, (*NAME_CLAIMS, principal.name_typ or "")) or person_id
    held = {claim.val for claim in principal.claims if claim.typ in (*ROLE_CLAIMS, principal.role_typ)}
    roles: frozenset[Role] = frozenset(role for role in ROLES if role in held)
    return Visitor(person=Person(name=name[:MOST_OF_A_NAME], id=person_id[:MOST_OF_A_NAME]), roles=roles)


def _first(principal: _Principal, names: tuple[str, ...]) -> str | None:
    values = {claim.typ: claim.val for claim in reversed(principal.claims) if claim.val.isprintable() and claim.val}
    return next((values[name] for name in names if name in values), None)
