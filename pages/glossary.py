"""How is each number computed?"""

from sopdash.ui import frame, glossary_view

page = frame.plain("glossary")
glossary_view.catalogue(page)
