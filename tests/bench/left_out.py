"""Which files of some folders are left out as secrets, and how many tokens are recognised.

Run: python tests/bench/left_out.py FOLDER...

Prints every file that is left out, with the reason, for a person to judge; their share, and the
time that looking took; and of tokens in the forms of `tests/faults/tokens.py`, filled by chance,
how many are recognised.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measure import machine

from searchkit_index.reading import text
from searchkit_index.reading.extract import extract
from searchkit_index.walk import secret
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

sys.path.append(str(Path(__file__).parents[1] / "faults"))
import tokens

TRIES = 10  # tokens of each form in each place


def texts(root: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the files of a folder, each with what is indexed of it; None for a name of a secret."""
    rules = Rules()
    for entry in walk(root, rules):
        if not isinstance(entry, File):
            if entry.reason == secret.BY_NAME:
                yield entry.path, None
            continue
        try:
            data = text.read(root, entry, rules.limit(entry.path))
            found = extract(entry.path, data, secrets=True)
        except text.Unsuitable:
            continue
        yield (
            entry.path,
            found.plain or "\n".join(row for it in found.blocks or () for row in it.rows),
        )


def recognised() -> tuple[int, int]:
    """Count the tokens that are recognised, and all."""
    chance = random.Random(0)
    places = [place for place in tokens.PLACES for _ in range(TRIES)]
    forms = tokens.FORMS.strip().splitlines()
    tries = [place % tokens.filled(form, chance) for form in forms for place in places]
    return sum(secret.reason_of(each) is not None for each in tries), len(tries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    files, characters, left_out, seconds = 0, 0, 0, 0.0
    for folder in parser.parse_args().folders:
        for path, found in texts(folder):
            start = time.process_time()
            reason = secret.BY_NAME if found is None else secret.reason_of(found)
            seconds += time.process_time() - start
            files, characters = files + 1, characters + len(found or "")
            if reason:
                left_out += 1
                print(f"{folder.name}/{path}: {reason}")
    print(machine())
    print(
        f"{left_out:,} of {files:,} files left out, {1e9 * seconds / characters:.0f} ns a character"
    )
    known, tries = recognised()
    print(f"{known:,} of {tries:,} tokens recognised, {100 * known / tries:.1f} %")


if __name__ == "__main__":
    main()
