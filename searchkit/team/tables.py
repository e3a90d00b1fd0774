"""Reads and changes tables of Lance."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
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


def in_thread(step: Callable[[], Result]) -> Callable[[], Result]:
    """Start a step that waits for the store, or computes within Lance, in a thread of its own.

    Args:
        step: The step to run.

    Returns:
        A function that waits for the step, and returns or raises what it does.
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
    """Identify what a table holds: of two tables with equal states, the rows are the same.

    Args:
        table: At some version.

    Returns:
        The version, and the last file: a table that was made anew starts again at version 1.
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
    read = [in_thread(partial(_taken, table, column, ids)) for column in columns]
    names = ("_rowid", *columns)
    values = zip(ids, *(ended() for ended in read), strict=True)
    return [dict(zip(names, row, strict=True)) for row in values]


def _taken(table: Any, column: str, ids: Sequence[int]) -> list[Any]:
    """Read one column of some rows, in the order of their ids."""
    found = take(table, column, ids)
    by_id = dict(zip(*(found[name].to_pylist() for name in ("_rowid", column)), strict=True))
    return [by_id[id_] for id_ in ids]


def take(table: Any, column: str, ids: Sequence[int]) -> "pa.Table":
    """Read one column, and `_rowid`, of those of some rows that are not deleted.

    Lance takes rows by their ids in a private method. Where that is missing, the ids are written
    as a condition, which costs 8 ms more of processor time for 250 ids.
    """
    if hasattr(table, "_take_rows"):
        return table._take_rows(list(ids), columns=[column, "_rowid"])
    where = f"_rowid IN ({','.join(map(str, ids))})"
    return table.to_table(columns=[column], filter=where, with_row_id=True)


def finite(vectors: "pa.FixedSizeListArray | pa.ChunkedArray") -> "tuple[Matrix, Any]":
    """Choose the vectors of a column that are neither null nor hold an infinity or NaN.

    Args:
        vectors: The column: float16, `(rows, dimension)`.

    Returns:
        These vectors, float32, `(count, dimension)`, and whether each row has one, bool, `(rows,)`.
    """
    import numpy as np
    import pyarrow as pa

    if isinstance(vectors, pa.ChunkedArray):
        vectors = vectors.combine_chunks()
    halves = vectors.values.slice(vectors.offset * vectors.type.list_size)
    matrix = halves.to_numpy(zero_copy_only=False).reshape(-1, vectors.type.list_size)
    matrix = matrix[: len(vectors)].astype(np.float32)
    there = vectors.is_valid().to_numpy(zero_copy_only=False) & np.isfinite(matrix).all(axis=1)
    return matrix[there], there


def write(table: Any, rows: "Iterator[pa.RecordBatch]", schema: "pa.Schema") -> list[Any]:
    """Write rows into files that are part of no version of the table until `Change` adds them."""
    import pyarrow as pa

    failed: list[BaseException] = []
    reader = pa.RecordBatchReader.from_batches(schema, _noting_errors(rows, failed))
    try:
        return list(library().fragment.write_fragments(reader, table, mode="append"))
    except Exception:
        if failed:  # Lance raises an error of its own, with the text of this one
            raise failed[0] from None
        raise


def _noting_errors(rows: Iterable[Any], failed: list[BaseException]) -> Iterator[Any]:
    try:
        yield from rows
    except Exception as error:
        failed.append(error)
        raise


@dataclass(slots=True)
class Change:
    """Rows to delete and files to add, in one version of a table.

    Attributes:
        added: Files, as `write` returns them.
        deleted: Conditions, in SQL; rows that meet one of them are deleted.
    """

    added: Sequence[Any] = ()
    deleted: Sequence[str] = ()

    def commit(self, table: Any) -> Any:
        """Make the next version of the table.

        Args:
            table: At the newest version that is known.

        Returns:
            The table at the next version.

        Raises:
            Exception: Of Lance, also where others wrote in between.
        """
        changed, emptied = [], []
        for number, rows in self._rows_to_delete(table).items():
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

    def _rows_to_delete(self, table: Any) -> dict[int, list[int]]:
        """Find the addresses of rows to delete, by the number of their file."""
        found: dict[int, set[int]] = {}
        for where in self.deleted:
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
