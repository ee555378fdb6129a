"""What orders need beyond typed cells: status words, refund rules, and one row per order where a file has one per item.

Rules, as a format's `[rules]` names them:
- `net_paid`: back offices that write the paid amount already less refunds; total − paid = refund > 0 → paid + refund is
  what was paid, row by row (metrics.md, "Words").
- `order_amounts = "repeat"`: order amounts stand on every item row: taken once, quantities added up. Rows of one order
  that disagree are rejected.
- `order_amounts = "sum"`: amounts are per item row: added up; item rows closed before payment add nothing.
- `refunded_column`, `refunded_words`: no refund amount in the file; these words (or closed after payment) mean that the
  whole amount of the row went back. An estimate, noted.
- always: a negative amount is a refund row, of the order's other row where there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sopdash.exports.results import Note
from sopdash.warehouse.facts import FACTS

if TYPE_CHECKING:
    from sopdash.exports.clean import Cleaner

_CUSTOMER = ("account", "phone_key", "unionid", "external_id")
_LIVE = "('unpaid', 'paid', 'shipped', 'completed')"
_RANK = "list_position(['unpaid', 'paid', 'shipped', 'completed'], status)"
_HELPERS = ("line", "refunded", "joined", "total_")


def plain_word(word: str) -> str:
    """A status word as it is compared: half-width comma and brackets, no blanks."""
    return word.translate(str.maketrans("，（）", ",()")).replace(" ", "").replace("\u3000", "")


def parameters(cleaner: Cleaner) -> dict[str, Any]:
    """Parameters of `line_columns`: after-sales words."""
    return {"gone": [plain_word(word) for word in cleaner.format.rules.refunded_words]}


def said(cleaner: Cleaner, fact: str) -> str:
    """SQL: a join that gives the rows of the main fact their `said.status`. A file has few different words for it."""
    status = cleaner.cells.status
    if status is None or fact != cleaner.format.main or "status" not in FACTS[fact].columns:
        return ""
    pairs = [(plain_word(word), status) for status, words in cleaner.format.words.items() for word in words]
    cleaner.execute("drop table if exists temp.door_statuses")
    cleaner.execute(
        f"""create temp table door_statuses as
            with words as (select distinct {status.name} as word from door_cells)
            select word, {_status("word")} as status from words""",
        words=[word for word, _ in pairs],
        statuses=[status for _, status in pairs],
    )
    return f"left join door_statuses as said on said.word is not distinct from door_cells.{status.name}"


def line_columns(cleaner: Cleaner, fact: str) -> list[str]:
    """SQL columns added to the rows of the main fact: status, flags, and what the rules need."""
    if fact != cleaner.format.main or "status" not in FACTS[fact].columns:
        return []
    cells = cleaner.cells
    columns = []
    if cells.status:
        columns += ["said.status", f"{cells.status.name} as status_word"]
    if fact != "orders":
        return columns
    columns += _flags(cleaner)
    columns += [f"{cell.name} as total_{at}" for at, cell in enumerate(cells.totals)]
    if cells.refunded:
        columns.append(f"coalesce(list_contains($gone, {_word(cells.refunded.name)}), false) as refunded")
    if cells.joined:
        columns.append(f"coalesce({cells.joined.name} like '%;%', false) as joined")
    if cleaner.format.rules.order_amounts != "row":
        columns.append(f"{cleaner.rows.line_expression()} as line")
    return columns


def _word(cell: str) -> str:
    return f"regexp_replace(translate({cell}, '，（）', ',()'), '[\\s\u3000]', '', 'g')"


def _status(cell: str) -> str:
    word = _word(cell)
    known = f"$statuses[list_position($words, {word})]"
    return f"case when starts_with({word}, '(删除)') then 'deleted' else coalesce({known}, 'unknown') end"


def _flags(cleaner: Cleaner) -> list[str]:
    filled = {item.name for item in cleaner.rows.fields["orders"]}
    absent = {
        "status_absent": cleaner.cells.status is None,
        "paid_at_absent": "paid_at" not in filled,
        "customer_absent": not filled & set(_CUSTOMER),
    }
    return [f"{str(value).lower()} as {name}" for name, value in absent.items()]


def line_key(cleaner: Cleaner, fact: str) -> tuple[str, ...]:
    """What identifies one row of the file: the fact's key, with the item line where orders have several rows."""
    key = FACTS[fact].key
    return ("line", *key) if fact == "orders" and cleaner.format.rules.order_amounts != "row" else key


