"""Is what I see complete?"""

import streamlit as st

from sopdash.ui import (
    completeness_view,
    format_list,
    frame,
    import_results,
    inbox_view,
    interruption_view,
    settings_form,
    upload,
)

page = frame.plain("data")

interruption_view.show(page)
upload.show(page)
inbox_view.show(page)

coverage, past, known, chosen = st.tabs(
    [page.say(f"data.tab_{name}") for name in ("coverage", "history", "formats", "settings")],
    key="data_tab",
    on_change="rerun",
)
if coverage.open:
    with coverage:
        completeness_view.show(page)
if past.open:
    with past:
        import_results.past(page)
if known.open:
    with known:
        format_list.show(page)
if chosen.open:
    with chosen:
        settings_form.show(page)
