"""The playbook: stages → steps → who, when, what to say; each day's to-do list, how well it is kept, goals, diagnosis.

install(store, "1_new_friend", by="owner")
todo(store, Period(day, day), viewer)      # who is due what today, from the data
"""

from sopdash.playbook.due import Done, tick, todo
from sopdash.playbook.starters import starters
from sopdash.playbook.step import After, Event, Monthly, Once, Stage, Step, Weekly
from sopdash.playbook.steps import add, change, install, remove, steps

__all__ = [
    "After",
    "Done",
    "Event",
    "Monthly",
    "Once",
    "Stage",
    "Step",
    "Weekly",
    "add",
    "change",
    "install",
    "remove",
    "starters",
    "steps",
    "tick",
    "todo",
]
