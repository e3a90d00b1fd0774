"""Nobody gets in: no socket, no pickle; a stranger's catalog or model runs and reads nothing."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_tree import tamper

from searchkit.embedders import load_embedder
from searchkit.indexes.home import catalog_of
from searchkit_index.catalog import checksum, vectors
from searchkit_index.catalog.connection import Connection
from searchkit_index.catalog.store import Store
from searchkit_index.errors import CatalogDamagedError, ModelError

pytestmark = pytest.mark.integration

# Written to a file that Python runs at its start, in each process that is started from here.
GUARD = """
import os, sys
_LOG = os.environ["GUARD_LOG"]
_FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
              "socket.gethostbyname", "urllib.Request", "pickle.find_class", "http.client.connect")
def _hear(event, arguments):
    if event in _FORBIDDEN:
        handle = os.open(_LOG, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(handle, f"{event} {arguments}\\n".encode())
        os.close(handle)
        raise PermissionError(event)
sys.addaudithook(_hear)
"""
SEEN = "import os, sys; handle = os.open(os.environ['GUARD_LOG'] + '.seen', os.O_CREAT)\n"
TUI = """
import asyncio, sys
from pathlib import Path
from searchkit_tui.app import SearchApp
async def main():
    app = SearchApp(Path(sys.argv[1]), "open a socket")
    async with app.run_test() as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if app.screen_stack[0].pane.search.answer.hits:
                return
    sys.exit("nothing was found")
asyncio.run(main())
"""


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """The home folder of whoever runs a program under the guard."""
    folder = tmp_path / "user"
    folder.mkdir()
    return folder


@pytest.fixture
def guarded(tmp_path: Path, user: Path) -> Callable[..., str]:
    """Runs a program under the guard; gives what it told, once it did nothing forbidden."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard/sitecustomize.py").write_text(GUARD + SEEN)
    log = tmp_path / "log"
    kept = {name: os.environ[name] for name in ("PATH", "SEARCHKIT_HOME", "SEARCHKIT_CONFIG")}
    environment = kept | {
        "PYTHONPATH": str(tmp_path / "guard"), "GUARD_LOG": str(log), "HOME": str(user),
        "SEARCHKIT_SERVE": "0",  # a server of this user would answer, over a socket
    }  # fmt: skip

    def run(*command: object) -> str:
        done = subprocess.run(
            [sys.executable, *map(str, command)],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert (tmp_path / "log.seen").exists(), "the guard did not stand"
        assert not log.exists(), log.read_text()
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_index_query_and_the_interface_open_no_socket_unpickle_nothing_and_report_nothing(
    tree: Path, guarded: Callable[..., str], user: Path
) -> None:
    guarded("-m", "searchkit", "index", tree)
    assert "sockets.py" in guarded("-m", "searchkit", "query", "open a socket", tree)
    guarded("-c", TUI, tree)
    # Left alone, onnxruntime puts there a number for this machine and a list of events.
    assert [path.name for path in user.rglob("*")] == []


def test_the_guard_fails_on_a_socket(guarded: Callable[..., str]) -> None:
    with pytest.raises(AssertionError, match=r"socket\.bind"):
        guarded("-c", "import socket; socket.socket().bind(('127.0.0.1', 0))")


HOSTILE = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON file BEGIN DELETE FROM passage; END",
    "a temporary look": "CREATE VIEW v AS SELECT * FROM file",
    "a foreign module": "CREATE VIRTUAL TABLE other USING fts5 (a)",
    "two blanks": "CREATE  VIRTUAL TABLE other USING fts5 (a)",
    "an index over an expression": "CREATE INDEX i ON file (length(printf('%.*c', size, 'x')))",
    "an index over a part": "CREATE INDEX i ON file (path) WHERE length(path) > 9",
    "another table": "CREATE TABLE other (a CHECK (length(randomblob(9)) > 1))",
    "a computed column": "ALTER TABLE file ADD COLUMN more AS (hex(path))",
    "a column less": "ALTER TABLE chunk DROP COLUMN natural_language",
    "an index less": "DROP INDEX chunk_file",
}


@pytest.fixture
def indexed(index_tree, embedder) -> Path:
    """The small tree, indexed."""
    return index_tree(embedder)


@pytest.mark.parametrize("statement", HOSTILE.values(), ids=HOSTILE)
def test_a_catalog_with_more_than_tables_is_refused(
    indexed: Path, open_index, statement: str
) -> None:
    tamper(indexed, statement)
    with open_index(indexed) as index, pytest.raises(CatalogDamagedError):
        index.search("socket")


def test_a_schema_that_is_no_text_ended_with_the_decoder_s_error(indexed: Path, open_index) -> None:
    tamper(
        indexed,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET name = CAST(x'f5' AS TEXT), sql = 'CREATE'"
        " WHERE name = 'chunk_file'",
    )
    with open_index(indexed) as index, pytest.raises(CatalogDamagedError):
        index.status()


SHOWN = {
    "path": "UPDATE file SET path = 'x' || path",
    "language": "UPDATE file SET language = 'rust'",
    "lines": "UPDATE chunk SET start_line = start_line + 1",
    "last line": "UPDATE chunk SET end_line = 10000",
    "kind": "UPDATE chunk SET kind = 'data'",
    "natural language": "UPDATE chunk SET natural_language = 'ja'",
    "symbol": "UPDATE passage SET symbol = 'Other'",
    "text": "UPDATE passage SET text = 'other'",
    "passage": "UPDATE chunk SET passage_id = 1 + passage_id % (SELECT max(id) FROM passage)",
}


