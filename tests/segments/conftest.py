"""Marts filled by hand, with a real workspace beside them."""

from types import SimpleNamespace

import pytest
from journey.marts import Marts

from sopdash.warehouse import Settings, Workspace


class Phones:
    """Stands in for the phone book: key k-13800000001 ↔ 13800000001."""

    def masked(self, keys):
        return {key: f"{key[2:5]}****{key[-4:]}" for key in keys}

    def reveal(self, keys):
        return {key: key[2:] for key in keys}


def empty_marts() -> Marts:
    """Marts with what customers told of themselves beside the rest."""
    filled = Marts()
    filled.connection.execute(
        "create table if not exists mart.profiles (customer bigint, trait varchar, value varchar)"
    )
    filled.phones = Phones()
    return filled


@pytest.fixture
def marts() -> Marts:
    return empty_marts()


@pytest.fixture
def store(marts, tmp_path):
    workspace = Workspace.open(tmp_path / "workspace.duckdb")
    yield SimpleNamespace(warehouse=marts, workspace=workspace, settings=Settings())
    workspace.close()
