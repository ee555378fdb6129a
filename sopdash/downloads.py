"""Lists of people leave here: a file is kept for a minute under a one-time address, and every hand-over is audited.

`st.download_button` serves bytes at an address that needs no sign-in and lives on; a list of people must not. A page
calls `issue` and shows the address as a link; `routes()` is mounted by app.py.

    address = downloads.issue(store, built, viewer, "csv")        # /download/<token>

The first GET within 60 seconds gets the file; a later one 410, an address never issued 404, a stranger 403.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sopdash.access import Viewer
from sopdash.errors import SopdashError
from sopdash.segments import lists
from sopdash.segments.lists import CustomerList
from sopdash.text import language_of, say

if TYPE_CHECKING:
    from sopdash.warehouse import Store

LIFETIME = 60.0
"""Seconds an address answers."""

MOST_WAITING = 200
"""Files kept at a time."""

COOKIE = "_streamlit_xsrf"
"""The cookie Streamlit gives each browser: pass its value to `issue` and only that browser is served."""

Form = Literal["csv", "xlsx"]
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


@dataclass(frozen=True)
class Waiting:
    """A file that waits to be fetched, for whom, and what the audit will say of it."""

    path: Path
    name: str
    form: Form
    store: Store
    viewer: Viewer
    built: CustomerList
    rows: int
    browser: str | None
    until: float


SessionCheck = Callable[[Request, Waiting], bool]
"""Whether whoever sent the request may have the file."""


def without_sign_in(request: Request, waiting: Waiting) -> bool:
    """Where no sign-in is configured: from this machine only, and from the browser the address was made for."""
    here = request.client is not None and request.client.host in _LOOPBACK
    return here and waiting.browser in (None, _browser(request.cookies.get(COOKIE)))


class Desk:
    """Where files wait. One per process: pages and the route run in the same."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.check: SessionCheck = without_sign_in
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, Waiting] = {}
        self._over: OrderedDict[str, None] = OrderedDict()

    def put(self, waiting: Waiting) -> str:
        """Keeps a file and returns its token."""
        self.sweep()
        token = secrets.token_urlsafe(32)
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                waiting.path.unlink(missing_ok=True)
                raise SopdashError("too_many_downloads")
            self._waiting[token] = waiting
        timer = threading.Timer(LIFETIME + 1, self.sweep)
        timer.daemon = True
        timer.start()
        return token

    def take(self, token: str, request: Request) -> Waiting | int:
        """The file, once; else the HTTP status that says why not. A stranger does not use the address up."""
        self.sweep()
        with self._lock:
            waiting = self._waiting.get(token)
            if waiting is None:
                return 410 if token in self._over else 404
            if not self.check(request, waiting):
                return _refused(waiting, request)
            self._end(token)
            return waiting

    def sweep(self) -> None:
        """Deletes files whose time is over."""
        with self._lock:
            for token, waiting in list(self._waiting.items()):
                if waiting.until <= self._clock():
                    self._end(token)
                    waiting.path.unlink(missing_ok=True)

    def now(self) -> float:
        """The desk's own clock, in seconds."""
        return self._clock()

    def _end(self, token: str) -> None:
        del self._waiting[token]
        self._over[token] = None
        while len(self._over) > 50 * MOST_WAITING:
            self._over.popitem(last=False)


DESK = Desk()
"""The process's desk; sign-in sets its `check`."""


def issue(
    store: Store,
    built: CustomerList,
    viewer: Viewer,
    form: Form = "csv",
    *,
    cookie: str | None = None,
    desk: Desk = DESK,
) -> str:
    """Writes the list and returns its one-time address, a path that answers once within 60 seconds.

    `cookie`: the page's value of `COOKIE`; given, only the same browser is served.
    """
    folder = store.folder / "downloads"
    folder.mkdir(mode=0o700, exist_ok=True)
    _clear(folder)
    path = folder / f"{secrets.token_hex(16)}.{form}"
    path.touch(mode=0o600)
    rows = lists.write_xlsx(built, path) if form == "xlsx" else lists.write_csv(built, path)
    name = f"{_file_name(built.name)}-{store.settings.now():%Y%m%d}.{form}"
    waiting = Waiting(path, name, form, store, viewer, built, rows, _browser(cookie), desk.now() + LIFETIME)
    return f"/download/{desk.put(waiting)}"


def routes(desk: Desk = DESK) -> list[BaseRoute]:
    """The route of the one-time addresses, for `st.App(routes=…)`."""

    def download(request: Request) -> Response:
        if request.method != "GET":  # a look ahead must not use the address up
            return Response(status_code=405, headers={**_HEADERS, "Allow": "GET"})
        taken = desk.take(request.path_params["token"], request)
        return _said(taken, request) if isinstance(taken, int) else _handed_over(taken, request)

    return [Route("/download/{token}", download)]


def _handed_over(waiting: Waiting, request: Request) -> Response:
    _audit(waiting, request, "done")
    fallback = f"list.{waiting.form}"
    disposition = f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(waiting.name, safe='')}"
    return FileResponse(
        waiting.path,
        media_type=_TYPES[waiting.form],
        headers={**_HEADERS, "Content-Disposition": disposition},
        background=BackgroundTask(waiting.path.unlink, missing_ok=True),
    )


def _refused(waiting: Waiting, request: Request) -> int:
    _audit(waiting, request, "refused")
    return 403


def _audit(waiting: Waiting, request: Request, outcome: str) -> None:
    built = waiting.built
    waiting.store.workspace.record(
        waiting.viewer.name,
        "list_downloaded",
        role=str(waiting.viewer.role),
        object=built.name,
        purpose=built.purpose or None,
        row_count=waiting.rows,
        outcome=outcome,
        masked=built.masked,
        form=waiting.form,
        columns=[column.name for column in built.columns],
        address=request.client.host if request.client else None,
    )


def _said(status: int, request: Request) -> Response:
    lang = language_of(request.headers.get("accept-language"))
    return PlainTextResponse(say(f"downloads.status_{status}", lang), status_code=status, headers=_HEADERS)


def _file_name(name: str) -> str:
    """A list's name without what a file system or a header could take amiss."""
    return re.sub(r"[\\/:*?\"<>|\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+", "_", name)[:80].strip(
        "._"
    )


def _clear(folder: Path) -> None:
    """Deletes what a process that died left behind."""
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > 2 * LIFETIME:
            path.unlink(missing_ok=True)


def _browser(cookie: str | None) -> str | None:
    """What stays the same in a browser's cookie: Streamlit masks the token anew in each answer (2|mask|masked|time)."""
    if not cookie:
        return None
    parts = cookie.strip('"').split("|")
    try:
        mask, masked = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
        token = bytes(byte ^ mask[place % len(mask)] for place, byte in enumerate(masked))
    except (IndexError, ValueError, ZeroDivisionError):
        token = cookie.encode()
    return hashlib.sha256(token).hexdigest()