def prepare(cleaner: Cleaner) -> None:
    """Rejects orders whose rows disagree on the order's own amounts, and merges refund rows into their orders."""
    if cleaner.format.main != "orders":
        return
    cleaner.drop_rejected(["door_orders"])
    if cleaner.format.rules.order_amounts == "repeat":
        _reject_disagreeing(cleaner)
    if _has(cleaner, "paid_amount"):
        _merge_refund_rows(cleaner)


def _has(cleaner: Cleaner, name: str) -> bool:
    return name in {row[0] for row in cleaner.cursor.execute("describe door_orders").fetchall()}


def _reject_disagreeing(cleaner: Cleaner) -> None:
    own = [name for name in ("paid_amount", "status", "created_at", "paid_at") if _has(cleaner, name)]
    apart = " or ".join(f"count(distinct {name}) > 1" for name in own)
    cleaner.cursor.execute(
        f"""insert into door_rejects
            with torn as (select platform, shop, order_id from door_orders group by all having {apart})
            select row_no, ?, order_id, 'duplicate_key', null
            from door_orders semi join torn using (platform, shop, order_id)""",
        [cleaner.rows.header_of("orders", "order_id")],
    )


def _merge_refund_rows(cleaner: Cleaner) -> None:
    """A row with a negative amount gives its amount to the refund of its order; alone, it is an order of refund."""
    negative = cleaner.count("select count(*) from door_orders where paid_amount < 0")
    if not negative:
        return
    cleaner.notes.append(Note("negative_refund", negative))
    if not _has(cleaner, "refund_amount"):
        cleaner.cursor.execute("alter table door_orders add column refund_amount decimal(18, 2)")
    cleaner.cursor.execute(
        """create or replace temp table door_refund_rows as
           select platform, shop, order_id, -sum(paid_amount) as back, min(row_no) as row_no
           from (select distinct * exclude (row_no),
                        min(row_no) over (partition by platform, shop, order_id, paid_amount) as row_no
                 from door_orders where paid_amount < 0)
           group by platform, shop, order_id"""
    )
    cleaner.cursor.execute(
        """delete from door_orders as line where paid_amount < 0 and (
               row_no not in (select row_no from door_refund_rows)
               or exists (
                   select 1 from door_orders as other where other.paid_amount >= 0
                   and (other.platform, other.shop, other.order_id) = (line.platform, line.shop, line.order_id)))"""
    )
    cleaner.cursor.execute(
        """update door_orders as line
           set refund_amount = greatest(coalesce(line.refund_amount, 0), refund.back),
               paid_amount = greatest(line.paid_amount, 0)
           from door_refund_rows as refund
           where (refund.platform, refund.shop, refund.order_id) = (line.platform, line.shop, line.order_id)"""
    )


def settle(cleaner: Cleaner) -> list[Note]:
    """Turns the rows of `door_orders` into one row per order; says what the rules did."""
    notes = [_note(cleaner, "refund_estimated", _estimate_refunds(cleaner))]
    if cleaner.cells.joined:
        notes.append(_note(cleaner, "joined_suborders", cleaner.count("select count(*) from door_orders where joined")))
        cleaner.cursor.execute(
            "delete from door_order_items where row_no in (select row_no from door_orders where joined)"
        )
    if cleaner.format.rules.order_amounts != "row":
        _one_row_per_order(cleaner)
    notes.append(_note(cleaner, "net_paid", _add_refunds_back(cleaner)))
    if _has(cleaner, "refund_amount") and _has(cleaner, "paid_amount"):
        over = cleaner.count("select count(*) from door_orders where refund_amount > paid_amount and paid_amount > 0")
        notes.append(_note(cleaner, "refund_over_paid", over))
    notes += _status_notes(cleaner)
    _drop_helpers(cleaner)
    return [note for note in notes if note is not None]


def _note(cleaner: Cleaner, code: str, rows: int) -> Note | None:
    return Note(code, rows) if rows else None


