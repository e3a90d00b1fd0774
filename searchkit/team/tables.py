"""Reads and changes tables of Lance: the few steps that a shared index is made of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from searchkit.team.storage import ConflictError, faults, library

if TYPE_CHECKING:
    import pyarrow as pa

    from searchkit_index.catalog.vectors import Matrix

Result = TypeVar("Result")

_TRIES = 12

# Bytes that are read before they are asked for; Lance's own bound is 2 GB.
_READ_AHEAD = 64 << 20

# A row address is the number of a file, shifted by so many bits, and the row in it.
_FILE_SHIFT = 32


def begun(step: Callable[[], Result]) -> Callable[[], Result]:
    """Begin a step that waits for the store, or computes within Lance, in a thread of its own.

    Args:
        step: What is to be done.

    Returns:
        Waits for its end; returns or raises what the step does.
    """
    future: Future[Result] = Future()

    def settle() -> None:
        try:
            future.set_result(step())
        except BaseException as error:
            future.set_exception(error)

    # A daemon, so that an interrupted question does not wait for a store that does not answer.
    Thread(target=settle, daemon=True).start()
    return future.result


def batches(
    table: Any,
    columns: Sequence[str],
    where: str = "",
    *,
    size: int | None = None,
    with_row_id: bool = False,
    files: Sequence[Any] | None = None,
) -> Iterator["pa.RecordBatch"]:
    """Read columns of the rows that meet a condition.

    Args:
        table: A table that Lance opened.
        columns: Their names.
        where: The condition, in SQL; "" for every row.
        size: At most so many rows at once; None for as many as suits.
        with_row_id: Whether to add the column `_rowid`.
        files: Those to read, at least one; None for all.

    Yields:
        Some rows at a time.
    """
    options = {"batch_size": size} if size else {}
    scanner = table.scanner(
        columns=list(columns),
        filter=where or None,
        with_row_id=with_row_id,
        io_buffer_size=_READ_AHEAD,
        fragments=files,
        **options,
    )
    yield from scanner.to_batches()


def values(
    table: Any, columns: Sequence[str], where: str = "", *, size: int | None = None
) -> Iterator[tuple[Any, ...]]:
    """Read columns of the rows that meet a condition; yields a tuple for each row."""
    for batch in batches(table, columns, where, size=size):
        yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def records(table: Any, columns: Sequence[str], where: str = "") -> list[dict[str, Any]]:
    """Read columns of the rows that meet a condition, each as a dictionary."""
    found: list[dict[str, Any]] = table.to_table(
        columns=list(columns), filter=where or None
    ).to_pylist()
    return found


def state(table: Any) -> object:
    """Return what is equal for two tables only if both hold the same rows.

    Args:
        table: At some version.

    Returns:
        The version, and the last file: a table that was made anew has versions of the same numbers.
    """
    files = [each.data_files()[0].path for each in table.get_fragments()[-1:]]
    return table.version, files


def row_ids(table: Any, where: str) -> list[int]:
    """List the ids of the rows that meet a condition."""
    found = table.to_table(columns=[], filter=where, with_row_id=True)
    ids: list[int] = found["_rowid"].to_pylist()
    return ids


def by_row_id(table: Any, columns: Sequence[str], ids: Sequence[int]) -> list[dict[str, Any]]:
    """Read columns of some rows, and `_rowid`, in the order of their ids.

    Each column by itself: Lance keeps what describes the columns of files anew for each set of
    columns that is read together, at 10 million rows 130 MB for text, label, key and vector.
    """
    if not ids:
        return []
    read = [begun(partial(_taken, table, column, ids)) for column in columns]
    names = ("_rowid", *columns)
    values = zip(ids, *(ended() for ended in read), strict=True)
    return [dict(zip(names, row, strict=True)) for row in values]


def _taken(table: Any, column: str, ids: Sequence[int]) -> list[Any]:
    """Read one column of some rows, in the order of their ids."""
    found = _there(table, column, ids)
    by_id = dict(zip(*(found[name].to_pylist() for name in ("_rowid", column)), strict=True))
    return [by_id[id_] for id_ in ids]


def _there(table: Any, column: str, ids: Sequence[int]) -> "pa.Table":
    """Read one column, and `_rowid`, of those of some rows that are not deleted.

    Lance takes rows by their ids in a method that it does not call public. Where that is missing
    they are a condition, which costs 8 ms more of processor time for 250 ids.
    """
    if hasattr(table, "_take_rows"):
        return table._take_rows(list(ids), columns=[column, "_rowid"])
    where = f"_rowid IN ({','.join(map(str, ids))})"
    return table.to_table(columns=[column], filter=where, with_row_id=True)


def vectors(table: Any, ids: Sequence[int]) -> "tuple[Any, Matrix]":
    """Read the vectors of those of some rows that are not deleted.

    Args:
        table: The table of chunks.
        ids: Of rows that have vectors, or had.

    Returns:
        The ids, uint64, `(count,)`, and the vectors, float32, `(count, dimension)`.
    """
    found = _there(table, "vector", ids)
    matrix, there = finite(found["vector"].combine_chunks())
    return found["_rowid"].to_numpy()[there], matrix


def finite(vectors: "pa.FixedSizeListArray") -> "tuple[Matrix, Any]":
    """Return the vectors that are there and finite, and which rows they are of."""
    import numpy as np

    halves = vectors.values.slice(vectors.offset * vectors.type.list_size)
    matrix = halves.to_numpy(zero_copy_only=False).reshape(-1, vectors.type.list_size)
    matrix = matrix[: len(vectors)].astype(np.float32)
    there = vectors.is_valid().to_numpy(zero_copy_only=False) & np.isfinite(matrix).all(axis=1)
    return matrix[there], there


def written(table: Any, rows: "Iterator[pa.RecordBatch]", schema: "pa.Schema") -> list[Any]:
    """Write rows into files that no version of the table knows yet.

    Args:
        table: Where to.
        rows: Some at a time.
        schema: The schema of the rows.

    Returns:
        What Lance says of the files, for `Change`.
    """
    import pyarrow as pa

    failed: list[BaseException] = []
    reader = pa.RecordBatchReader.from_batches(schema, _kept_faults(rows, failed))
    try:
        return list(library().fragment.write_fragments(reader, table, mode="append"))
    except Exception:
        if failed:  # Lance passes on its text alone
            raise failed[0] from None
        raise


def _kept_faults(rows: Iterable[Any], failed: list[BaseException]) -> Iterator[Any]:
    try:
        yield from rows
    except Exception as error:
        failed.append(error)
        raise


@dataclass(slots=True)
class Change:
    """Rows to delete and files to add, in one version of a table.

    Attributes:
        added: Files, as `written` gives them.
        without: Conditions, in SQL: what meets one of them goes.
    """

    added: Sequence[Any] = ()
    without: Sequence[str] = field(default_factory=list)

    def commit(self, table: Any) -> Any:
        """Make the next version of the table.

        Args:
            table: At the newest version that is known.

        Returns:
            The table at the next version.

        Raises:
            Exception: What Lance raises, also where others wrote in between.
        """
        changed, emptied = [], []
        for number, rows in self._doomed(table).items():
            left = table.get_fragment(number).delete(f"_rowaddr IN ({','.join(map(str, rows))})")
            if left is None:
                emptied.append(number)
            else:
                changed.append(left)
        if not (changed or emptied or self.added):
            return table
        update = library().LanceOperation.Update(
            removed_fragment_ids=emptied,
            updated_fragments=changed,
            new_fragments=list(self.added),
        )
        return library().LanceDataset.commit(table, update, read_version=table.version)

    def _doomed(self, table: Any) -> dict[int, list[int]]:
        """Find the rows that go, by the number of their file."""
        found: dict[int, set[int]] = {}
        for where in self.without:
            rows = table.to_table(columns=[], filter=where, with_row_address=True)
            for address in rows["_rowaddr"].to_pylist():
                found.setdefault(address >> _FILE_SHIFT, set()).add(address)
        return {number: sorted(found[number]) for number in sorted(found)}


def retried(url: str, table: Any, step: Callable[[Any], Result]) -> Result:
    """Run a step that writes, and run it again where others wrote in between.

    Args:
        url: The place, for the message of an error.
        table: The table, which the step finds at its newest version.
        step: Reads what is there, and writes.

    Returns:
        What the step returns.

    Raises:
        ConflictError: Others wrote each time.
    """
    for left in reversed(range(_TRIES)):
        try:
            with faults(url):
                table.checkout_latest()
                return step(table)
        except ConflictError:
            if not left:
                raise
    raise AssertionError
