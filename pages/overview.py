"""How was the week, and what moved?"""

from sopdash.ui import figures, forecast_view, frame, goals_view, overview_view, people

page = frame.open("overview")

overview_view.sentence(page)
figures.headline(page, *overview_view.HEADLINE)
people.of_period(page, "missed", "repeat", "lapsed", "buyers", "new", "added", "added_silent", "left", "refunded")
goals_view.brief(page)
overview_view.pictures(page)
forecast_view.ahead(page)
overview_view.completeness(page)