def _estimate_refunds(cleaner: Cleaner) -> int:
    """Fills the refund where the file has words only; returns how many rows it was estimated for."""
    if not cleaner.cells.refunded or _has(cleaner, "refund_amount"):
        return 0
    cleaner.cursor.execute("alter table door_orders add column refund_amount decimal(18, 2)")
    cleaner.cursor.execute("alter table door_orders add column refund_estimated boolean default true")
    closed_later = "(status = 'closed' and paid_at is not null)" if _has(cleaner, "paid_at") else "false"
    cleaner.cursor.execute(
        f"update door_orders set refund_amount = case when refunded or {closed_later} then paid_amount else 0 end"
    )
    return cleaner.count("select count(*) from door_orders where refund_amount > 0")


def _one_row_per_order(cleaner: Cleaner) -> None:
    columns = [row[0] for row in cleaner.cursor.execute("describe door_orders").fetchall()]
    key = ("platform", "shop", "order_id")
    summed = cleaner.format.rules.order_amounts == "sum"
    paid_at = "paid_at" if "paid_at" in columns else "null"
    status = "status" if "status" in columns else "null"
    live = f"not coalesce({status} in ('closed', 'deleted') and {paid_at} is null, false)"
    picked = {
        "row_no": "min(row_no)",
        "units": "sum(units)",
        "paid_amount": f"coalesce(sum(paid_amount) filter ({live}), sum(paid_amount))"
        if summed
        else "max(paid_amount)",
        "refund_amount": "sum(refund_amount)" if summed or cleaner.format.rules.item_refunds else "max(refund_amount)",
        "created_at": "min(created_at)",
        "paid_at": "min(paid_at)",
        "received_at": "max(received_at)",
        "status": f"""case when bool_or(status in {_LIVE}) then arg_max(status, {_RANK})
                           when bool_or(status = 'unknown') then 'unknown'
                           when bool_or(status = 'closed') then 'closed' else max(status) end""",
        "status_word": f"arg_max(status_word, coalesce({_RANK}, 0))",
    }
    rest = [name for name in columns if name not in key]
    shown = ", ".join(f"{picked.get(name, f'arg_min({name}, row_no)')} as {name}" for name in rest)
    cleaner.cursor.execute(
        f"create temp table door_settled as select {', '.join(key)}, {shown} from door_orders group by {', '.join(key)}"
    )
    cleaner.cursor.execute("drop table door_orders")
    cleaner.cursor.execute("alter table door_settled rename to door_orders")


def _add_refunds_back(cleaner: Cleaner) -> int:
    """Paid amounts already less their refund: what was paid at payment is paid + refund."""
    totals = [f"total_{at}" for at in range(len(cleaner.cells.totals))]
    if not totals or not _has(cleaner, "refund_amount"):
        return 0
    net = " or ".join(f"{total} - paid_amount = refund_amount" for total in totals)
    condition = f"refund_amount > 0 and paid_amount >= 0 and ({net})"
    rows = cleaner.count(f"select count(*) from door_orders where {condition}")
    cleaner.cursor.execute(f"update door_orders set paid_amount = paid_amount + refund_amount where {condition}")
    return rows


def _status_notes(cleaner: Cleaner) -> list[Note]:
    filled = {item.name for item in cleaner.rows.fields["orders"]}
    notes = []
    if cleaner.cells.status is None:
        notes.append(Note("status_absent" if "paid_at" in filled else "status_and_paid_at_absent"))
    if not filled & set(_CUSTOMER):
        notes.append(Note("customer_absent"))
    if cleaner.cells.status:
        words = cleaner.cursor.execute(
            """select count(*), string_agg(distinct coalesce(status_word, '(空)'), '、')
               from door_orders where status = 'unknown'"""
        ).fetchone()
        if words and words[0]:
            notes.append(Note("status_unknown", words[0], {"words": words[1][:200]}))
    return notes


def _drop_helpers(cleaner: Cleaner) -> None:
    for name, *_ in cleaner.cursor.execute("describe door_orders").fetchall():
        if name.startswith(_HELPERS):
            cleaner.cursor.execute(f"alter table door_orders drop column {name}")
