"""What goes out when?"""

from sopdash.ui import calendar_board, calendar_form, calendar_saving, calendar_table, frame

page = frame.plain("calendar")


@frame.part
def sheet() -> None:
    """The chosen month: messages, sheet, table, and the dialog somebody asked for."""
    month, filters = calendar_board.choose(page)
    shown = calendar_board.month_entries(page, month, filters)
    calendar_saving.show(page)
    calendar_board.show(page, month, filters, shown)
    calendar_table.show(page, (month, filters, page.lang), shown)
    calendar_form.show(page, month)


sheet()
