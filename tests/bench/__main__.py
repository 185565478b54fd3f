"""`make bench`: what Registrar costs beside the floor and bare psycopg, in one interleaved run."""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.core.management import call_command

from tests.bench.clients import Tally, run_clients
from tests.bench.contestants import PIECES, Contestant
from tests.bench.processes import cpu_seconds

CLIENTS = (1, 8)
Key = tuple[str, str, int]


def main() -> None:
    options = _options()
    django.setup()
    if options.bulk:
        bulk(options)
        return
    if options.history:
        history(options)
        return
    from tests.bench.arena import arena
    from tests.bench.pages import measure as measure_pages
    from tests.bench.searching import measure as measure_searches

    with arena(options.records) as (contestants, database):
        results = measure(contestants, database, options.rounds, options.seconds)
    requests = report(results)
    sys.stdout.write(as_text(requests))
    searches = list(measure_searches(options.stored))
    sys.stdout.write(f"\nSearches among {options.stored:,} resources and relationships\n")
    sys.stdout.write(as_text(searches))
    pages = list(measure_pages(options.stored))
    sys.stdout.write("\nThe admin, among the same\n")
    sys.stdout.write(as_text(pages))
    Path(options.json).parent.mkdir(exist_ok=True)
    Path(options.json).write_text(
        json.dumps({"requests": requests, "searches": searches, "pages": pages}, indent=1) + "\n"
    )


def bulk(options: argparse.Namespace) -> None:
    """The bulk cases alone, each told as soon as it is known."""
    from tests.bench.beside import measure as measure_beside
    from tests.bench.bulk import SOURCE
    from tests.bench.bulk import measure as measure_bulk

    call_command("migrate", verbosity=0)
    rows = list(_told(measure_bulk(options.bulk, options.batch, options.only)))
    beside = list(_told(measure_beside(SOURCE, options.bulk, options.batch)))
    Path(options.json).parent.mkdir(exist_ok=True)
    Path(options.json).write_text(json.dumps({"bulk": rows, "beside": beside}, indent=1) + "\n")


def history(options: argparse.Namespace) -> None:
    """What history costs, and nothing else."""
    from tests.bench.history import measure as measure_history

    call_command("migrate", verbosity=0)
    rows = list(measure_history(options.history))
    sys.stdout.write(as_text(rows))
    Path(options.json).parent.mkdir(exist_ok=True)
    Path(options.json).write_text(json.dumps({"history": rows}, indent=1) + "\n")


def _told(rows: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """The same, each written out when it comes."""
    for number, row in enumerate(rows):
        head, line = as_text([dict(zip(row, row, strict=True)), row]).splitlines(keepends=True)[1:]
        sys.stdout.write(line if number else f"\n{head}{line}")
        sys.stdout.flush()
        yield row


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--stored", type=int, default=100_000, help="records to search among")
    parser.add_argument("--bulk", type=int, default=0, help="records at once, and nothing else")
    parser.add_argument("--batch", type=int, default=1_000, help="records a transaction")
    parser.add_argument("--only", default="", help="the last bulk case")
    parser.add_argument("--history", type=int, default=0, help="records with ten versions each")
    parser.add_argument("--json", default=".local/bench.json")
    return parser.parse_args()


def measure(
    contestants: list[Contestant], database: int, rounds: int, seconds: float
) -> dict[Key, list[dict[str, float]]]:
    """Rounds in which everybody takes turns, so that all meet the same weather."""
    results: dict[Key, list[dict[str, float]]] = defaultdict(list)
    counter = itertools.count(1_000_000)
    for _ in range(rounds):
        for piece, clients, contestant in itertools.product(PIECES, CLIENTS, contestants):
            before = _cpu(contestant, database)
            tally = run_clients(clients, seconds, lambda: next(counter), contestant.work[piece])
            after = _cpu(contestant, database)
            results[contestant.name, piece, clients].append(_figures(tally, before, after))
    return results


def _cpu(contestant: Contestant, database: int) -> tuple[float, float]:
    server = cpu_seconds(contestant.server) if contestant.server else 0.0
    return server, cpu_seconds(database)


def _figures(
    tally: Tally, before: tuple[float, float], after: tuple[float, float]
) -> dict[str, float]:
    done = max(1, tally.answered + tally.failed)
    return {
        "rate": tally.rate,
        "failed": float(tally.failed),
        "server_ms": (after[0] - before[0]) / done * 1000,
        "database_ms": (after[1] - before[1]) / done * 1000,
    }


def report(results: dict[Key, list[dict[str, float]]]) -> list[dict[str, object]]:
    """Medians, and each rate as a ratio to the floor's of the same round."""
    rows: list[dict[str, object]] = []
    for (name, piece, clients), rounds in results.items():
        floor = results["floor", piece, clients]
        ratios = [mine["rate"] / its["rate"] for mine, its in zip(rounds, floor, strict=True)]
        rows.append(
            {
                "contestant": name,
                "piece": piece,
                "clients": clients,
                "rate": round(_median(rounds, "rate")),
                "times_floor": round(statistics.median(ratios), 2),
                "server_ms": round(_median(rounds, "server_ms"), 2),
                "database_ms": round(_median(rounds, "database_ms"), 2),
                "failed": int(sum(figures["failed"] for figures in rounds)),
            }
        )
    return rows


def _median(rounds: list[dict[str, float]], name: str) -> float:
    return statistics.median(figures[name] for figures in rounds)


def as_text(rows: list[dict[str, object]]) -> str:
    heads = list(rows[0])
    lines = [[str(row[head]) for head in heads] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *lines]) for i in range(len(heads))]
    return "".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in [heads, *lines]
    )


if __name__ == "__main__":
    main()
