"""Pages run without a browser, on a store of their own filled from text tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from tables import Tables

from sopdash.ui import cache

ROOT = Path(__file__).parents[2]
OpenPage = Callable[..., AppTest]

MEMBERS = "\n".join(f"成员{n:03d}  m{n:03d}  福利1群  2026-10-05 10:00  -" for n in range(180))


@pytest.fixture(scope="session")
def filled(empty_store, tmp_path_factory) -> Path:
    """A data folder with three groups, four customers added and their orders, up to Sunday 15 Nov 2026."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    shutil.copytree(empty_store, folder)
    tables = Tables(folder)
    tables.groups("""
        group    name     capacity
        福利1群  福利1群  200
        福利2群  福利2群  200
        VIP1群   VIP1群   200
    """)
    tables.group_members(f"""
        customer  membership_id  group  joined            left
        {MEMBERS}
        顾客0001  a1  福利2群  2026-10-06 10:00  -
        顾客0002  a2  福利2群  2026-10-07 10:00  2026-11-11 08:00
        顾客0003  a3  VIP1群  2026-11-10 10:00  -
    """)
    tables.messages("""
        customer   message_id  group    at
        成员001    x1          福利1群  2026-11-10 20:10
        成员002    x2          福利1群  2026-11-10 20:20
        顾客0003   x3          VIP1群   2026-11-12 12:05
        顾客0001   x4          福利2群  2026-10-08 09:00
    """)
    tables.follows("""
        customer  follow_id  added_at          channel  store   staff
        顾客0001  f1         2026-10-05 09:00  抖音     门店01  导购A01
        顾客0002  f2         2026-10-06 09:00  抖音     门店01  导购A01
        顾客0003  f3         2026-11-09 09:00  小红书   门店02  导购A02
        顾客0004  f4         2026-11-11 09:00  小红书   门店02  导购A02
    """)
    tables.orders("""
        customer  id  at                paid
        顾客0001  o1  2026-10-20 20:00  6000
        顾客0001  o2  2026-11-10 20:00   500
        顾客0002  o3  2026-11-11 21:00   100
        顾客0003  o4  2026-11-15 12:30    50
    """)
    assert tables.store.warehouse.version
    tables.close()
    return folder


@pytest.fixture(scope="session")
def orders_only(empty_store, tmp_path_factory) -> Path:
    """A data folder that holds two orders and nothing else."""
    folder = tmp_path_factory.mktemp("orders") / "data"
    shutil.copytree(empty_store, folder)
    tables = Tables(folder)
    tables.orders("""
        customer  id  at                paid
        顾客0001  o1  2026-11-10 20:00   500
        顾客0002  o2  2026-11-15 21:00   100
    """)
    assert tables.store.warehouse.version
    tables.close()
    return folder


@pytest.fixture
def visit(monkeypatch, tmp_path, request) -> OpenPage:
    """visit("groups", data=folder, lang="zh") → the page after one run; `data` None is an empty folder."""

    def open_page(name: str, data: Path | None = None, lang: str = "zh", **address: str) -> AppTest:
        folder = tmp_path / "data"
        if data is not None and not folder.exists():
            shutil.copytree(data, folder)
        monkeypatch.setenv("SOPDASH_DATA", str(folder))
        app = AppTest.from_file(str(ROOT / "sopdash" / "main.py"), default_timeout=60)
        app.query_params["lang"] = lang
        for key, value in address.items():
            app.query_params[key] = value
        app.switch_page(str(ROOT / "pages" / f"{name}.py"))
        return app.run()

    yield open_page
    st.cache_resource.clear()
    # Results are shared by the whole process under the data's version, and the next test brings other data.
    cache.RESULTS._kept.clear()
    cache.FIGURES._kept.clear()
