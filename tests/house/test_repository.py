"""The checkout keeps its shape: top level as agreed, small files, nothing that names a machine or a registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP = {"app.py", "pages", "sopdash", "data", "tests", "requirements.txt", "README.md", "pyproject.toml"}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def test_the_top_level_stays_as_agreed():
    tops = {name.split("/")[0] for name in tracked()}
    assert {name for name in tops if not name.startswith(".")} <= TOP


def test_no_file_is_larger_than_two_megabytes():
    assert [name for name in tracked() if (ROOT / name).exists() and (ROOT / name).stat().st_size > 2_000_000] == []


def test_runtime_data_is_never_committed():
    assert [name for name in tracked() if name.startswith("data/")] == ["data/README.md"]


def test_no_file_names_a_machine_path_or_a_package_registry():
    # Put together here so that this file does not find itself.
    words = "|".join(
        ["/" + "work" + "/", "/" + "root" + "/", "file" + "://", "pypi" + r"\.org", "registry" + r"\.npmjs"]
    )
    pattern = re.compile(words)
    found = []
    for name in tracked():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sql", ".yml", ".sh", ""} and path.is_file():
            found += [name] if pattern.search(path.read_text(encoding="utf-8", errors="replace")) else []
    assert found == []
