"""`python -m local.teams`: a Teams channel on loopback.

The webhook's address, for TEAMS_WEBHOOK_URL, is
/workflows/ID/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=SIGNATURE
with any ID.
"""

from local.serving import arguments, serve
from local.teams.app import Webhook, teams
from local.teams.channel import Channel
from local.teams.faults import Faults
from local.teams.rate import MESSAGES_PER_SECOND, Rate


def main() -> None:
    """Serve until SIGTERM, Ctrl-C or the parent's end."""
    parser = arguments("A Teams channel: takes Adaptive Cards by webhook and shows them.")
    parser.add_argument("--signature", required=True, help="the secret `sig` of the webhook's address")
    parser.add_argument("--channel", default="Training runs", help="the channel's name on the page")
    parser.add_argument("--rate", type=int, default=MESSAGES_PER_SECOND, help="messages a second; 0 takes any number")
    options = parser.parse_args()
    webhook = Webhook(options.signature, Channel(options.data), Rate(options.rate), Faults())
    serve(teams(webhook, options.channel), "teams", options.port)


if __name__ == "__main__":
    main()
