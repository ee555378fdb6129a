"""Who are they, and what are they worth?"""

from sopdash.ui import frame, segments_view

page = frame.open("segments")


@frame.part
def classes() -> None:
    """Tiers, value, life cycle, RFM."""
    segments_view.by_class(page)


@frame.part
def recency() -> None:
    """Recency against frequency."""
    segments_view.recency(page)


@frame.part
def rules() -> None:
    """Saved rules."""
    segments_view.rules(page)


classes()
recency()
rules()
