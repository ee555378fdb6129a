"""Do they come back?"""

from sopdash.ui import clv_view, figures, frame, repurchase_view, retention_view

page = frame.open("retention")

figures.headline(
    page, "repurchase_rate", "returning_buyer_rate", "weekly_repurchasers", "purchase_frequency", "repurchase_gap_days"
)


@frame.part
def cohorts() -> None:
    """Who comes back how many weeks after joining or first buying, and who does not."""
    query = retention_view.choose(page)
    found = retention_view.triangle(page, query)
    retention_view.people(page, query, found)


@frame.part
def orders() -> None:
    """How long until the second order, and from one order to the next."""
    repurchase_view.repurchase(page)


@frame.part
def members() -> None:
    """Customers in groups against customers in none."""
    repurchase_view.membership(page)


@frame.part
def value() -> None:
    """What customers will be worth, and how good that forecast is."""
    clv_view.worth(page)


cohorts()
orders()
members()
value()
