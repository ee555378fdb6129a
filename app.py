"""The server: the screen (`sopdash/main.py`), the app's own routes, and headers that keep browsers careful."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from sopdash.headers import SecurityHeaders


async def health(request: Request) -> JSONResponse:
    """For whoever watches the server: it answers."""
    return JSONResponse({"status": "ok"})


def routes() -> list[BaseRoute]:
    """Health, and the one-time addresses lists leave by."""
    from sopdash import downloads

    return [Route("/api/health", health), *downloads.routes()]


app = st.App(
    Path(__file__).parent / "sopdash" / "main.py",
    routes=routes(),
    middleware=[Middleware(SecurityHeaders)],
)
