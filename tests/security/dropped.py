"""A drop in a world of fakes, brought as far as it goes, and everything that others get to see of it."""

import json

from shared import intake
from shared.core.run import Run
from shared.report.cards import card
from shared.report.pages import run_page
from tests.driving import deliver_all, drop, only_run
from tests.fakes import World

type Rows = list[dict[str, object]]
ROWS: Rows = [{"prompt": f"Which tool for task {n}?", "response": f"Take tool {n * 7 % 40}."} for n in range(60)]


def lines(rows: Rows) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def ended(content: bytes, name: str = "support/a.jsonl", recipe: str = "", own: bytes = b"") -> World:
    """The world after a drop was followed to where it ends, or waits. `own`: the recipe of a set that it becomes."""
    world = World()
    if recipe:
        world.datasets.recipes["support"] = recipe
    if own:
        world.datasets.upload("support/set/recipe.yaml", own)
        drop(world, "support/set/train.jsonl", content)
        intake.settled(*world.bus.settles[-1], world.services)
    else:
        drop(world, name, content)
    deliver_all(world)
    return world


def page(world: World) -> str:
    run = only_run(world)
    stored = world.files.contents.get((run.id, "report.json"))
    return run_page(run, json.loads(stored) if stored else None, world.clock())


def cards(run: Run) -> str:
    return json.dumps([card(run, notice, "https://pages.example/api") for notice in run.notices])


def paid(world: World) -> int:
    """Uploads, jobs and deployments."""
    return world.trainer.uploads + len(world.trainer.jobs) + world.deployer.made
