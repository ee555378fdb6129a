"""The door: a file in, rows in the warehouse and a result out. All or nothing per file."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused, SopdashError, StoreUnavailable
from sopdash.exports import checks, corrections, decode, shop, team
from sopdash.exports.clean import REFUSE_SHARE, Cleaner, Options
from sopdash.exports.decode import Table
from sopdash.exports.format import Format, formats
from sopdash.exports.head import date_in
from sopdash.exports.recognise import with_mapping
from sopdash.exports.results import FileResult, Note, Reject, refused
from sopdash.text import phrases
from sopdash.warehouse import Cursor, Store, interruption
from sopdash.warehouse.ledger import NewBatch, append

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, of)."""


class _DryRun(Exception):
    """Leaves the transaction without a trace once everything was checked."""

    def __init__(self, result: FileResult) -> None:
        self.result = result


@dataclass(frozen=True)
class Request:
    """What the person importing says about the files."""

    format: str | Format | None = None
    as_of: date | datetime | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    shop: str = ""
    date_order: str | None = None
    dry_run: bool = False
    strict: bool = False
    by: str = "owner"
    keep_rejects: bool = False

    def among(self, store: Store) -> list[Format]:
        """The formats a file may be: those of the product and the team's own."""
        if not self.mapping:
            return [self._told(store)] if self.format else [*formats().values(), *team.known(store).values()]
        return [with_mapping(self._told(store), self.mapping)]

    def _told(self, store: Store) -> Format:
        told = self.format or "generic_orders"
        return told if isinstance(told, Format) else team.format_of(store, told)

    def fingerprint(self, content: str, made: Format) -> str:
        """The content's hash, another one where it is read another way than usual."""
        if not self.mapping and not self.date_order and not made.team:
            return content
        told = repr((content, sorted(self.mapping.items()), self.date_order, *([made.team] if made.team else [])))
        return hashlib.sha256(told.encode()).hexdigest()


def load_file(
    store: Store,
    path: Path | str,
    *,
    name: str | None = None,
    format: str | Format | None = None,
    as_of: date | datetime | None = None,
    mapping: Mapping[str, str] | None = None,
    shop: str | None = None,
    date_order: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    by: str = "owner",
    keep_rejects: bool = False,
    refresh: bool = True,
    progress: Progress | None = None,
) -> FileResult:
    """Imports one export. `name`: what people call the file where `path` is a copy under another name.
    `format`: a format by its name, or one that is not stored yet.

    A file that is refused is a result with `error`, nothing of it stored; UnknownName is raised for a format or field
    that does not exist. Archives and workbooks of several tables give one result that adds them up. `keep_rejects`:
    rejected rows are kept in the staging folder as they stood in the file, to be corrected (`corrections.as_csv`).
    """
    request = Request(format, as_of, dict(mapping or {}), shop or "", date_order, dry_run, strict, by, keep_rejects)
    name = name or Path(path).name
    with interruption.noted(store.warehouse, [] if dry_run else [name]):
        results = _load(store, Path(path), name, request)
        if refresh:
            _refresh(store, results, progress)
    return results[0] if len(results) == 1 else _together(name, results)


def load_files(
    store: Store,
    paths: Iterable[Path | str],
    *,
    names: Mapping[str, str] | None = None,
    format: str | Format | None = None,
    as_of: date | datetime | None = None,
    mapping: Mapping[str, str] | None = None,
    shop: str | None = None,
    date_order: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    by: str = "owner",
    keep_rejects: bool = False,
    progress: Progress | None = None,
) -> list[FileResult]:
    """Imports several exports, each in a transaction of its own, and refreshes the marts once at the end.

    `names`: path → the name people know the file by. One result per table: a sheet or archive member counts as a file.
    """
    request = Request(format, as_of, dict(mapping or {}), shop or "", date_order, dry_run, strict, by, keep_rejects)
    files = [Path(path) for path in paths]
    called = [(names or {}).get(str(path), path.name) for path in files]
    results: list[FileResult] = []
    with interruption.noted(store.warehouse, [] if dry_run else called):
        for at, (path, name) in enumerate(zip(files, called, strict=True)):
            if progress:
                progress(path.name, at, len(files))
            results += _load(store, path, name, request)
        _refresh(store, results, progress)
    return results


