"""One-time addresses over plain HTTP: answered once, for a minute, to whom they were given, and audited."""

import csv
import http.client
import io
import json
import socket
import threading
import time
from types import SimpleNamespace

import pandas as pd
import pytest
import uvicorn
from starlette.applications import Starlette

from sopdash import downloads
from sopdash.access import LOCAL_OWNER
from sopdash.errors import SopdashError
from sopdash.segments.columns import COLUMNS
from sopdash.segments.lists import CustomerList, of_frame
from sopdash.warehouse import Settings, Workspace

BUILT = of_frame(
    "沉睡 VIP/上海",
    (COLUMNS["name"], COLUMNS["phone"], COLUMNS["orders"]),
    pd.DataFrame({"name": ["顾客0001", "=1+1"], "phone": ["138****0001", None], "orders": [3, 1]}),
    "zh",
)


class Clock:
    """Seconds that pass only when told."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(clock):
    return downloads.Desk(clock)


@pytest.fixture
def store(tmp_path):
    workspace = Workspace.open(tmp_path / "workspace.duckdb")
    yield SimpleNamespace(folder=tmp_path, workspace=workspace, settings=Settings())
    workspace.close()


@pytest.fixture
def server(desk):
    """The route on a real server; gives a function method, path, headers → (status, headers, body)."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(Starlette(routes=downloads.routes(desk)), log_level="error", lifespan="off", ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)

    def ask(path, method="GET", **headers):
        connection = http.client.HTTPConnection(*listening.getsockname(), timeout=10)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    yield ask
    running.should_exit = True
    thread.join(10)
    listening.close()


def audit(store):
    columns = "who, action, object, purpose, row_count, outcome, detail"
    return store.workspace.rows(f"select {columns} from audit order by rowid")


def test_an_address_answers_once(server, store, desk):
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    status, _, body = server(address)
    assert status == 200
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig")))) == [
        ["客户", "手机号", "订单数"],
        ["顾客0001", "138****0001", "3"],
        ["'=1+1", "", "1"],
    ]
    assert server(address)[0] == 410
    assert server(address)[0] == 410


def test_nothing_may_keep_a_copy(server, store, desk):
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    answers = [server(address), server(address), server("/download/never-issued")]
    assert [status for status, _, _ in answers] == [200, 410, 404]
    for _, headers, _ in answers:
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    for _ in range(100):
        if not list((store.folder / "downloads").iterdir()):
            break
        time.sleep(0.02)
    assert list((store.folder / "downloads").iterdir()) == []


def test_after_a_minute_it_is_gone(server, store, desk, clock):
    early, late = (downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk) for _ in range(2))
    clock.now += 59.9
    assert server(early)[0] == 200
    clock.now += 0.1
    status, _, body = server(late, **{"Accept-Language": "en"})
    assert (status, body.decode()) == (
        410, "An address works once and for one minute. Go back to the page and prepare the list again."
    )  # fmt: skip


def test_the_file_of_an_unused_address_is_deleted(store, desk, clock):
    downloads.issue(store, BUILT, LOCAL_OWNER, "xlsx", desk=desk)
    [waiting] = (store.folder / "downloads").iterdir()
    assert waiting.stat().st_mode & 0o777 == 0o600
    clock.now += 61
    desk.sweep()
    assert not waiting.exists()


def test_chinese_names_and_types(server, store, desk):
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "xlsx", desk=desk)
    _, headers, body = server(address)
    day = f"{store.settings.now():%Y%m%d}"
    # 沉 睡 (blank → _) VIP (/ → _) 上 海, percent-encoded UTF-8 beside a plain fallback.
    assert headers["content-disposition"] == (
        "attachment; filename=\"list.xlsx\"; "
        f"filename*=UTF-8''%E6%B2%89%E7%9D%A1_VIP_%E4%B8%8A%E6%B5%B7-{day}.xlsx"
    )  # fmt: skip
    assert headers["content-type"].endswith("spreadsheetml.sheet")
    assert body[:2] == b"PK"


def test_a_look_ahead_does_not_use_the_address_up(server, store, desk):
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    assert server(address, "HEAD")[0] == 405
    assert server(address, "POST")[0] == 405
    assert server(address)[0] == 200


def test_every_hand_over_is_audited(server, store, desk):
    unmasked = CustomerList(**{**BUILT.__dict__, "masked": False, "purpose": "会员日电话回访"})
    server(downloads.issue(store, unmasked, LOCAL_OWNER, "csv", desk=desk))
    [(who, action, name, purpose, rows, outcome, detail)] = audit(store)
    assert (who, action, name, purpose, rows, outcome) == (
        "owner", "list_downloaded", "沉睡 VIP/上海", "会员日电话回访", 2, "done"
    )  # fmt: skip
    assert json.loads(detail) == {
        "masked": False, "form": "csv", "columns": ["name", "phone", "orders"], "address": "127.0.0.1"
    }  # fmt: skip


def test_an_address_nobody_fetched_is_no_download(store, desk):
    downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    assert audit(store) == []


def test_another_browser_is_refused_and_does_not_use_the_address_up(server, store, desk):
    # One token ab12, masked twice by Streamlit: with 00000000 and with ffffffff.
    cookie, the_same, another = "2|00000000|ab12|1", "2|ffffffff|54ed|9", "2|00000000|cd34|1"
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", cookie=cookie, desk=desk)
    assert server(address)[0] == 403
    assert server(address, Cookie=f"{downloads.COOKIE}={another}")[0] == 403
    assert server(address, Cookie=f"{downloads.COOKIE}={the_same}")[0] == 200
    assert [row[5] for row in audit(store)] == ["refused", "refused", "done"]


def test_sign_in_brings_its_own_check(server, store, desk):
    desk.check = lambda request, waiting: request.headers.get("x-user") == waiting.viewer.name
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    assert server(address)[0] == 403
    assert server(address, **{"X-User": "owner"})[0] == 200


def test_without_sign_in_only_this_machine_is_served(store, desk):
    token = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk).rsplit("/", 1)[1]
    stranger = SimpleNamespace(client=SimpleNamespace(host="192.0.2.7"), cookies={}, headers={})
    assert desk.take(token, stranger) == 403
    assert desk.take(token, SimpleNamespace(client=None, cookies={}, headers={})) == 403


def test_twenty_at_once_hand_out_one_copy(server, store, desk):
    address = downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    statuses = []
    threads = [threading.Thread(target=lambda: statuses.append(server(address)[0])) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [410] * 19


def test_waiting_files_are_bounded(store, desk, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_WAITING", 2)
    for _ in range(2):
        downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    with pytest.raises(SopdashError, match="too_many_downloads"):
        downloads.issue(store, BUILT, LOCAL_OWNER, "csv", desk=desk)
    assert len(list((store.folder / "downloads").iterdir())) == 2
