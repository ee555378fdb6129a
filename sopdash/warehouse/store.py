"""Where the data of one installation lives, and opening it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sopdash.errors import StoreUnavailable
from sopdash.warehouse.settings import Settings
from sopdash.warehouse.warehouse import Progress, Warehouse
from sopdash.warehouse.workspace import Workspace, open_workspace

_log = logging.getLogger(__name__)

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Store:
    """A warehouse with the workspace of the same team. `demo` says that the data is synthetic."""

    warehouse: Warehouse
    workspace: Workspace
    demo: bool = False

    @property
    def settings(self) -> Settings:
        """The team's settings."""
        return self.workspace.settings

    @property
    def folder(self) -> Path:
        """The data folder: secret.key, staging/, inbox/, backups/."""
        return self.warehouse.path.parent

    @property
    def inbox(self) -> Path:
        """Where large files are dropped for import."""
        return self.folder / "inbox"

    def refresh(self, progress: Progress | None = None) -> None:
        """Rebuilds the marts with the team's settings, and tells those who follow them."""
        self.warehouse.refresh(self.settings, progress)
        for follow in FOLLOWERS:
            try:
                follow(self)
            except Exception:  # the import stands; whoever follows it catches up later
                _log.exception("a follower of the marts failed")

    def close(self) -> None:
        """Gives both files back."""
        self.warehouse.close()
        self.workspace.close()


FOLLOWERS: list[Callable[[Store], None]] = []
"""Called after every refresh of a store's marts; rooms above add themselves when imported."""


def data_folder() -> Path:
    """SOPDASH_DATA, else data/ of the checkout."""
    return Path(os.environ.get("SOPDASH_DATA") or CHECKOUT / "data")


def open_store(db: Path | None = None) -> Store:
    """Opens the team's store: warehouse.duckdb and workspace.duckdb of the data folder, or the file named by --db.

    /x/foo.duckdb keeps its workspace in /x/foo.workspace.duckdb. Marts that lag behind the log (a process died between
    import and refresh) are rebuilt; where memory or disk are short for that, the store opens with the figures of before
    (`warehouse.lagging`). Raises StoreUnavailable.
    """
    return _open(db or data_folder() / "warehouse.duckdb", demo=False)


def open_demo() -> Store:
    """Opens the demo's own files, demo.duckdb and demo.workspace.duckdb; they never mix with real data."""
    return _open(data_folder() / "demo.duckdb", demo=True)


def workspace_path(db: Path) -> Path:
    """The workspace file that belongs to a warehouse file."""
    return db.with_name("workspace.duckdb" if db.name == "warehouse.duckdb" else f"{db.stem}.workspace.duckdb")


def _open(db: Path, demo: bool) -> Store:
    warehouse = Warehouse.open(db)
    try:
        workspace = open_workspace(workspace_path(db))
    except BaseException:
        warehouse.close()
        raise
    store = Store(warehouse, workspace, demo)
    try:
        store.inbox.mkdir(exist_ok=True)
        _catch_up(store)
    except BaseException:
        store.close()
        raise
    return store


def _catch_up(store: Store) -> None:
    try:
        store.warehouse.refresh_if_behind(store.settings)
    except StoreUnavailable as error:
        if error is not store.warehouse.lagging or not store.warehouse.has_figures:
            raise
        _log.warning("the figures stay behind: %s", error)
