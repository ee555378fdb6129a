"""DuckDB behind one door: the log of imports, current facts, marts, and what people edit.

    store = open_store()
    with store.warehouse.write() as cursor:          # one file, one transaction
        append(cursor, NewBatch(...), {"orders": "staged_orders"})
    store.refresh()                                  # marts follow, in one transaction
    store.warehouse.frame("select day, sum(net_sales) from mart.orders where is_paid group by day")

Nobody else imports duckdb; others type their helpers with `Cursor`.
"""

from sopdash.warehouse.connection import Cursor, Database, parsed
from sopdash.warehouse.facts import FACTS, Fact
from sopdash.warehouse.ledger import BatchResult, Counts, NewBatch, append, history, rejects, same_content, undo
from sopdash.warehouse.phones import Phones, mask, normalise
from sopdash.warehouse.settings import Settings
from sopdash.warehouse.store import FOLLOWERS, Store, data_folder, open_demo, open_store
from sopdash.warehouse.warehouse import Warehouse, folder_of
from sopdash.warehouse.workspace import Workspace

__all__ = [
    "FACTS",
    "FOLLOWERS",
    "BatchResult",
    "Counts",
    "Cursor",
    "Database",
    "Fact",
    "NewBatch",
    "Phones",
    "Settings",
    "Store",
    "Warehouse",
    "Workspace",
    "append",
    "data_folder",
    "folder_of",
    "history",
    "mask",
    "normalise",
    "open_demo",
    "open_store",
    "parsed",
    "rejects",
    "same_content",
    "undo",
]
