"""`python -m sopdash.metrics` renews the catalogue beside this file."""

from sopdash.metrics.document import write

print(write().name)
