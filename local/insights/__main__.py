"""`python -m local.insights`: Application Insights on loopback.

The app's connection string is `InstrumentationKey=UUID;IngestionEndpoint=http://localhost:PORT/`
with any UUID.
"""

from local.insights.app import insights
from local.insights.store import Telemetry
from local.serving import arguments, serve


def main() -> None:
    """Serve until SIGTERM, Ctrl-C or the parent's end."""
    options = arguments("Application Insights: takes telemetry and shows runs, traces and metrics.").parse_args()
    serve(insights(Telemetry(options.data)), "insights", options.port)


if __name__ == "__main__":
    main()
