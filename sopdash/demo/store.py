"""The demo as a warehouse: the files, loaded through the same door as anybody's, kept as `demo.duckdb`."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sopdash.access import LOCAL_OWNER
from sopdash.demo import plan
from sopdash.demo.files import SEED, write
from sopdash.errors import SopdashError
from sopdash.exports.load import load_files
from sopdash.warehouse import Store, Warehouse, Workspace, data_folder, open_demo

Progress = Callable[[str, int, int], None]

_STALE = 3_600
"""Seconds after which an unfinished build is somebody's that died."""


def ready_demo(progress: Progress | None = None) -> Store:
    """The demo of the data folder, built where needed, opened, its calendar planned round today."""
    ensure_demo(data_folder(), progress)
    store = open_demo()
    plan.fill(store)
    return store


def ensure_demo(data_dir: Path, progress: Progress | None = None) -> Path:
    """The demo's database in `data_dir`, built first where it is missing or of another version of the product.

    Built under another name and renamed when complete, so a reader never sees half of it; what people tried out in the
    demo's workspace is kept.
    """
    target = data_dir / "demo.duckdb"
    stamp = data_dir / "demo.version"
    wanted = fingerprint()
    if _is_current(target, stamp, wanted):
        return target
    data_dir.mkdir(parents=True, exist_ok=True)
    _sweep(data_dir)
    building = data_dir / f"demo.building-{os.getpid()}.duckdb"
    # Opened as it is: the marts are built once, after the files, and not for the empty database first.
    store = Store(Warehouse.open(building), Workspace.open(_workspace(building)), demo=True)
    try:
        build(store, progress=progress)
    finally:
        store.close()
    if _is_current(target, stamp, wanted):  # another process was faster
        _remove(building)
        return target
    stamp.unlink(missing_ok=True)
    building.replace(target)
    workspace = _workspace(building)
    if workspace.exists() and not _workspace(target).exists():
        workspace.replace(_workspace(target))
    _remove(building)
    stamp.write_text(wanted, encoding="ascii")
    return target


def build(store: Store, scale: str = "demo", seed: int = SEED, progress: Progress | None = None) -> None:
    """Write the demo's files into a temporary folder and import them into `store`; raises where one is refused."""
    with tempfile.TemporaryDirectory(prefix="sopdash-demo-") as folder:
        files = write(Path(folder), scale, seed)
        results = load_files(store, files, by=LOCAL_OWNER.name, progress=progress)
    for result in results:
        if result.error is not None:
            raise SopdashError("demo_refused", file=result.file, reason=str(result.error))


def fingerprint() -> str:
    """Changes whenever code or data that makes the demo's database changes: demo, exports and warehouse."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in ("demo", "exports", "warehouse"):
        for path in sorted((package / room).rglob("*")):
            if path.suffix in (".py", ".toml", ".sql"):
                digest.update(str(path.relative_to(package)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current(target: Path, stamp: Path, wanted: str) -> bool:
    return target.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted


def _workspace(database: Path) -> Path:
    return database.with_name(f"{database.stem}.workspace.duckdb")


def _remove(database: Path) -> None:
    for path in database.parent.glob(f"{database.stem}.*"):
        path.unlink(missing_ok=True)


def _sweep(data_dir: Path) -> None:
    for path in data_dir.glob("demo.building-*"):
        if time.time() - path.stat().st_mtime > _STALE:
            path.unlink(missing_ok=True)
