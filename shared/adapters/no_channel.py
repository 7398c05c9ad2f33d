"""What stands in for a channel where none is set up: nobody is told, and operators can see that."""

import logging

from shared.core.notices import Notice
from shared.core.run import Run

log = logging.getLogger("tunedrop.channel")


class NoChannel:
    def tell(self, run: Run, notice: Notice) -> None:
        about = {"record": "untold", "run_id": run.id, "notice": notice.message.kind, "title": notice.message.title}
        log.warning("nobody was told, TEAMS_WEBHOOK_URL is not set: %s", notice.message.title, extra=about)
