"""Where should the next yuan go?"""

from sopdash.ui import channels_view, figures, frame

page = frame.open("channels")

figures.headline(page, "reach", "customers_added", "channel_conversion", "spend", "cac", "roas")


@frame.part
def comparison() -> None:
    """The channels side by side; a selected one leads to its customers."""
    channels_view.pictures(page)
    chosen = channels_view.table(page)
    channels_view.people(page, chosen)


comparison()
channels_view.trend(page)
channels_view.verdict(page)
