"""One DuckDB file per store, opened once per process and shared by every session.

A connection shared between threads returns wrong rows, so each call works on a cursor of its own and results are
materialised before it closes. One writer at a time; readers see the last committed state throughout a `read()` block.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

import duckdb
import pandas as pd

from sopdash.errors import StoreUnavailable

Cursor: TypeAlias = duckdb.DuckDBPyConnection
"""What `read()` and `write()` hand out; other rooms type their helpers with it and never import duckdb."""

Params: TypeAlias = Sequence[Any] | Mapping[str, Any]


class Database:
    """A DuckDB file. Opening one path twice in a process gives the same instance; `close()` counts down."""

    _open: ClassVar[dict[Path, Database]] = {}
    _opening: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, path: Path, staging: Path) -> None:
        self.path = path
        self.staging = staging
        self._users = 1
        self._writing = threading.RLock()
        self._writer: Cursor | None = None
        self._connection = _connect(path, staging)

    @classmethod
    def open(cls, path: Path, staging: Path | None = None) -> Self:
        """Opens (and creates) the file. `staging` is the only folder SQL may read files from.

        Raises StoreUnavailable when another process holds the file or it is damaged; lock and WAL are never touched.
        """
        path = path.resolve()
        with cls._opening:
            shared = cls._open.get(path)
            if shared is not None:
                assert isinstance(shared, cls)
                shared._users += 1
                return shared
            staging = (staging or path.parent / "staging").resolve()
            for folder in (path.parent, staging):
                folder.mkdir(parents=True, exist_ok=True)
            opened = cls(path, staging)
            try:
                opened._prepare()
            except BaseException:
                opened._connection.close()
                raise
            cls._open[path] = opened
            return opened

    def _prepare(self) -> None:
        """Brings the schema up to date; subclasses fill it in."""

    def close(self) -> None:
        """Gives the instance back; the last user closes the file."""
        with self._opening:
            self._users -= 1
            if self._users <= 0 and self._open.get(self.path) is self:
                del self._open[self.path]
                self._connection.close()

    @contextmanager
    def read(self) -> Iterator[Cursor]:
        """A cursor that sees one committed state from its first statement to its last."""
        with self._cursor() as cursor:
            cursor.execute("begin transaction")
            try:
                yield cursor
            finally:
                _rollback(cursor)

    @contextmanager
    def write(self) -> Iterator[Cursor]:
        """A transaction: committed as a whole at the end, rolled back on any error. Writers queue.

        Inside another `write()` of the same thread it joins that transaction.
        """
        with self._writing:
            if self._writer is not None:
                yield self._writer
                return
            with self._cursor() as cursor:
                cursor.execute("begin transaction")
                self._writer = cursor
                try:
                    yield cursor
                    cursor.execute("commit")
                except BaseException:
                    _rollback(cursor)
                    raise
                finally:
                    self._writer = None

    def frame(self, sql: str, params: Params = ()) -> pd.DataFrame:
        """The result of one query; DECIMAL arrives as float."""
        with self._cursor() as cursor:
            return cursor.execute(parsed(cursor, sql), params).df()

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """The result of one query as Python tuples; DECIMAL stays exact."""
        with self._cursor() as cursor:
            return cursor.execute(parsed(cursor, sql), params).fetchall()

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        try:
            cursor = self._connection.cursor()
        except duckdb.Error:
            cursor = self._reopen().cursor()
        try:
            yield cursor
        except duckdb.FatalException as error:
            # A failed checkpoint (full disk) invalidates the whole instance; the data on disk is intact.
            cursor.close()
            self._reopen()
            raise StoreUnavailable("store_write_failed", path=str(self.path), detail=_brief(error)) from error
        except duckdb.Error as error:
            if not _crowded(error):
                raise
            raise self._in_words(error) from error
        finally:
            cursor.close()

    @contextmanager
    def worded(self) -> Iterator[None]:
        """Says a full memory or disk in words, inside a transaction that goes on to roll back."""
        try:
            yield
        except duckdb.Error as error:
            if isinstance(error, duckdb.FatalException) or not _crowded(error):
                raise
            raise self._in_words(error) from error

    def _in_words(self, error: duckdb.Error) -> StoreUnavailable:
        if isinstance(error, duckdb.OutOfMemoryException):
            return StoreUnavailable("store_memory_short", path=str(self.path), detail=_brief(error))
        return StoreUnavailable("store_write_failed", path=str(self.path), detail=_brief(error))

    def _reopen(self) -> Cursor:
        with self._opening:
            try:
                self._connection.cursor().execute("select 1").fetchall()
            except duckdb.Error:
                self._connection.close()
                self._connection = _connect(self.path, self.staging)
            return self._connection


def parsed(cursor: Cursor, sql: str) -> duckdb.Statement:
    """The statement of a query: pages ask the same again and again, and reading a long text is a fifth of its time."""
    known = _PARSED.get(sql)
    if known is None:
        [known] = cursor.extract_statements(sql)
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        _PARSED[sql] = known
    return known


MOST_PARSED = 1_000
_PARSED: dict[str, duckdb.Statement] = {}


def _connect(path: Path, staging: Path) -> Cursor:
    memory = os.environ.get("SOPDASH_MEMORY")
    try:
        connection = duckdb.connect(
            str(path), config={"python_enable_replacements": False, "memory_limit": memory or SHARE}
        )
    except duckdb.ParserException as error:
        raise StoreUnavailable("memory_not_understood", memory=memory or SHARE, detail=_brief(error)) from error
    except duckdb.Error as error:
        code = "store_held" if "lock" in str(error).lower() else "store_damaged"
        inbox = str(path.parent / "inbox")
        raise StoreUnavailable(code, path=str(path), inbox=inbox, detail=_brief(error)) from error
    _limit(connection, None if memory else _need(path))
    folder = str(staging).replace("'", "''")
    connection.execute(f"set allowed_directories = ['{folder}/']")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


SHARE = "25%"
"""Without SOPDASH_MEMORY (such as 8GB) queries take at most a quarter of the machine's memory and go on in files beside
the data: of a laptop's 8 GB the system, the browser and Excel need most, and Python takes some beside the queries."""

