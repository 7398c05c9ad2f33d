"""Run the token endpoint: `python -m local.identity --port N --data DIR`.

IDENTITY_ENDPOINT is the address of the ready line followed by `/msi/token`; IDENTITY_HEADER is the content of
`DIR/identity-header`, made on first use, so that an app which is already running survives a restart.
"""

import secrets
from pathlib import Path

from local.identity.web import app
from local.serving import arguments, serve

HEADER_FILE = "identity-header"


def header_in(folder: Path) -> str:
    """The folder's X-IDENTITY-HEADER value."""
    path = folder / HEADER_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16))
    return path.read_text().strip()


def main() -> None:
    """Serve until told to stop. Plain http, as on App Service."""
    given = arguments("Stand-in for the managed identity of an App Service.").parse_args()
    serve(app(header_in(given.data)), "identity", given.port)


if __name__ == "__main__":
    main()
