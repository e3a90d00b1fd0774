"""Injects faults of every kind, again and again, and tells how many ended well.

Run: python tests/faults/run.py --minutes 60 [--only kill_index,disk_full] [--seed 0]

Each kind has as much of the time as any other, each turn with a new seed, until the time is over,
or Ctrl-C. One that ended badly is told with its seed, and comes again just so with `--seed` and
`--only`. With any the exit code is 1.
"""

import argparse
import contextlib
import os
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from kinds import KINDS
from orders import Subject
from stage import Stage


def main() -> int:
    """Inject faults until the time is over, and print a table."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads that spin take the cores of others
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--only", default="", metavar="KIND,...")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(KINDS)
    end = time.monotonic() + 60 * arguments.minutes
    injected: Counter[str] = Counter()
    well: Counter[str] = Counter()
    subject = Subject()
    spent = dict.fromkeys(names, 0.0)
    with contextlib.suppress(KeyboardInterrupt):
        while (start := time.monotonic()) < end:
            name = min(spent, key=spent.__getitem__)
            ended_well = _ends_well(name, arguments.seed + injected[name], subject)
            injected[name] += 1
            well[name] += ended_well
            spent[name] += time.monotonic() - start
    subject.close()
    print("| fault | injected | ended well |\n| --- | --- | --- |")
    for name in names:
        print(f"| {name.replace('_', ' ')} | {injected[name]:,} | {well[name]:,} |")
    print(f"| all | {injected.total():,} | {well.total():,} |")
    return int(well.total() < injected.total())


def _ends_well(name: str, seed: int, subject: Subject) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        try:
            KINDS[name](Stage(Path(scratch) / "stage", subject, seed))
        except Exception:
            print(f"--only {name} --seed {seed}\n{traceback.format_exc()}", flush=True)
            return False
    return True


if __name__ == "__main__":
    raise SystemExit(main())
