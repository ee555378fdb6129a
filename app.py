"""The server: the screen (`sopdash/main.py`), the app's own routes, and headers that keep browsers careful."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from sopdash import downloads
from sopdash.exports import inbox
from sopdash.headers import SecurityHeaders


async def health(request: Request) -> JSONResponse:
    """For whoever watches the server: it answers."""
    return JSONResponse({"status": "ok"})


def routes() -> list[BaseRoute]:
    """Health, and the one-time addresses lists leave by."""
    return [Route("/api/health", health), *downloads.routes()]


@asynccontextmanager
async def life(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """From the first moment of the server to its last: warm, and watching the drop folder."""
    _warm()
    with inbox.watching():
        yield {}


def _warm() -> None:
    """Imports what the pages are made of before the first viewer comes, and takes it out of the garbage collector's
    rounds: Streamlit collects after every script run, and walking all libraries each time cost 0.1 CPU-seconds."""
    import sopdash.ui

    for module in pkgutil.iter_modules(sopdash.ui.__path__, "sopdash.ui."):
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


app = st.App(
    Path(__file__).parent / "sopdash" / "main.py",
    lifespan=life,
    routes=routes(),
    middleware=[Middleware(SecurityHeaders)],
)