def _refresh(store: Store, results: Iterable[FileResult], progress: Progress | None) -> None:
    if any(result.status == "imported" and not result.dry_run for result in results):
        store.refresh(progress)


def _load(store: Store, path: Path, name: str, request: Request) -> list[FileResult]:
    results: list[FileResult] = []
    among = request.among(store)
    warehouse = store.warehouse
    try:
        with decode.scratch(warehouse.staging, warehouse.path.stem) as folder:
            for found in decode.tables(path, name, folder, among):
                if isinstance(found, Table):
                    results.append(_import(store, found, request, folder))
                else:
                    results.append(refused(*found))
    except FileRefused as error:
        results.append(refused(name, error))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):  # not the file's fault: it may be tried again
            raise StoreUnavailable("store_write_failed", path=str(warehouse.path), detail=error.strerror) from error
        results.append(refused(name, FileRefused("unreadable", why=error.strerror or type(error).__name__)))
    return results


def _import(store: Store, table: Table, request: Request, folder: Path) -> FileResult:
    made = table.head.recognised
    cleaner: Cleaner | None = None
    try:
        as_of = _as_of(table, request)
        with store.warehouse.read() as cursor:
            known = _known(cursor, table, request, as_of)
        if known:
            return known
        with store.warehouse.write() as cursor:
            known = _known(cursor, table, request, as_of)  # somebody else may have been first with the same file
            if known:
                return known
            options = Options(request.shop, request.date_order, as_of, store.settings.timezone, store.settings.now())
            cleaner = Cleaner(cursor, made, options)
            result = _store(store, table, cleaner, request, folder)
            if request.dry_run:
                raise _DryRun(result)
            return result
    except _DryRun as done:
        return done.result
    except FileRefused as error:
        rows = cleaner.data_rows if cleaner else 0
        return refused(table.name, error, made.format.name, rows=rows, notes=tuple(table.notes))


def _as_of(table: Table, request: Request) -> datetime | None:
    """The moment an export speaks of: told, in a title row, or in the file's name; None: the newest time inside."""
    told = request.as_of
    if told is not None:
        return told if isinstance(told, datetime) else datetime.combine(told, time())
    names = [table.name] if table.name == table.source.name else [table.name, table.source.name]
    for text in (*table.head.titles, *(Path(name).stem for name in names)):
        parts = date_in(text)
        if parts:
            try:
                year, month, day, hour, minute, second = (*parts, 0, 0, 0)[:6]
                return datetime(year, month, day, hour, minute, second)
            except ValueError:
                continue
    if table.head.recognised.format.day_of_export:
        raise FileRefused("as_of_needed")
    return None


def _known(cursor: Cursor, table: Table, request: Request, as_of: datetime | None) -> FileResult | None:
    """The result for content that is already loaded under the same format, shop and day."""
    made = table.head.recognised.format
    row = cursor.execute(
        """select batch, rows, accepted, new + changed + unchanged, rejected from imports
           where sha256 = $sha and format = $format and shop = $shop and undone_at is null
             and (as_of = $as_of or $as_of is null) order by batch limit 1""",
        {"sha": _fingerprint(table, request), "format": made.name, "shop": request.shop, "as_of": as_of},
    ).fetchone()
    if row is None:
        return None
    batch, rows, accepted, keys, rejected = row
    return FileResult(
        table.name, "unchanged", made.name, rows, accepted, unchanged=keys, rejected=rejected, batch=str(batch),
        notes=(Note("already_loaded", 0, {"batch": batch}),),
    )  # fmt: skip


def _fingerprint(table: Table, request: Request) -> str:
    several = table.sheet is not None and table.name != table.source.name
    content = f"{table.source.sha256}#{table.name}" if several else table.source.sha256
    return request.fingerprint(content, table.head.recognised.format)


def _store(store: Store, table: Table, cleaner: Cleaner, request: Request, folder: Path) -> FileResult:
    cursor, options = cleaner.cursor, cleaner.options
    tables = cleaner.run(partial(table.stage, folder / "staged.csv"), store.warehouse.phones.keys)
    _judge(cleaner, request)
    notes = [*table.notes, *cleaner.notes, *checks.notes_of(cleaner), *_fewer(cursor, cleaner, request)]
    notes += shop.assumed(cursor, tables)
    batch = NewBatch(
        table.name, _fingerprint(table, request), cleaner.format.name,
        options.as_of or _newest(cleaner) or options.now, request.shop, request.by, cleaner.data_rows,
        [note.stored() for note in notes],
    )  # fmt: skip
    done = append(cursor, batch, tables, "door_rejects", {fact: cleaner.supplied(fact) for fact in tables})
    result = _result(table, cleaner, notes, done, request)
    if request.keep_rejects:
        kept = corrections.keep(cleaner, table, store.warehouse.staging / corrections.FOLDER)
        result = replace(result, originals=kept)
    return result


