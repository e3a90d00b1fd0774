"""Files that went bad on disk: the answer is right all the same, or one line says what is wrong."""

from collections.abc import Callable
from pathlib import Path

from stage import Stage


def vectors_truncated(stage: Stage) -> None:
    """The vector file ends anywhere."""
    _vectors(stage, lambda data: data[: stage.random.randrange(len(data))])


def vectors_flipped(stage: Stage) -> None:
    """One to eight bits of the vector file are others."""
    _vectors(stage, lambda data: _flipped(stage, data, stage.random.randint(1, 8)))


def vectors_swapped(stage: Stage) -> None:
    """Two stretches of the vector file changed places."""
    _vectors(stage, lambda data: _swapped(stage, data))


def vectors_lost(stage: Stage) -> None:
    """The vector file went."""
    _vectors(stage, lambda data: None)


def vectors_foreign(stage: Stage) -> None:
    """Anything but a vector file stands there, as long as it was."""
    _vectors(stage, lambda data: stage.random.randbytes(len(data)))


def catalog_flipped(stage: Stage) -> None:
    """One to eight bits of the catalog are others."""
    _catalog(stage, lambda data: _flipped(stage, data, stage.random.randint(1, 8)))


def catalog_page_lost(stage: Stage) -> None:
    """A page of the catalog holds zeros, or noise."""
    noise = stage.random.choice([bytes(4096), stage.random.randbytes(4096)])

    def spoilt(data: bytes) -> bytes:
        start = stage.random.randrange(len(data) // 4096) * 4096
        return data[:start] + noise + data[start + 4096 :]

    _catalog(stage, spoilt)


def catalog_truncated(stage: Stage) -> None:
    """The catalog ends anywhere."""
    _catalog(stage, lambda data: data[: stage.random.randrange(len(data))])


def journal_foreign(stage: Stage) -> None:
    """Noise stands in the journal and its index."""
    stage.finish()
    before = stage.content()
    for name in ("catalog.sqlite-wal", "catalog.sqlite-shm"):
        (stage.folder / name).write_bytes(stage.random.randbytes(stage.random.randint(1, 40_000)))
    assert "found" in stage.do("query", text="quokka", mode="lexical")
    stage.finish()
    assert stage.content() == before


def erased_meanwhile(stage: Stage) -> None:
    """All files of the index go while a query, a status or a run is under way."""
    stage.finish()
    action = stage.random.choice(["query", "status", "index"])
    with stage.copied() as copy:
        steps = stage.do(action, text="quokka", **copy)["steps"]
    answer = stage.do(action, text="quokka", fault="erase", at=stage.random.randint(1, steps))
    assert "found" in answer or "error" in answer
    stage.finish()
    stage.check()


def _vectors(stage: Stage, spoil: Callable[[bytes], bytes | None]) -> None:
    stage.finish()
    before = stage.do("query", text="quokka garden")["found"]
    (file,) = stage.folder.glob("*.faiss")
    _replace(file, spoil(file.read_bytes()))
    assert stage.do("query", text="quokka garden")["found"] == before
    stage.finish()
    stage.check()


def _catalog(stage: Stage, spoil: Callable[[bytes], bytes]) -> None:
    stage.finish()
    _replace(stage.catalog, spoil(stage.catalog.read_bytes()))
    stage.bears_damage()


def _replace(file: Path, data: bytes | None) -> None:
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)


def _flipped(stage: Stage, data: bytes, bits: int) -> bytes:
    spoilt = bytearray(data)
    for _ in range(bits):
        spoilt[stage.random.randrange(len(spoilt))] ^= 1 << stage.random.randrange(8)
    return bytes(spoilt)


def _swapped(stage: Stage, data: bytes) -> bytes:
    count = len(data) // 64
    sectors = [data[64 * row : 64 * row + 64] for row in range(count)]
    one, other = stage.random.sample(range(count), 2)
    sectors[one], sectors[other] = sectors[other], sectors[one]
    return b"".join(sectors) + data[64 * count :]


KINDS: tuple[Callable[[Stage], None], ...] = (
    vectors_truncated,
    vectors_flipped,
    vectors_swapped,
    vectors_lost,
    vectors_foreign,
    catalog_flipped,
    catalog_page_lost,
    catalog_truncated,
    journal_foreign,
    erased_meanwhile,
)
