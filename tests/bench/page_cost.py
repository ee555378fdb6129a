"""What does one run of each page cost the server, in CPU-seconds?

Starts the app on the demo (or on SOPDASH_DATA), opens each page over Streamlit's own WebSocket protocol as a browser
does, and reads the server process's CPU time before and after: once cold, then warm full script runs and warm reruns
of each fragment. Prints a table; asserts nothing, machines are noisy.

    python tests/bench/page_cost.py [RUNS]
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

sys.path.insert(0, str(Path(__file__).parents[1]))
from browser.driving import PAGES, serving

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Session:
    """One open browser tab, as far as the server can tell."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.fragments: set[str] = set()
        self.page_hash = ""
        self.charts = 0

    async def run(self, page: str, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = ""
        if fragment:
            state.fragment_id = fragment
        if self.page_hash:
            state.page_script_hash = self.page_hash
        else:
            state.page_name = "" if page == "overview" else page
        await self.socket.send(message.SerializeToString())
        await self._finish()

    async def _finish(self) -> None:
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self.socket.recv(), 120))
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "delta":
                if message.delta.fragment_id:
                    self.fragments.add(message.delta.fragment_id)
                element = message.delta.new_element
                self.charts += element.WhichOneof("type") == "plotly_chart"
                if element.WhichOneof("type") == "exception":
                    raise RuntimeError(element.exception.message)
            elif kind == "script_finished":
                if message.script_finished in FINISHED:
                    return
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    raise RuntimeError(f"script ended with status {message.script_finished}")


async def timed(pid: int, session: Session, page: str, fragment: str = "") -> float:
    before = cpu_seconds(pid)
    await session.run(page, fragment)
    return cpu_seconds(pid) - before


async def measure(address: str, pid: int) -> None:
    print(f"{'page':<10} {'cold':>6} {'full run':>9} {'fragments: each, median of runs'}")
    for page in PAGES:
        url = address.replace("http", "ws") + "/_stcore/stream"
        async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as socket:
            session = Session(socket)
            cold = await timed(pid, session, page)
            charts = session.charts
            full = statistics.median([await timed(pid, session, page) for _ in range(RUNS)])
            parts = [
                statistics.median([await timed(pid, session, page, fragment) for _ in range(RUNS)])
                for fragment in sorted(session.fragments)
            ]
        shown = " ".join(f"{part:.3f}" for part in parts) or "none"
        print(f"{page:<10} {cold:>6.2f} {full:>9.3f} {shown}  ({charts} charts)", flush=True)


def main() -> None:
    data = Path(os.environ.get("SOPDASH_DATA") or tempfile.mkdtemp(prefix="sopdash-bench-"))
    with serving(data) as server:
        asyncio.run(measure(server.address, server.pid))


if __name__ == "__main__":
    main()
