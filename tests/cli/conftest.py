"""Drives the command line in this process, on a database of the test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sopdash.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """`run("query", "orders")` runs ``python -m sopdash query orders --db …``."""

    db: Path

    def run(self, *words: object) -> Ended:
        ended = CliRunner().invoke(main, [*map(str, words), "--db", str(self.db)], catch_exceptions=False)
        return Ended(ended.exit_code, ended.stdout, ended.stderr)

    def json(self, *words: object, code: int = 0) -> Any:
        ended = self.run(*words, "--json")
        assert ended.code == code, ended.err
        return ended.json


@pytest.fixture
def cli(tmp_path) -> CommandLine:
    """An empty database."""
    return CommandLine(tmp_path / "shop.duckdb")


@pytest.fixture(scope="module")
def shared_cli(tmp_path_factory) -> CommandLine:
    """A database for all tests of a module, which fill it once and then only read."""
    return CommandLine(tmp_path_factory.mktemp("shared") / "shop.duckdb")
