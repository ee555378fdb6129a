"""The warehouse: everything imported, and the marts computed from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sopdash.errors import StoreUnavailable
from sopdash.warehouse import incremental, interruption, refresh, schema
from sopdash.warehouse.connection import Cursor, Database
from sopdash.warehouse.phones import Phones, make_secret, read_secret
from sopdash.warehouse.settings import Settings

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Called with (mart, done, of)."""


_LAGGING = {"store_memory_short": "figures_memory_short", "store_write_failed": "figures_disk_short"}
"""What a refresh says where a query says the other."""


class Warehouse(Database):
    """Log, current facts and marts in one DuckDB file. Pages read `mart.*` only."""

    phones: Phones
    notes: list[Path]
    """Of imports that were cut off before this process; see `interruptions`."""
    version: int
    """Version of the marts: part of every cache key; 0 as long as nothing was ever imported."""
    lagging: StoreUnavailable | None = None
    """Why the marts could not follow what was imported; the figures are still those of before."""

    def _prepare(self) -> None:
        self._told: dict[Callable[[Cursor], Any], tuple[tuple[Any, ...], Any]] = {}
        self.notes = interruption.left_behind(self)
        with self.write() as cursor:
            schema.create(cursor)
            self.phones = self._open_phones(cursor)
            self.version = int(schema.read_state(cursor, "mart_version") or 0)

    def _open_phones(self, cursor: Cursor) -> Phones:
        path = self.path.parent / "secret.key"
        secret = read_secret(path)
        known = schema.read_state(cursor, "secret_fingerprint")
        if secret is None and known is not None and _has_data(cursor):
            raise StoreUnavailable("secret_missing", path=str(path))
        phones = Phones(self, secret or make_secret(path))
        if known is not None and known != phones.fingerprint() and _has_data(cursor):
            raise StoreUnavailable("secret_wrong", path=str(path))
        if known != phones.fingerprint():
            schema.write_state(cursor, "secret_fingerprint", phones.fingerprint())
        return phones

    def refresh(self, settings: Settings, progress: Progress | None = None) -> None:
        """Rebuilds `mart.*` from the facts in one transaction; readers see the old state until it commits."""
        try:
            with self.write() as cursor, self.worded():
                version = incremental.bring_up_to_date(cursor, settings, progress)
        except StoreUnavailable as error:
            if error.code not in _LAGGING:
                raise
            self.lagging = StoreUnavailable(_LAGGING[error.code], **error.values)
            raise self.lagging from error
        self.version, self.lagging = version, None

    def refresh_if_behind(self, settings: Settings, progress: Progress | None = None) -> bool:
        """Refreshes when the log, the settings or the mart definitions moved since the last refresh."""
        with self.read() as cursor:
            behind = refresh.is_behind(cursor, settings)
        if behind:
            self.refresh(settings, progress)
        return behind

    def once(self, cursor: Cursor, ask: Callable[[Cursor], T]) -> T:
        """What `ask` reads of the marts as the cursor sees them: asked once per refresh, then kept."""
        states = cursor.execute(_STATE).fetchall()
        state = states[0] if states else None
        told = self._told.get(ask)
        if told is not None and told[0] == state:
            found: T = told[1]
            return found
        answer = ask(cursor)
        if state is not None:
            self._told[ask] = state, answer
        return answer

    @property
    def has_figures(self) -> bool:
        """Whether the marts were ever built; those of an empty store count."""
        with self.read() as cursor:
            return schema.read_state(cursor, "refreshed") is not None

    def interruptions(self) -> list[interruption.Interruption]:
        """Imports that a dying process cut off, with what came in of them and what did not."""
        return interruption.interruptions(self, self.notes)

    @property
    def empty(self) -> bool:
        """True when nothing live was imported."""
        return not self.rows("select 1 from imports where undone_at is null limit 1")


_STATE = "select version, built_at from mart.meta where built_at is not null"


def _has_data(cursor: Cursor) -> bool:
    found = cursor.execute("select (select count(*) from imports) + (select count(*) from phones)").fetchone()
    return found is not None and found[0] > 0


def folder_of(database: Path) -> Path:
    """The data folder a warehouse file lives in: secret.key, staging/ and inbox/ are beside it."""
    return database.resolve().parent
