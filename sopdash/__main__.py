"""``python -m sopdash COMMAND``."""

from sopdash.cli import main

main(prog_name="python -m sopdash")
