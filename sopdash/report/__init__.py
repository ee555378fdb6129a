"""The weekly review (复盘): one self-contained HTML file that prints, and one workbook, in either language.

    review = collect(store, Period.named("week", "2026-W46"), viewer)
    to_html(review, "zh"); to_xlsx(review, "zh", path)

Every figure comes from the metrics module as the command line gives it; nothing is computed here.
"""

from sopdash.report.book import to_xlsx
from sopdash.report.contents import FIGURES, Review, collect
from sopdash.report.sheet import to_html

__all__ = ["FIGURES", "Review", "collect", "to_html", "to_xlsx"]
