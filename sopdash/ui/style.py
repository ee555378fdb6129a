"""What the theme cannot say: figures of equal width, tight title line, two cards in a row on phones."""

from __future__ import annotations

import streamlit as st

CSS = """<style>
.stApp { font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { max-width: 1480px; padding-left: 1.75rem; padding-right: 1.75rem; }
[data-testid="stHeaderActionElements"] { display: none; }
.st-key-title h4 { padding: 0; }
.st-key-title [data-testid="stCaptionContainer"] p { line-height: 1.9; }
.st-key-demo_banner { border-left: 3px solid var(--st-primary-color); padding-left: .6rem; }
[data-testid="stMetric"] { padding: .6rem .8rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: .8rem; padding-right: .8rem; }
  [data-testid="stMetricValue"] { font-size: 1.25rem; }
}
</style>"""


def apply() -> None:
    """Adds the style sheet; it holds no data."""
    st.html(CSS)