def _fewer(cursor: Cursor, cleaner: Cleaner, request: Request) -> list[Note]:
    """A note where the file has less than half the rows of the export of its kind before it."""
    row = cursor.execute(
        """select rows from imports where format = ? and shop = ? and undone_at is null
           order by as_of desc, batch desc limit 1""",
        [cleaner.format.name, request.shop],
    ).fetchone()
    halved = row is not None and not cleaner.found.corrected and cleaner.data_rows * 2 < row[0]
    return [Note("rows_halved", 0, {"before": row[0]})] if row and halved else []


def _judge(cleaner: Cleaner, request: Request) -> None:
    """Refuses a file of which too much was rejected, or any of it under `strict`; ambiguous decimals always."""
    total, rejects = cleaner.rejects()
    if not total:
        return
    first = rejects[0]
    comma = next((reject for reject in rejects if reject.reason == "decimal_comma"), None)
    if comma:
        raise _refusal("decimal_comma", comma)
    if request.strict:
        raise _refusal("strict", first, rejected=total)
    if total > REFUSE_SHARE * cleaner.data_rows:
        raise _refusal("not_understood", first, rejected=total, rows=cleaner.data_rows)


def _refusal(code: str, reject: Reject, **values: Any) -> FileRefused:
    why = phrases()[f"exports.reason_names.{reject.reason}"]
    return FileRefused(
        code, row=reject.row, column=reject.column, value=reject.value, reason=reject.reason, why=why, **values
    )


def _newest(cleaner: Cleaner) -> datetime | None:
    names = [cell.name for cell in cleaner.cells if cell.kind in ("time", "day")]
    if not names:
        return None
    columns = ", ".join(f"max(cast({name} as timestamp)) filter (where {name} <= $now)" for name in names)
    row = cleaner.execute(f"select greatest({columns}) from door_cells", now=cleaner.options.now).fetchone()
    return row[0] if row else None


def _result(table: Table, cleaner: Cleaner, notes: list[Note], done: Any, request: Request) -> FileResult:
    rejected, rejects = cleaner.rejects()
    main = done.facts[cleaner.format.main]
    return FileResult(
        file=table.name,
        status="imported",
        format=cleaner.format.name,
        rows=cleaner.data_rows,
        accepted=cleaner.data_rows - rejected,
        new=main.new,
        changed=main.changed,
        unchanged=main.unchanged,
        rejected=rejected,
        rejects=rejects,
        notes=tuple(notes),
        batch=None if request.dry_run else str(done.batch),
        changes=main.changes,
        facts={
            name: {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}
            for name, counts in done.facts.items()
        },
        dry_run=request.dry_run,
    )


def _together(name: str, results: list[FileResult]) -> FileResult:
    """One result for a file of several tables: counts added up, `refused` only where all of them were."""
    if not results:
        return refused(name, FileRefused("empty"))
    good = [result for result in results if result.status != "refused"]
    if not good:
        return replace(results[0], file=name)
    status = "imported" if any(result.status == "imported" for result in good) else "unchanged"
    bad = [Note("part_refused", 0, {"part": result.file}) for result in results if result.status == "refused"]
    counts = {
        key: sum(getattr(result, key) for result in good)
        for key in ("rows", "accepted", "new", "changed", "unchanged", "rejected")
    }
    return FileResult(
        name,
        status,
        " + ".join(dict.fromkeys(result.format or "" for result in good)),
        **counts,
        rejects=tuple(reject for result in good for reject in result.rejects),
        notes=(*(note for result in good for note in result.notes), *bad),
        changes=reduce(add, (result.changes for result in good)),
        originals=next((result.originals for result in good if result.originals), None),
        batch=", ".join(result.batch for result in good if result.batch) or None,
        dry_run=any(result.dry_run for result in good),
    )


__all__ = ["FileResult", "Request", "SopdashError", "load_file", "load_files"]
