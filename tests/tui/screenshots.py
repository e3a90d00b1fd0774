"""Writes the pictures of the README: `python tests/tui/screenshots.py INDEXED_FOLDER OUT`."""

import asyncio
import sys
from pathlib import Path

from searchkit_tui.app import SearchApp

# Name, size, question, and the keys pressed before the picture is taken.
SCENES = (
    ("search", (120, 36), "where is a file locked while it is written", "down"),
    ("explain", (120, 36), "take the ranks of both sides together", "enter f3 v"),
    ("filters", (120, 36), "read a file", "ctrl+f space"),
)


async def take(
    root: Path, out: Path, name: str, size: tuple[int, int], text: str, keys: str
) -> None:
    app = SearchApp(root, text)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(3)
        await pilot.press(*keys.split())
        await pilot.pause(1)
        (out / f"{name}.svg").write_text(app.export_screenshot(title="searchkit"), encoding="utf-8")


async def main(root: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        await take(root, out, *scene)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
