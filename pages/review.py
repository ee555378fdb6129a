"""Which step to change, and are we on track?"""

from sopdash.ui import diagnosis_view, frame, goals_view, report_panel

page = frame.open("review")


@frame.part
def goals() -> None:
    """Where each goal stands."""
    goals_view.show(page)


@frame.part
def findings() -> None:
    """What stands out, and the step to review."""
    diagnosis_view.show(page)


report_panel.show(page)
goals()
findings()
