"""How long does it take to rebuild the marts, and which of them takes it?

Makes a plainly synthetic chain directly in the warehouse (N orders, N / 3 customers, 3 N group messages, 100 groups)
and rebuilds everything once, as after an import. Prints seconds per mart, slowest first.

    python tests/bench/refresh_marts.py [ORDERS …]
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from sopdash.warehouse import Cursor, NewBatch, append, open_store

SIZES = [int(word) for word in sys.argv[1:] if word.isdigit()] or [20_000]

FACTS = {
    "orders": """select 'test' as platform, '' as shop, 'o' || i as order_id, 'a' || (hash(i) % $people) as account,
            'p' || (hash(i) % $people) as phone_key, 'paid' as status, i % 500 as paid_amount,
            timestamp '2026-08-01' + to_seconds(cast(hash(i, 1) % 7257600 as bigint)) as paid_at
        from range($n) as t (i)""",
    "follows": """select 'f' || i as follow_id, '顾客' || i as name, 'w' || i as external_id, 'p' || i as phone_key,
            '导购' || (i % 200) as staff, '门店' || (i % 30) as store,
            ['抖音', '小红书', '门店海报'][i % 3 + 1] as channel,
            timestamp '2026-07-01' + to_seconds(cast(hash(i, 2) % 9000000 as bigint)) as added_at
        from range($people) as t (i)""",
    "group_members": """select 'm' || i as membership_id, '群' || (i % 100) as group_name, '顾客' || i as name,
            timestamp '2026-07-15' + to_seconds(cast(hash(i, 3) % 8000000 as bigint)) as joined_at
        from range($people) as t (i)""",
    "messages": """select 'x' || i as message_id, '群' || (hash(i, 4) % $people % 100) as group_name,
            '顾客' || (hash(i, 4) % $people) as sender, false as is_staff,
            timestamp '2026-08-01' + to_seconds(cast(hash(i, 5) % 7257600 as bigint)) as sent_at
        from range($n * 3) as t (i)""",
}


def fill(cursor: Cursor, orders: int) -> None:
    """One import per fact."""
    for fact, sql in FACTS.items():
        used = {"n": orders, "people": orders // 3}
        used = {name: value for name, value in used.items() if f"${name}" in sql}
        cursor.execute(f"create or replace temp table told as select *, 1 as row_no from ({sql})", used)
        append(cursor, NewBatch(f"{fact}.csv", fact, fact, datetime(2026, 11, 1)), {fact: "told"})


def measure(orders: int) -> None:
    """Builds, refreshes, prints."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "w.duckdb")
        start = time.perf_counter()
        with store.warehouse.write() as cursor:
            fill(cursor, orders)
        logged = time.perf_counter() - start
        marks: list[tuple[str, float]] = []
        store.refresh(lambda mart, done, of: marks.append((mart, time.perf_counter())))
        took = sorted(((end - begin, mart) for (mart, begin), (_, end) in itertools.pairwise(marks)), reverse=True)
        print(f"{orders} orders: log and facts {logged:.2f} s, marts {sum(seconds for seconds, _ in took):.2f} s")
        for seconds, mart in took[:10]:
            print(f"    {seconds:6.2f} s  {mart}")
        store.close()


for size in SIZES:
    measure(size)
