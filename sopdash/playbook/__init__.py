"""The playbook: stages → steps → who, when, what to say; each day's to-do list, how well it is kept, goals, diagnosis.

install(store, "1_new_friend", by="owner")
todo(store, Period(day, day), viewer)      # who is due what today, from the data
"""

from sopdash.playbook.due import Done, day_of_work, falling, tick, ticked, todo
from sopdash.playbook.starters import starters
from sopdash.playbook.step import After, Event, Monthly, Once, Stage, Step, Weekly
from sopdash.playbook.steps import add, change, ever_had_steps, install, remove, steps

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
    "day_of_work",
    "ever_had_steps",
    "falling",
    "install",
    "remove",
    "starters",
    "steps",
    "tick",
    "ticked",
    "todo",
]
