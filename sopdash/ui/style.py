"""What the theme cannot say: figures of equal width, one tight title line, two cards in a row on phones."""

from __future__ import annotations

import streamlit as st

CSS = """<style>
.stApp { font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { max-width: 1480px; padding: 2.4rem 1.75rem 3rem; }
[data-testid="stHeader"] { height: 2.25rem; min-height: 2.25rem; background: transparent; }
[data-testid="stHeaderActionElements"] { display: none; }
[data-testid="stSidebarHeader"] { height: auto; padding: .9rem 1.25rem .4rem .5rem; margin-bottom: 0; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: .8rem; }
[data-testid="stSidebar"] [data-testid="stCaptionContainer"] { margin-top: .6rem; margin-left: .5rem; }
[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"] { padding: .2rem .5rem; }
[data-testid="stSidebar"] .st-key-lang_choice { margin: 1.2rem 0 0 .5rem; }
[class*="st-key-picture"] { min-height: 2.1rem; }
.st-key-title h4, [class*="st-key-picture"] h5 { padding: 0; }
.st-key-title [data-testid="stMarkdownContainer"], .st-key-title [data-testid="stCaptionContainer"],
[class*="st-key-picture"] [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-title p, .st-key-demo_banner p { margin: 0; }
.st-key-title h4 { line-height: 1.4; }
.st-key-demo_banner { border-left: 3px solid #4C7BEB; padding-left: .6rem; }
.sopdash-download { display: inline-block; padding: .42rem .8rem; border-radius: 6px; background: #2F62D9;
  color: #FFFFFF !important; text-decoration: none; white-space: nowrap; }
.sopdash-download:hover { background: #2753BC; }
.st-key-demo_banner [data-testid="stCaptionContainer"] { margin-bottom: 0; }
[data-testid="stMetric"] { padding: 0; }
[data-testid="stMetricDelta"] { background: transparent; padding: 0; }
[data-testid="stMetricChart"] { margin-bottom: .3rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3rem .8rem 3rem; }
  [data-testid="stMetricValue"] { font-size: 1.25rem; }
  .st-key-title { row-gap: 0; }
}
</style>"""


def apply() -> None:
    """Adds the style sheet; it holds no data."""
    st.html(CSS)
