"""The content calendar: what goes out when, to whom, by whom.

Entries are kept in the workspace (`calendar`, each version in the history), repeat as a `series`, are planned ahead
from `templates` and leave as CSV, XLSX and iCalendar (`files`).
"""

from sopdash.content.calendar import (
    Outcome,
    Version,
    add,
    add_all,
    change,
    change_all,
    delete,
    delete_all,
    deleted,
    entries,
    find,
    history,
    restore,
    take_back,
    words_used,
)
from sopdash.content.entry import FIELDS, Entry, Filters, Form, Outlet, Purpose, Status
from sopdash.content.files import to_csv, to_ics, to_xlsx
from sopdash.content.month import Month
from sopdash.content.series import Every, Repetition, Scope, change_series, delete_series, repeat
from sopdash.content.stored import Action
from sopdash.content.templates import apply_template, templates

__all__ = [
    "FIELDS",
    "Action",
    "Entry",
    "Every",
    "Filters",
    "Form",
    "Month",
    "Outcome",
    "Outlet",
    "Purpose",
    "Repetition",
    "Scope",
    "Status",
    "Version",
    "add",
    "add_all",
    "apply_template",
    "change",
    "change_all",
    "change_series",
    "delete",
    "delete_all",
    "delete_series",
    "deleted",
    "entries",
    "find",
    "history",
    "repeat",
    "restore",
    "take_back",
    "templates",
    "to_csv",
    "to_ics",
    "to_xlsx",
    "words_used",
]
