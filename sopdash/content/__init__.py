"""The content calendar: what goes out when, to whom, by whom.

Entries are kept in the workspace (`calendar`), planned ahead from `templates` and
leave as CSV and iCalendar (`files`).
"""

from sopdash.content.calendar import add, change, delete, entries, find, restore, words_used
from sopdash.content.entry import FIELDS, Entry, Filters, Form, Outlet, Status
from sopdash.content.files import to_csv, to_ics
from sopdash.content.month import Month
from sopdash.content.templates import apply_template, templates

__all__ = [
    "FIELDS",
    "Entry",
    "Filters",
    "Form",
    "Month",
    "Outlet",
    "Status",
    "add",
    "apply_template",
    "change",
    "delete",
    "entries",
    "find",
    "restore",
    "templates",
    "to_csv",
    "to_ics",
    "words_used",
]
