"""What goes out when, and did it work?"""

from sopdash.content import checks
from sopdash.ui import calendar_board, calendar_checks, calendar_form, calendar_saving, calendar_table, frame

page = frame.plain("calendar")


@frame.part
def sheet() -> None:
    """The chosen view: messages, sheet or table, checks, and the dialog somebody asked for."""
    view, filters = calendar_board.choose(page)
    shown, found = calendar_board.entries(page, view, filters)
    calendar_saving.show(page)
    if view.name == "table":
        calendar_table.show(page, (view, filters, page.lang), shown)
    else:
        calendar_board.show(page, view, filters, shown, found)
    calendar_checks.show(page, view, shown, found)
    calendar_form.show(page, view, checks.by_entry(found))


sheet()
