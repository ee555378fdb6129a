"""One demo world and its files, made once for all tests of this room."""

from __future__ import annotations

import pytest

from sopdash.demo.files import SEED
from sopdash.demo.world import world


@pytest.fixture(scope="session")
def made():
    return world("demo", SEED)


@pytest.fixture(scope="session")
def files(demo_files):
    """File name → path of the written demo."""
    return {path.name: path for path in demo_files}
