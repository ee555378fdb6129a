"""A synthetic year the size of the largest case known, made by SQL straight into a warehouse.

1.8 million customers, 1.1 million of them in 9,100 groups, 600,000 joins a month, 35,000 orders a day, 3.3 million
group-days, 60 million messages. `factor` makes it smaller: 0.01 is a hundredth of everything.
"""

from sopdash.demo.large.filling import batch, build, prepare, values, week
from sopdash.demo.large.size import Size

__all__ = ["Size", "batch", "build", "prepare", "values", "week"]
