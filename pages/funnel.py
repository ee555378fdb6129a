"""Where do we lose people?"""

from sopdash.ui import figures, frame, funnel_view, orders_view

page = frame.open("funnel")

figures.headline(page, "customers_added", "join_rate", "channel_conversion", "repurchase_rate")


@frame.part
def stages() -> None:
    """The funnel, split as chosen, and the people behind any of its stages."""
    query = funnel_view.choose(page)
    funnel = funnel_view.load(page, query)
    if funnel_view.empty(page, funnel):
        return
    funnel_view.picture(page, query, funnel)
    funnel_view.table(page, query, funnel)
    funnel_view.people(page, query, funnel)


@frame.part
def orders() -> None:
    """When and where the orders are placed."""
    orders_view.pictures(page)


stages()
orders()
