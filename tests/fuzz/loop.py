"""The loop: draw a case, try it, remember what reached new lines and what failed."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from shared.core.recipe import DataOptions
from tests.core.prepare.one_of_each import FORMATS
from tests.fuzz import seeds
from tests.fuzz.case import METHODS, Case
from tests.fuzz.reached import Reached
from tests.fuzz.row_mutations import mutated
from tests.fuzz.writing import damaged, packed, written

MOST_BYTES = 256 * 1024  #: of an input
MOST_BYTES_AGAIN = 64 * 1024  #: of one that is mutated again
MOST_REMEMBERED = 2_000
TOO_SLOW = 60.0  #: seconds that a case may take, which is prepared several times beside other work
SHARE_OF_ROWS = 0.6  #: of cases that begin with rows; the others begin with a file
NAMES = ("drop.jsonl", "drop.json", "drop.csv", "drop.jsonl.gz", "drop.zip", "drop", "drop.xlsx")
OPTIONS: tuple[dict[str, object], ...] = (
    {"scan": True},
    {"scan": True, "near_duplicates": "remove"},
    {"tokens": "exact"},
    {"reasoning": "reject"},
    {"system_prompt": "Be brief."},
    {"keep": {}},
    {"keep": {"helpfulness": ">3", "verbosity": "<=2"}},
    {"split": {"validation": 0.4, "test": 0.4}},
    {"min_margin": 1.0},
    {"languages": ["en"], "scan": True},
)
SEVERITIES = ("off", "info", "warning", "reject")


@dataclass
class Tried:
    """What came of a run so far."""

    inputs: int = 0
    remembered: int = 0
    slowest: float = 0.0  #: seconds
    failures: dict[str, Case] = field(default_factory=dict)  #: the first case of each, by its last lines


def run(seed: int, seconds: float, most: int | None = None) -> Iterator[Tried]:
    """Try cases until the time is over, or so many were tried; yields after each. The same seed tries the same."""
    random = Random(seed)
    pool = [*seeds.files()]
    tried = Tried()
    end = perf_counter() + seconds
    with Reached() as reached:
        while perf_counter() < end and tried.inputs != most:
            case = drawn(random, pool)
            lines, start = reached.lines, perf_counter()
            fault, took = _fault(case), perf_counter() - start
            if took > TOO_SLOW:
                fault = f"too slow: {took:.0f} s"
            if fault:
                tried.failures.setdefault(fault, case)
            tried.slowest = max(tried.slowest, took)
            tried.inputs += 1
            if reached.lines > lines and len(case.data) <= MOST_BYTES_AGAIN and len(pool) < MOST_REMEMBERED:
                pool.append(case.data)
                tried.remembered += 1
            yield tried


def drawn(random: Random, pool: list[bytes]) -> Case:
    """A case: mutated rows in a file of some kind, or a mutated file."""
    is_new = random.random() < SHARE_OF_ROWS or not pool
    data = written(random, _rows(random)) if is_new else random.choice(pool)
    data = packed(random, damaged(random, data, pool or [data])[:MOST_BYTES])
    method = random.choice(METHODS) if random.random() < 0.4 else None
    return Case(data, random.choice(NAMES), _options(random), method, random.choice((1, 7, 64, 1000)))


def _rows(random: Random) -> list[object]:
    """Mutated rows of one format, sometimes among those of another."""
    kinds = random.choices(seeds.rows(), k=random.choice((1, 1, 1, 2)))
    rows = [mutated(random, row) for kind in kinds for _ in range(random.choice((1, 2, 4))) for row in kind]
    random.shuffle(rows)
    return rows


def _options(random: Random) -> DataOptions:
    wishes: dict[str, object] = {"scan": False, "bad_rows": {"reject_file_above": random.choice((0.05, 1))}}
    for _ in range(random.choice((0, 1, 1, 2))):
        wishes |= random.choice(OPTIONS)
    if random.random() < 0.2:
        wishes["rules"] = {random.randint(1, 136): random.choice(SEVERITIES) for _ in range(3)}
    if random.random() < 0.05:
        wishes["format"] = random.choice(FORMATS).name
    return DataOptions.model_validate(wishes)


def _fault(case: Case) -> str:
    """The last words of what was raised; nothing if all held."""
    try:
        case.check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is sought
        places = traceback.extract_tb(error.__traceback__)[-3:]
        told = " < ".join(f"{place.name}:{place.lineno}" for place in reversed(places))
        return f"{type(error).__name__}: {str(error)[:300]} | {told}"
    return ""
