"""Who does what today, and is it done?"""

import streamlit as st

from sopdash.ui import frame, playbook_kept, playbook_steps, playbook_todo

page = frame.plain("playbook")

todo, steps, kept = st.tabs(
    [page.say(f"playbook.tab_{name}") for name in ("todo", "steps", "kept")], key="playbook_tab", on_change="rerun"
)


@frame.part
def list_of_the_day() -> None:
    """Today's tasks, to be ticked off."""
    playbook_todo.show(page)


if todo.open:
    with todo:
        list_of_the_day()
if steps.open:
    with steps:
        playbook_steps.show(page)
if kept.open:
    with kept:
        playbook_kept.show(page)
