"""Injects faults of every kind, again and again, and tells how many ended well.

Run: python tests/faults/run.py --minutes 60 [--only kill_index,disk_full] [--seed 0]

Each kind takes its turn with a new seed until the time is over, or Ctrl-C. One that ended badly is
told with its seed, and comes again just so with `--seed` and `--only`. With any the exit code is 1.
"""

import argparse
import contextlib
import itertools
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
    turns = ((name, seed) for seed in itertools.count(arguments.seed) for name in names)
    with contextlib.suppress(KeyboardInterrupt):
        for name, seed in turns:
            if time.monotonic() > end:
                break
            ended_well = _ends_well(name, seed, subject)
            injected[name] += 1
            well[name] += ended_well
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
