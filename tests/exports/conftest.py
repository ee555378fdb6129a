"""A store of its own for each test, and files written on the spot."""

import shutil
from pathlib import Path

import pytest

from sopdash.warehouse import open_store


@pytest.fixture
def store(empty_store, tmp_path):
    """An empty store in a folder of its own."""
    shutil.copytree(empty_store, tmp_path / "store")
    opened = open_store(tmp_path / "store" / "warehouse.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path):
    """Writes text (or bytes) into a file and gives its path."""

    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write
