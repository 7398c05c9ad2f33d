"""Run the stand-in: `python -m local.foundry --port N --data DIR [--speed X] [--job-hours H] [--quotas Q]`.

Project endpoint: `https://localhost:N/api/projects/<any>`; account endpoint: `https://localhost:N/openai/v1`; ARM:
`https://localhost:N`. The certificate to trust is `DIR/localhost.pem`. `https://localhost:N/` is for people, and
`/standin/...` for tests: faults, jobs, state.
"""

import argparse
from contextlib import closing

from starlette.applications import Starlette
from starlette.types import ASGIApp

from local.certificates import certificate_in
from local.foundry import admin, arm, data_plane
from local.foundry.faults import Faults, FaultyApp
from local.foundry.jobs import Options
from local.foundry.resource import Resource
from local.foundry.store import Store
from local.serving import arguments, serve


def app(resource: Resource) -> ASGIApp:
    """All surfaces of a resource, behind the faults that tests put in force."""
    faults = Faults()
    routes = [*data_plane.routes(resource), *arm.routes(resource), *admin.routes(resource, faults)]
    return FaultyApp(Starlette(routes=routes), faults)


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = arguments("Stand-in for Azure AI Foundry and ARM.")
    parser.add_argument("--speed", type=float, default=600, help="virtual seconds in a real one")
    parser.add_argument("--job-hours", type=float, help="virtual hours of every job; else by its tokens")
    parser.add_argument("--suffix-limit", type=int, default=40, help="characters of a suffix, at most")
    parser.add_argument("--quotas", type=int, default=1, help="how many times as large as Azure's the quotas are")
    return parser


def main() -> None:
    """Serve until told to stop."""
    given = options().parse_args()
    certificate = certificate_in(given.data)
    with closing(Store(given.data)) as store:
        resource = Resource(store, given.speed, Options(given.job_hours, given.suffix_limit, given.quotas))
        resource.train_what_waits()
        serve(app(resource), "foundry", given.port, certificate)


if __name__ == "__main__":
    main()
