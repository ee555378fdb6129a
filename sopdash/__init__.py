"""sopdash: operations dashboard of a private domain (私域), from weekly exports to the list of customers to act on."""

__version__ = "0.1.0"
