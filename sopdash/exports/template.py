"""A format's template: a workbook of its headers and one example row, all text so that Excel leaves ids whole."""

from __future__ import annotations

import io

import xlsxwriter

from sopdash.exports.format import Format, formats
from sopdash.text import say


def templates() -> list[Format]:
    """The product's own templates: what no back office exports in a known form."""
    return [made for made in formats().values() if made.template]


def template_xlsx(made: Format, lang: str) -> bytes:
    """The workbook: headers as the door knows them, one example row, and a second sheet that says what goes where."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        sheet = book.add_worksheet(say("data.template_sheet", lang))
        sheet.freeze_panes(1, 0)
        for place, (header, example) in enumerate(made.example.items()):
            sheet.set_column(place, place, max(12, 2 * len(header) + 2), text)
            sheet.write_string(0, place, header, head)
            sheet.write_string(1, place, example, text)
        about = book.add_worksheet(say("data.template_about", lang))
        about.set_column(0, 0, 90)
        for row, line in enumerate(
            (made.label.say(lang), made.grain.say(lang), made.where.say(lang), say("data.template_hint", lang))
        ):
            about.write_string(row, 0, line)
    return buffer.getvalue()
