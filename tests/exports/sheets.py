"""Exports written on the spot: header rows of a back office, and cells given by header."""

import csv
import io


def export(headers, rows, encoding="utf-8", above=()):
    """Bytes of a CSV: `rows` name their filled cells by header (without its blanks); `above` are title lines."""
    plain = [header.strip() for header in headers]
    out = io.StringIO()
    writer = csv.writer(out)
    for line in above:
        writer.writerow([line])
    writer.writerow(headers)
    for row in rows:
        unknown = set(row) - set(plain)
        assert not unknown, unknown
        writer.writerow([row.get(header, "") for header in plain])
    return out.getvalue().encode(encoding)


def table(store, sql):
    """Rows of a query as text, for comparing with a table in the test."""
    return [tuple("" if value is None else str(value) for value in row) for row in store.warehouse.rows(sql)]
