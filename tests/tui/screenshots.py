"""Takes the pictures of the README: `python tests/tui/screenshots.py [FOLDER]`.

They show the interface over this project's own sources and a few notes, in a home made for them.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from searchkit_tui.app import SearchApp
from searchkit_tui.screens.search import SearchScreen
from searchkit_tui.widgets.query_line import QueryLine

PROJECT = Path(__file__).parents[2]

NOTES = {
    "2026-03-02 reunión.md": (
        "# Reunión del lunes\n\n"
        "Asistieron Marta, Iván y Lucía; Pablo mandó sus comentarios por escrito.\n\n"
        "## Fecha de publicación\n\n"
        "Acordamos publicar la nueva versión el catorce de abril, cuando las pruebas hayan\n"
        "pasado una semana entera sin fallos. Iván avisa a los clientes dos días antes.\n\n"
        "## Presupuesto\n\n"
        "El alquiler de los servidores sube un diez por ciento; Marta pide otra oferta antes\n"
        "de fin de mes, y hasta entonces no se contrata ninguna máquina más.\n"
    ),
    "2026-03-09 réunion.md": (
        "# Réunion du lundi\n\nLa nouvelle page d'accueil est prête. Il reste à traduire les\n"
        "textes en allemand, et Lucía cherche quelqu'un pour relire la version anglaise.\n"
    ),
    "Gartenplan.md": (
        "# Garten\n\n## Frühling\n\nIm März die Tomaten auf der Fensterbank vorziehen und die\n"
        "Hecke schneiden, bevor die Vögel darin nisten.\n\n"
        "## Herbst\n\nDie Regentonne vor dem ersten Frost leeren und das Laub zusammenrechen.\n"
    ),
    "recetas.md": (
        "# Recetas\n\n## Sopa de tomate\n\nSe asan los tomates con ajo y aceite durante media\n"
        "hora, se trituran y se sirven con albahaca fresca.\n\n"
        "## Tortilla\n\nSeis huevos, cuatro patatas y una cebolla; se da la vuelta con un plato.\n"
    ),
    "reading.md": (
        "# Reading list\n\nA history of the lighthouse keepers of the northern coast, lent by\n"
        "Anna, to be given back before the summer. The second volume is out of print.\n"
    ),
    "旅行.txt": (
        "京都への旅行の計画。新幹線は朝八時に東京を出発し、昼には嵐山を散歩する。\n"
        "二日目は清水寺を訪ね、夜は鴨川のそばで食事をする。\n"
    ),
    "дача.txt": (
        "В субботу нужно починить крышу сарая и привезти дрова на зиму.\n"
        "Сосед обещал одолжить лестницу и прицеп.\n"
    ),
}


class Scene(NamedTuple):
    """A picture: its name, which folder is asked for what, and the keys that are pressed then."""

    name: str
    folder: str
    text: str
    keys: str


SCENES = (
    Scene("japanese", "", "コサイン類似度で最も近いベクトルを探す", "enter f3"),
    Scene("notes", "notes", "visit a temple in Kyoto", "enter f3"),
    Scene("filters", "", "read a file without following links", "enter ctrl+f tab tab down space"),
)
SIZE = (120, 30)
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def set_stage(home: Path) -> Path:
    """A folder with this project's sources and the notes, indexed with the shipped model."""
    os.environ |= {"HOME": str(home), "SEARCHKIT_HOME": str(home / ".searchkit")}
    os.environ["SEARCHKIT_CONFIG"] = str(home / "config.toml")
    root = home / "atlas"
    for package in ("index/searchkit_index", "searchkit", "tui/searchkit_tui"):
        shutil.copytree(PROJECT / package, root / package, ignore=_unread)
    for name, text in NOTES.items():
        path = root / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    from searchkit.indexes.index import Index

    with Index.open(root) as index:
        index.build()
    return root


def _unread(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("__pycache__", "models", "training")]


async def take(root: Path, scene: Scene) -> str:
    """The picture of a scene, as SVG."""
    app = SearchApp(root / scene.folder)
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen_stack[0]
        assert isinstance(screen, SearchScreen)
        await pilot.pause(3)
        screen.query_one(QueryLine).value = scene.text
        await until(pilot, lambda: screen.pane.search.answer.hits)
        await pilot.pause(1)
        for key in scene.keys.split():
            await pilot.press(key)
            await pilot.pause(0.6)
        return drawn(app)


def drawn(app: SearchApp) -> str:
    """The screen as SVG that fetches no font from anywhere."""
    picture = app.export_screenshot(title="searchkit")
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL).replace(
        "font-family: Fira Code, monospace", f"font-family: {FONTS}"
    )


async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    """Wait for something to happen, a minute at most."""
    for _ in range(600):
        if happened():
            return
        await pilot.pause(0.1)
    raise TimeoutError


def main(out: Path) -> None:
    """Take every picture."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        root = set_stage(Path(home).resolve())
        for scene in SCENES:
            picture = asyncio.run(take(root, scene))
            (out / f"{scene.name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT / "tui" / "pictures"))
