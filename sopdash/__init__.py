"""sopdash: operations dashboard of a private domain (私域), from weekly exports to the list of customers to act on."""

import os

__version__ = "0.1.0"

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # the models' matrices are tiny: more threads only wait (8 × the CPU)