PER_CORE = 300_000_000
"""Nor do they take more than this and than the warehouse is large: a small one has no use for it."""

LEAST_MEMORY = 600_000_000
"""But always so much: an order file of 2 GB comes in with it, in less than 1 GB for the whole process on two cores."""

PER_THREAD = 256_000_000
"""Each thread keeps blocks of its own: more threads than this allows would only take memory from one another."""


COUNTED = 5, 6
"""The engine counts its blocks only and takes more: measured 1,006 MB in the whole process at a limit of 600."""


def _need(path: Path) -> int:
    """What the warehouse can use of the machine's memory."""
    return max(_size(path), PER_CORE * (os.cpu_count() or 1))


def _size(path: Path) -> int:
    return path.stat().st_size


def _limit(connection: Cursor, need: int | None) -> None:
    """`need`: most of what is useful, where nobody told how much memory to take."""
    row = connection.execute(
        "select parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
    ).fetchone()
    assert row is not None
    memory, threads = int(row[0]), int(row[1])
    if need is not None:
        memory = max(min(memory, need), LEAST_MEMORY)
    connection.execute(f"set memory_limit = '{memory * COUNTED[0] // COUNTED[1]}B'")
    connection.execute(f"set threads = {max(1, min(threads, memory // PER_THREAD))}")


def _rollback(cursor: Cursor) -> None:
    try:
        cursor.execute("rollback")
    except duckdb.Error:
        return  # nothing was open: the engine already rolled back


def _crowded(error: duckdb.Error) -> bool:
    """No memory or no disk left; a commit says it as a TransactionException, a write as an IOException."""
    return isinstance(error, duckdb.OutOfMemoryException) or "no space" in str(error).lower()


def _brief(error: BaseException) -> str:
    return str(error).splitlines()[0][:200]
