"""A store whose workspace is a file of its own, so that reopening it is a restart."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import duckdb
import pytest

DDL = """create table if not exists calendar_entries (
    id varchar, version bigint, day date, "time" time, theme varchar, form varchar, channel varchar, group_type varchar,
    segment varchar, owner varchar, status varchar, campaign varchar, coupon varchar, note varchar,
    changed_by varchar, changed_at timestamp, deleted boolean)"""


class FakeWorkspace:
    def __init__(self, path):
        self.con = duckdb.connect(str(path))
        self.con.execute(DDL)

    @contextlib.contextmanager
    def read(self):
        cursor = self.con.cursor()
        yield cursor
        cursor.close()

    @contextlib.contextmanager
    def write(self):
        cursor = self.con.cursor()
        cursor.execute("begin")
        try:
            yield cursor
            cursor.execute("commit")
        except BaseException:
            cursor.execute("rollback")
            raise
        finally:
            cursor.close()


@pytest.fixture
def store(tmp_path):
    workspace = FakeWorkspace(tmp_path / "w.duckdb")
    yield SimpleNamespace(workspace=workspace)
    workspace.con.close()
