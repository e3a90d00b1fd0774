"""Answers each tool: a short text for clients that show text, the same as values for others."""

import contextlib
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from searchkit import wording
from searchkit.embedders import count_tokens
from searchkit.hits import budget
from searchkit.hits.budget import Fitted
from searchkit.hits.export import passages
from searchkit.hits.hit import Hit
from searchkit.mcp.coverage import coverages, said
from searchkit.mcp.reply import Reply, as_json
from searchkit.mcp.schema import TOKENS, TOOLS, filter_of
from searchkit.mcp.scope import Served
from searchkit.query import Query
from searchkit.search.answer import Answer
from searchkit.searchable import Searchable
from searchkit.source import Source
from searchkit_index.errors import QueryError, SearchkitError, StorageError

_NAMED = {tool.name: tool for tool in TOOLS}


class _Page(NamedTuple):
    """Which part of an answer a client asks for: `cursor` is where the last reply ended, or ""."""

    limit: int | None
    tokens: int
    cursor: str


class Tools(ABC):
    """The tools of one server; safe to use from several threads.

    Args:
        workspace: What is searched.
        scope: What of it is served.
    """

    def __init__(self, workspace: Searchable, scope: Served) -> None:
        self._workspace, self._scope = workspace, scope

    def call(self, name: str, arguments: Mapping[str, Any]) -> Reply:
        """Answer a tool.

        Args:
            name: The name of the tool.
            arguments: As the client sent them.

        Returns:
            What it answers; a fault as well, which the client's model may correct.
        """
        try:
            if name not in _NAMED:
                raise QueryError(f"there is no tool `{name}`", f"there are {', '.join(_NAMED)}")
            given = _NAMED[name].checked(arguments)
            reply: Reply = getattr(self, f"_{name}")(**given)
            return reply
        except SearchkitError as fault:
            return Reply.refusal(fault)
        except OSError as error:  # an index of another user, a disk that is full
            return Reply.refusal(StorageError(*wording.system_fault(error)))

    def warm(self) -> None:
        """Read the model, and map the vectors of what is served, ahead of the first question."""
        with contextlib.suppress(SearchkitError):  # nothing that is served is indexed yet
            self._workspace.warm(self._scope.asked())

    def _search(
        self,
        query: str,
        mode: str | None = None,
        limit: int | None = None,
        roots: Sequence[str] = (),
        max_tokens: int = TOKENS,
        cursor: str = "",
        **filters: Any,
    ) -> Reply:
        asked = Query.of(query, filter=filter_of(filters), mode=mode)  # type: ignore[arg-type]
        ask, within = partial(self._workspace.search, asked), self._scope.asked(roots)
        return self._answer(ask, (query, mode, filters), within, _Page(limit, max_tokens, cursor))

    def _similar(
        self,
        path: str,
        line: int,
        limit: int | None = None,
        roots: Sequence[str] = (),
        max_tokens: int = TOKENS,
        cursor: str = "",
        **filters: Any,
    ) -> Reply:
        file, within = self._scope.path(path), self._scope.asked(roots)
        ask = partial(self._workspace.similar, file, line, filter=filter_of(filters))
        question = str(file), line, filters
        return self._answer(ask, question, within, _Page(limit, max_tokens, cursor))

    def _answer(self, ask: Any, question: object, within: Sequence[Path], page: _Page) -> Reply:
        """Ask, and give the part of the answer that is asked for, within the budget."""
        mark = _mark(question, within)
        start = _start(page.cursor, mark)
        count = page.limit or self._workspace.settings.limit
        # One more hit tells whether there are more; later pages do not index changes.
        answer: Answer = ask(within=within, limit=start + count + 1, refresh=not page.cursor)
        if page.cursor:
            looked = {root: self._workspace.refresh(root, 0) for root in answer.roots}
            answer = replace(answer, freshness=looked)
        hits = answer.hits[start : start + count]
        more = len(answer.hits) > start + count

        def next_(fitted: Fitted) -> str:
            is_last = not fitted.hits or not (more or fitted.left_out)
            return "" if is_last else f"{start + len(fitted.hits)}-{mark}"

        def text(fitted: Fitted) -> str:
            return self._text(answer, fitted, next_(fitted))

        def values(fitted: Fitted) -> dict[str, Any]:
            return self._values(answer, fitted, next_(fitted))

        # A client shows one of the two to its model, and text takes fewer tokens.
        fit = partial(budget.fit, hits, page.tokens, self._count)
        return Reply(text(fit(text)), values(fit(lambda each: as_json(values(each)))))

    def _count(self, texts: Sequence[str]) -> list[int]:
        return count_tokens(self._workspace.embedder, texts)

    def _text(self, answer: Answer, fitted: Fitted, cursor: str) -> str:
        lines = [*said(answer, fitted)]
        if cursor:
            lines.append(f"for more call again with cursor {cursor}")
        shown = passages(fitted.hits, fitted.cut, lambda hit: self._on_one_line(hit.file))
        return "\n".join([*lines, "", shown]).rstrip("\n")

    def _values(self, answer: Answer, fitted: Fitted, cursor: str) -> dict[str, Any]:
        hits = zip(fitted.hits, fitted.cut, strict=True)
        values: dict[str, Any] = {
            "weak": answer.weak,
            "hits": [self._record(hit, cut) for hit, cut in hits],
            "coverage": list(coverages(answer)),
        }
        if sum(fitted.cut) or fitted.left_out:
            values["cut"] = {"lines": sum(fitted.cut), "hits": fitted.left_out}
        if cursor:
            values["cursor"] = cursor
        return values

    def _record(self, hit: Hit, cut: int) -> dict[str, Any]:
        record: dict[str, Any] = {
            "id": self._id(hit),
            "path": self._scope.shown(hit.file),
            "start_line": hit.start_line,
            "end_line": hit.end_line,
            **{name: value for name in ("place", "symbol") if (value := getattr(hit, name))},
            "text": hit.text,
        }
        if hit.confidence is not None:
            record["confidence"] = round(hit.confidence, 2)
        if hit.copy_count:
            record["copies"] = hit.copy_count
        if cut:
            record["cut_lines"] = cut
        return record

    def _on_one_line(self, file: Path) -> str:
        """Write a path for the text of a reply, where a name of two lines could forge a hit."""
        return self._scope.shown(file).replace("\n", "\\n")

    @abstractmethod
    def _id(self, hit: Hit) -> str:
        """Name the chunk of a hit, as `_chunk` takes it."""

    @abstractmethod
    def _lines(self, path: str, first: int, last: int | None) -> Source:
        """Read lines of a file; None for `last` reads to its end."""

    @abstractmethod
    def _chunk(self, id: str) -> Source:
        """Read a chunk by its name."""

    @abstractmethod
    def _status(self, path: str = "") -> Reply:
        """Tell what is indexed, or how a path is."""

    @abstractmethod
    def _roots(self) -> Reply:
        """List what is served."""

    def _get(
        self,
        path: str = "",
        start_line: int = 1,
        end_line: int | None = None,
        id: str = "",
        max_tokens: int = TOKENS,
    ) -> Reply:
        if bool(path) == bool(id):
            raise QueryError("`get` needs a `path` or an `id`", "give one of them")
        source = self._lines(path, start_line, end_line) if path else self._chunk(id)
        lines = budget.leading(source.lines, max_tokens, self._count)
        while True:
            reply = self._source_reply(source, lines)
            over = max(self._count(reply.forms)) - max_tokens
            if over <= 0 or not lines:
                return reply
            room = sum(self._count([line + "\n" for line in lines])) - over
            shorter = budget.leading(lines, room, self._count) if room > 0 else []
            lines = [] if shorter == lines else shorter

    def _source_reply(self, source: Source, lines: Sequence[str]) -> Reply:
        last = source.first + max(len(lines), 1) - 1
        values: dict[str, Any] = {
            "path": self._scope.shown(source.file),
            "start_line": source.first,
            "end_line": last,
            "text": "\n".join(lines),
        }
        heading = f"{self._on_one_line(source.file)}:{source.first}-{last}"
        if source.total:
            values["total_lines"] = source.total
            heading += f" of {source.total}"
        values["note"] = source.note or "as it is now"
        heading += f" ({values['note']})"
        end = []
        if cut := len(source.lines) - len(lines):
            values["cut_lines"] = cut
            end = [f"… {wording.amount(cut, 'more line')}: call again from line {last + 1}"]
        return Reply("\n".join([heading, *lines, *end]), values)

    def _path_status(self, file: Path) -> Reply:
        known = self._workspace.path_status(file)
        values = {"path": self._scope.shown(file), "indexed": known.indexed, "words": known.words}
        if known.hint:
            values["hint"] = known.hint
        hint = f"\nhint: {known.hint}" if known.hint else ""
        return Reply(f"{self._on_one_line(file)}: {known.words}{hint}", values)


def _mark(question: object, within: Sequence[Path]) -> str:
    """Tell a question from every other, so that no cursor goes on with another answer."""
    return digest(repr((question, [str(path) for path in within])))


def digest(text: str) -> str:
    """Return a short digest of a text, in hexadecimal."""
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=4).hexdigest()


def _start(cursor: str, mark: str) -> int:
    if not cursor:
        return 0
    start, _, of = cursor.partition("-")
    if not is_number(start) or of != mark:
        raise QueryError(
            f"`{cursor}` is no cursor of this question", "ask the same again, with the same filters"
        )
    return int(start)


def is_number(text: str) -> bool:
    """Tell whether a text is a number that the catalog can hold; a client may send any."""
    return text.isascii() and text.isdecimal() and len(text) < 16
