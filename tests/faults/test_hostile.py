"""Hostile workbooks: refused in little time and memory, in words, while others go on working."""

import subprocess
import sys
from pathlib import Path

import pytest
from faults.victims import meet

MAKE = Path(__file__).parents[3] / "shared" / "badinputs" / "make_bombs.py"
SECONDS, MEGABYTES = 2, 300


@pytest.fixture(scope="module")
def bombs(tmp_path_factory):
    if not MAKE.exists():
        pytest.skip("the hostile workbooks' generator is not here")
    folder = tmp_path_factory.mktemp("bombs")
    subprocess.run([sys.executable, MAKE, folder], check=True, capture_output=True)
    return sorted(folder.glob("*.xlsx"))


def test_hostile_workbooks(folder, bombs, processes, tally):
    assert len(bombs) == 10
    hearing, saying = processes.Pipe(duplex=False)
    victim = processes.Process(target=meet, args=(folder / "warehouse.duckdb", bombs, saying))
    victim.start()
    saying.close()
    ended, slowest, megabytes = hearing.recv()
    victim.join()
    wrong = [one for one in ended if not tally(one[1] == "refused" and one[2]["message"] and one[3] < SECONDS)]
    assert wrong == []
    assert megabytes < MEGABYTES
    assert slowest < SECONDS
    assert sum(asked for *_, asked in ended) > 0, "nobody could ask while the files were read"
