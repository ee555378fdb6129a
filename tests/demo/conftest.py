"""One demo world and its files, made once for all tests of this room."""

from __future__ import annotations

import pytest

from sopdash.demo.files import SEED, write
from sopdash.demo.world import world


@pytest.fixture(scope="session")
def made():
    return world("demo", SEED)


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """File name → path of the written demo."""
    return {path.name: path for path in write(tmp_path_factory.mktemp("demo"))}
