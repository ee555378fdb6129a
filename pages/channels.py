"""Where should the next yuan go?"""

from sopdash.ui import channels_view, comparison_view, figures, frame

page = frame.open("channels")

figures.headline(page, "reach", "customers_added", "channel_conversion", "spend", "cac", "roas")


@frame.part
def comparison() -> None:
    """The channels side by side; a selected one leads to its customers."""
    channels_view.pictures(page)
    chosen = channels_view.table(page)
    channels_view.people(page, chosen)


@frame.part
def judgement() -> None:
    """Two groups of anything, and who of many stands out."""
    comparison_view.show_two(page)
    comparison_view.show_many(page)


comparison()
channels_view.trend(page)
judgement()
