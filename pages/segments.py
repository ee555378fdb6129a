"""Who are they, and what are they worth?"""

import streamlit as st

from sopdash.ui import frame, segment_builder, segments_view

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


first, own = st.tabs(segments_view.tabs(page), key="segments_tab", on_change="rerun")
if first.open:
    with first:
        classes()
        recency()
        rules()
if own.open:
    with own:
        builder()
