"""What goes out when, and did it work?"""

from sopdash.content import checks
from sopdash.ui import (
    calendar_best,
    calendar_board,
    calendar_checks,
    calendar_form,
    calendar_results,
    calendar_saving,
    calendar_table,
    frame,
)

page = frame.plain("calendar")


@frame.part
def sheet() -> None:
    """The chosen view: messages, plan or what came of it, checks, and the dialog somebody asked for."""
    view, filters = calendar_board.choose(page)
    shown, found = calendar_board.entries(page, view, filters)
    calendar_saving.show(page)
    if view.name == "best":
        calendar_best.show(page)
    elif view.name == "results":
        calendar_results.show(page, view, shown)
    elif view.name == "table":
        calendar_table.show(page, (view, filters, page.lang), shown)
    else:
        calendar_board.show(page, view, filters, shown, found)
    if view.plans:
        calendar_checks.show(page, view, shown, found)
    calendar_form.show(page, view, checks.by_entry(found))


sheet()
