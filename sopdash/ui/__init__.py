"""Streamlit pieces shared by the pages: frame and filter bar, figures, tables, people, errors."""
