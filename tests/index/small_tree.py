"""The small tree that most tests search in, and how it comes by an index."""

import contextlib
import dataclasses
import os
import shutil
import sqlite3
import time
from pathlib import Path

from searchkit.indexes.home import catalog_of, folder_of
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

# Well before any run: the time of a file that was only just written is not trusted.
LONG_AGO = (1_700_000_000, 1_700_000_000)
# Seconds for which the time of the last change of an inode, which none can set, is not trusted.
FRESH = 0.021

FILES = {
    "net/sockets.py": (
        '"""Sockets."""\n\n\ndef open_socket(host, port):\n'
        '    """Connect to a host and return the socket."""\n'
        "    return connect(host, port)\n\n\n"
        "def close_socket(sock):\n    sock.close()\n"
    ),
    "parse.go": (
        "package parse\n\n// ParseConfig reads the configuration file.\n"
        "func ParseConfig(path string) (*Config, error) {\n\treturn read(path)\n}\n"
    ),
    "notes/receta.md": "# Receta\n\nLa sopa de tomate lleva ajo y aceite.\n",
    "notes/日記.txt": "今日は天気がとても良いので、公園を散歩しました。\n",
    "README.md": "# Tree\n\nA small tree to search in.\n\n## Install\n\nRun the installer.\n",
}


def grown(root: Path) -> Path:
    """The small tree."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, LONG_AGO)
    time.sleep(FRESH)
    return root


def adopt(root: Path, source: Path) -> Path:
    """Give a folder a copy of the index that was made of another one with the same files."""
    folder = folder_of(root)
    shutil.copytree(source, folder)
    if folder.parent != source.parent:
        shutil.copy(source.parent / "key", folder.parent)
    with contextlib.closing(Store(catalog_of(root))) as store:
        store.set("root", str(root))
        for file in walk(root, Rules()):
            if isinstance(file, File):
                store.files.touch(FileRow(*dataclasses.astuple(file)))
    return root


_CONTENT = (
    "SELECT path, start_line, end_line, symbol, kind, text, hex(data)"
    " FROM file JOIN chunk ON file_id = file.id JOIN passage ON passage.id = passage_id"
    " LEFT JOIN vector USING (passage_id) ORDER BY path, start_line, end_line"
)


def content(root: Path) -> list[tuple]:
    """All that an index answers from, however it came about."""
    with contextlib.closing(sqlite3.connect(catalog_of(root))) as connection:
        rows = connection.execute(_CONTENT).fetchall()
        connection.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")
        terms = connection.execute("SELECT term, doc, cnt FROM vocabulary ORDER BY term").fetchall()
    return rows + terms


def tamper(root: Path, *statements: str) -> None:
    """Change the catalog of a root as another program would."""
    with contextlib.closing(sqlite3.connect(catalog_of(root))) as connection, connection:
        for statement in statements:
            connection.execute(statement)
