"""Run the token endpoint: `python -m local.identity --port N --data DIR --header VALUE`.

IDENTITY_ENDPOINT is the address of the ready line followed by `/msi/token`; IDENTITY_HEADER is VALUE. Nothing is
kept, so DIR stays empty.
"""

from local.identity.web import app
from local.serving import arguments, serve


def main() -> None:
    """Serve until told to stop. Plain http, as on App Service."""
    parser = arguments("Stand-in for the managed identity of an App Service.")
    parser.add_argument("--header", required=True, help="what callers must send as X-IDENTITY-HEADER")
    given = parser.parse_args()
    serve(app(given.header), "identity", given.port)


if __name__ == "__main__":
    main()
