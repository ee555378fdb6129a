"""Every answer carries careful headers; a WebSocket is passed through."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sopdash.headers import HEADERS, SecurityHeaders


def answer(scope, sent=None):
    """What a client gets from an app that answers with `sent`."""
    got = []

    async def app(scope, receive, send):
        for message in sent:
            await send(message)

    async def keep(message):
        got.append(message)

    # In a thread of its own: a browser test in this process may have left a loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, SecurityHeaders(app)(scope, None, keep)).result()
    return got


def test_headers_are_added():
    [start] = answer({"type": "http"}, [{"type": "http.response.start", "status": 200, "headers": []}])
    assert start["headers"] == HEADERS
    policy = dict(start["headers"])[b"content-security-policy"].decode()
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'self'" in policy


def test_an_answers_own_header_wins():
    own = (b"Referrer-Policy", b"no-referrer")
    [start] = answer({"type": "http"}, [{"type": "http.response.start", "status": 200, "headers": [own]}])
    assert [value for name, value in start["headers"] if name.lower() == b"referrer-policy"] == [b"no-referrer"]


def test_a_websocket_is_left_alone():
    message = {"type": "websocket.accept", "headers": []}
    assert answer({"type": "websocket"}, [message]) == [message]
