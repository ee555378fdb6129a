"""Which groups live, fill up, die; when do they talk?"""

from sopdash.ui import figures, frame, groups_view

page = frame.open("groups")

figures.headline(page, *groups_view.HEADLINE)
groups_view.pictures(page)


@frame.part
def health() -> None:
    """The table of all groups, and the selected one below it."""
    chosen = groups_view.table(page)
    groups_view.one(page, chosen)


health()
