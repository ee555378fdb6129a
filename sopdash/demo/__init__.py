"""A plainly synthetic chain, written as export files in the back offices' real formats.

Twelve weeks of a private domain (and eight weeks of shop orders before it), ending at a fixed Sunday. Nothing in it
is anybody's: customers are 顾客00001, staff 导购A01, phones lie in 1990000xxxx.

    write(Path("exports"))              # the files a manager would download
    ensure_demo(data_folder())          # data/demo.duckdb, built from them through the same import
"""

from sopdash.demo.files import SEED, write
from sopdash.demo.store import build, ensure_demo, ready_demo

__all__ = ["SEED", "build", "ensure_demo", "ready_demo", "write"]
