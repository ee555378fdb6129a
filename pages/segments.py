"""Who are they, and what are they worth?"""

from sopdash.ui import frame, movement_view, profile_view, segment_builder, segments_view, value_view

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


@frame.part
def builder() -> None:
    """A rule of one's own."""
    segment_builder.show(page)


@frame.part
def movement() -> None:
    """Who rose, who is slipping."""
    movement_view.show(page)


@frame.part
def profile() -> None:
    """A segment against everybody."""
    profile_view.show(page)


@frame.part
def value() -> None:
    """Worth by class and channel."""
    value_view.value(page)


@frame.part
def effort() -> None:
    """A proposal for budget and hours."""
    value_view.effort(page)


@frame.part
def controls() -> None:
    """What lists with a control group did."""
    value_view.controls(page)


PARTS = {
    "classes": (classes, recency, rules),
    "builder": (builder,),
    "movement": (movement,),
    "profile": (profile,),
    "value": (value, effort, controls),
}

segments_view.in_tabs(page, PARTS)