@pytest.mark.parametrize("statement", SHOWN.values(), ids=SHOWN)
def test_nothing_that_a_hit_shows_can_be_changed_unnoticed(
    indexed: Path, open_index, statement: str
) -> None:
    tamper(indexed, statement)
    with open_index(indexed) as index, pytest.raises(CatalogDamagedError):
        index.search("socket", mode="lexical")


def test_rows_that_were_not_read_to_their_end_complained_of_a_closed_catalog(
    tmp_path: Path,
) -> None:
    connection = Connection(tmp_path / "catalog.sqlite", create=True)
    rows = connection.rows("SELECT 1 UNION SELECT 2")
    next(rows)
    connection.close()
    rows.close()


def test_words_at_the_corners_of_a_rectangle_are_covered(tmp_path: Path) -> None:
    path = tmp_path / "index/file"
    path.parent.mkdir()
    words = bytearray(64 * 4096)
    path.write_bytes(words)
    before = checksum.checksum(path)
    for row, column, change in ((1, 1, 1), (1, 2, 255), (2, 1, 255), (2, 2, 1)):
        words[4096 * row + 8 * column] = change
    path.write_bytes(words)
    assert checksum.checksum(path) != before


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_a_key_that_others_could_read_is_made_anew(tree: Path, open_index, home: Path) -> None:
    with open_index(tree) as index:
        index.build()
        key = home / "indexes/key"
        assert key.stat().st_mode & 0o777 == 0o600
        before, hits = key.read_bytes(), index.search("socket")
        key.chmod(0o640)
    with open_index(tree) as index:
        assert index.search("socket") == hits
        assert key.read_bytes() != before
        assert key.stat().st_mode & 0o777 == 0o600
        assert not list(home.glob("indexes/key-*"))


def test_a_vector_file_made_elsewhere_is_not_given_to_faiss(
    tree: Path, open_index, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        before = index.search("socket")
    # A stranger knows how checksums are made, and not the key.
    (home / "indexes/key").write_bytes(b"k" * 32)
    with open_index(tree) as index:
        monkeypatch.setattr("faiss.read_index", lambda *_: pytest.fail("it was read"))
        assert index.search("socket") == before


def test_words_that_changed_places_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "index/file"
    path.parent.mkdir()
    data = os.urandom(5 << 20)
    path.write_bytes(data)
    before = checksum.checksum(path)
    for one, other in ((0, 8), (4096, 8192), (512, 1 << 20), (0, len(data) - 8)):
        moved = bytearray(data)
        moved[one : one + 8], moved[other : other + 8] = (
            data[other : other + 8],
            data[one : one + 8],
        )
        path.write_bytes(moved)
        assert checksum.checksum(path) != before
    path.write_bytes(data)
    assert checksum.checksum(path) == before


def test_a_publication_that_points_out_of_its_folder_is_not_read(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
        with contextlib.closing(Store(catalog_of(tree))) as store:
            publication = store.embeddings.publication(1)
        outside = index.folder.parent / publication.file
        shutil.copy(index.folder / publication.file, outside)
    tamper(tree, "UPDATE publication SET file = '../' || file")
    with open_index(tree) as index:
        with contextlib.closing(Store(catalog_of(tree))) as store:
            assert vectors.load(index.folder, store.embeddings.publication(1)) is None
        assert index.search("socket", mode="semantic")


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A folder that holds a copy of the shipped model."""
    folder = tmp_path / "stranger"
    packaged = Path(load_embedder()._folder)
    folder.mkdir()
    for name in ("searchkit.json", "tokenizer.json", "model.onnx"):
        shutil.copy(packaged / name, folder)
    return folder


@pytest.mark.parametrize("name", ["searchkit.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x04\x95cos\nsystem\n", b"[" * 100_000])
def test_a_model_folder_with_rubbish_in_it_is_told_in_one_line(
    stranger: Path, name: str, content: bytes
) -> None:
    (stranger / name).write_bytes(content)
    with pytest.raises(ModelError) as raised:
        load_embedder(str(stranger)).encode(["x"], "query")
    assert "\n" not in raised.value.message


@pytest.mark.parametrize("location", ["../outside.bin", "{outside}", "link.bin"])
def test_a_model_reads_no_weights_from_outside_its_folder(stranger: Path, location: str) -> None:
    onnx = pytest.importorskip("onnx")
    outside = stranger.parent / "outside.bin"
    outside.write_bytes(b"12345678" * 2)
    (stranger / "link.bin").symlink_to(outside)
    weights = onnx.TensorProto(name="w", data_type=1, dims=[4], data_location=1)
    weights.external_data.add(key="location", value=location.format(outside=outside))
    info = onnx.helper.make_tensor_value_info("embedding", 1, [4])
    node = onnx.helper.make_node("Identity", ["w"], ["embedding"])
    graph = onnx.helper.make_graph([node], "g", [], [info], [weights])
    opset = onnx.helper.make_opsetid("", 17)
    model = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8)
    (stranger / "model.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError):
        load_embedder(str(stranger)).encode(["x"], "query")


CARDS: list[dict[str, object]] = [
    {"dimension": -1}, {"dimension": 10**12}, {"dimension": 7}, {"max_tokens": 0},
    {"query": ["<none>", "b"]}, {"query": []}, {"document": 5},
]  # fmt: skip


@pytest.mark.parametrize("change", CARDS, ids=str)
def test_a_card_that_cannot_be_is_told_in_one_line(
    stranger: Path, change: dict[str, object]
) -> None:
    card = json.loads((stranger / "searchkit.json").read_text())
    (stranger / "searchkit.json").write_text(json.dumps(card | change))
    with pytest.raises(ModelError) as raised:
        load_embedder(str(stranger)).encode(["x"], "query")
    assert "\n" not in raised.value.message
