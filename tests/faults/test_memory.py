"""A memory ceiling holds, over a large tree and a hostile one: resident memory is watched."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from searchkit_index.catalog import layout
from searchkit_index.errors import ConfigError, StorageError
from searchkit_index.system import memory

COMMAND = str(Path(sys.executable).with_name("searchkit"))

watched = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of processes")


def resident(process: int) -> int:
    """Of a process and its children, in bytes."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


def peak(*arguments: object) -> int:
    """The most that a command holds while it runs."""
    most = 0
    with subprocess.Popen([COMMAND, *map(str, arguments)], stderr=subprocess.PIPE) as running:
        while running.poll() is None:
            most = max(most, resident(running.pid))
            time.sleep(0.005)
        assert running.stderr
        assert running.returncode == 0, running.stderr.read()
    return most


def hostile(tree: Path) -> Path:
    """Files that make parsers ask for gigabytes, and large ones."""
    tree.mkdir()
    chance = random.Random(1)
    for number, suffix in enumerate(["java", "cs", "cpp", "lua", "sh", "swift", "kt", "ts", "py"]):
        rows = ("".join(f"a{chance.getrandbits(12):x}<" for _ in range(8)) for _ in range(8_000))
        (tree / f"angles{number}.{suffix}").write_text("\n".join(rows))
        words = (f"{chance.getrandbits(24):x}" for _ in range(3_000))
        (tree / f"words{number}.{suffix}").write_text("\n".join(words))
    (tree / "line.txt").write_bytes(b"word " * 50_000)
    (tree / "larger.txt").write_bytes(b"word\n" * 12_000_000)
    return tree


runtimes = pytest.mark.parametrize("device", [(), ("--device", "cpu")], ids=["onnx", "torch"])


@pytest.mark.slow
@watched
@runtimes
def test_a_ceiling_holds_over_a_hostile_tree(
    device: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_MAX_FILE_BYTES", "100000000")
    tree = hostile(tmp_path / "tree")
    assert peak("index", "-q", tree, "--memory", "512MB", *device) <= memory.size("512MB")


@pytest.mark.slow
@watched
@runtimes
def test_a_ceiling_holds_over_a_large_tree(device: tuple[str, ...]) -> None:
    tree = Path(os.__file__).parent / "test"
    assert peak("index", "-q", tree, "--memory", "512MB", *device) <= memory.size("512MB")


@pytest.mark.slow
@watched
def test_a_ceiling_holds_over_paths_of_almost_four_kilobytes(tmp_path: Path) -> None:
    deep = os.open(tmp_path, os.O_RDONLY)
    for _ in range(14):
        os.mkdir("d" * 250, dir_fd=deep)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    for number in range(60_000):
        handle = os.open(f"{number:06d}{'f' * 240}.md", os.O_CREAT | os.O_WRONLY, dir_fd=deep)
        os.write(handle, b"zebra\n")
        os.close(handle)
    os.close(deep)
    assert peak("index", "-q", tmp_path, "--memory", "512MB") <= memory.size("512MB")
    assert peak("query", "zebra", tmp_path) <= memory.size("512MB")


@pytest.mark.parametrize("text", ["much", "-1GB", "12PB", "100MB", "1e9"])
def test_a_size_that_cannot_be_is_told(text: str) -> None:
    with pytest.raises(ConfigError):
        memory.size(text)


def test_sizes_are_read_as_people_write_them() -> None:
    sizes = [memory.size(text) for text in ("512MB", "512 mb", "0.5g", "512MiB", "0")]
    assert sizes == [512_000_000, 512_000_000, 500_000_000, 512_000_000, 0]


def test_vectors_are_stored_more_coarsely_where_there_is_less_room() -> None:
    wide, count = 2**40, layout.FLAT_LIMIT
    assert layout.choose(count, 256, wide).factory == "IDMap2,SQfp16"
    assert layout.choose(count, 256, 100_000_000).factory == "IDMap2,SQ8"
    assert layout.choose(10 * count, 256, wide).factory.endswith("SQ8")
    assert layout.choose(10 * count, 256, 500_000_000).factory.endswith("SQ4")
    with pytest.raises(StorageError):
        layout.choose(10 * count, 256, 100_000_000)
