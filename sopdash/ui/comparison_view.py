"""Two groups of anything: is the difference real? And who of many stands out beyond chance?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from sopdash.metrics import REGISTRY, Better, Missing, choices, comparison
from sopdash.metrics.comparison import Difference, Group, Method, groups
from sopdash.metrics.ranking import Ranking, Standing, ranking
from sopdash.segments import saved
from sopdash.text.formats import MINUS, MISSING, change, missing, show
from sopdash.text.safe import markdown
from sopdash.ui import figures, naming, tables
from sopdash.ui.frame import Page

DIMENSIONS = ("channel", "store", "staff", "code", "platform", "sales_channel", "tier", "gender", "age_band", "region")
"""What groups can be told by, beside segments and membership."""

METRICS = (
    "channel_conversion", "conversion_rate", "repurchase_rate", "repurchase_30d", "purchase_frequency",
    "spend_per_buyer", "aov", "arpu", "repurchase_gap_days", "refund_rate", "returning_buyer_rate", "add_rate",
    "join_rate", "loss_7d", "order_within_3h_rate", "redemption_rate", "reply_1h_rate", "first_reply_minutes",
    "messages_per_speaker", "csat",
)  # fmt: skip
"""What two groups are compared by, the most asked for first."""

RANKED = tuple(name for name in METRICS if comparison.method(REGISTRY[name]) is not Method.MEDIANS and name != "arpu")
"""What many units are ranked by: rates and means."""


def show_two(page: Page) -> None:
    """Metric and two groups of choice, and whether chance explains the gap."""
    st.markdown(f"##### {page.say('comparison.title')}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        metric = _choice(page, "metric", METRICS, lambda name: REGISTRY[name].label.say(page.lang), 200)
        of = _choice(page, "of", (*DIMENSIONS, "segment", "in_group"), lambda name: _of(page, name), 150)
        sides = _sides(page, of)
    if sides is None:
        return
    (first, one), (second, other) = sides
    if one == other:
        st.caption(page.say("comparison.choose_two"))
        return
    found = page.load(groups, page.query(metric, compare=False), first, second)
    if isinstance(found, Missing):
        figures.need_step(page, found)
        return
    say(page, found, one, other, of)


def _sides(page: Page, of: str) -> tuple[tuple[Group, str], tuple[Group, str]] | None:
    """The two groups and what they are called; None where there are no two to choose from."""
    if of == "in_group":
        words = [page.say(f"comparison.in_group_{side}") for side in ("yes", "no")]
        first, second = (comparison.in_a_group(page.filters.period, within) for within in (True, False))
        return (first, words[0]), (second, words[1])
    if of == "segment":
        labels = {segment.name: segment.label(page.lang) for segment in saved(page.store)}
    else:
        labels = {value: naming.value(of, value, page.lang) for value in page.load(choices, of)}
    names = tuple(labels)
    if len(names) < 2:
        st.caption(page.say("comparison.nothing_to_choose"))
        return None
    one = _choice(page, f"first_{of}", names, labels.__getitem__, 190, 0, "first")
    two = _choice(page, f"second_{of}", names, labels.__getitem__, 190, 1, "second")
    return (_group(of, one), labels[one]), (_group(of, two), labels[two])


def _group(of: str, value: str) -> Group:
    return Group(segment=value) if of == "segment" else Group(where=((of, value),))


def _choice(
    page: Page,
    key: str,
    options: Sequence[str],
    label: Callable[[str], str],
    width: int,
    index: int = 0,
    said: str = "",
) -> str:
    chosen: str = st.selectbox(
        page.say(f"comparison.{said or key}"),
        options,
        index=index,
        format_func=label,
        key=f"comparison_{key}",
        width=width,
        persist_state="session",
    )
    return chosen


def _of(page: Page, name: str) -> str:
    return page.say("comparison.in_group") if name == "in_group" else naming.dimension(name, page.lang)


def say(page: Page, found: Difference, one: str, other: str, of: str = "") -> None:
    """The verdict in one sentence, what it stands on, and whose SOP is to review."""
    metric = REGISTRY[found.metric]
    higher, lower = (found.first, found.second), (one, other)
    if found.difference < 0:
        higher, lower = (found.second, found.first), (other, one)
    values = {
        "metric": metric.label.say(page.lang),
        "higher": markdown(lower[0]),
        "lower": markdown(lower[1]),
        "value_higher": show(higher[0].value, metric.unit, page.lang),
        "value_lower": show(higher[1].value, metric.unit, page.lang),
        "apart": apart(page, found, abs(found.difference)),
        "range": _range(page, found),
        "p": p_words(found.p),
    }
    if not found.enough or missing(found.p):
        key = "comparison.small" if not found.enough else "comparison.untested"
        st.info(page.say(key, count=page.store.settings.minimum_count), icon=":material/hourglass:")
    else:
        with st.container(border=True, gap="xsmall"):
            st.markdown(page.say("comparison.real" if found.real else "comparison.unclear", **values))
            if found.real and found.metric == "channel_conversion" and of == "channel":
                worse = values["lower"] if metric.better is Better.HIGHER else values["higher"]
                st.markdown(f":material/edit_note: {page.say('comparison.review', worse=worse)}")
    st.caption(" ".join(basis(page, found, one, other)))


def basis(page: Page, found: Difference, one: str, other: str) -> list[str]:
    """Samples, method, and what the comparison does not say."""
    key = "comparison.sample_rates" if found.method is Method.RATES else "comparison.sample_values"
    parts = {
        f"{name}_{part}": show(value, "count", page.lang)
        for name, side in (("first", found.first), ("second", found.second))
        for part, value in (("num", side.numerator), ("den", side.size))
    }
    said = [page.say(key, first=one, second=other, **parts), page.say(f"comparison.method_{found.method}")]
    if found.shared:
        said.append(page.say("comparison.shared", count=show(found.shared, "count", page.lang)))
    return [*said, page.say("comparison.not_causal")]


def apart(page: Page, found: Difference, value: float) -> str:
    """A difference in its unit: points for rates, money, days or a plain number else."""
    unit = REGISTRY[found.metric].unit
    return change(value, "rate", page.lang).lstrip("+") if unit == "rate" else show(value, unit, page.lang)


def difference_words(page: Page, found: Difference) -> str:
    """First less second with its sign and interval: +1.2pp (−0.3pp to +2.7pp)."""
    words = [_signed(page, found, value) for value in (found.difference, found.low, found.high)]
    if MISSING in words[1:]:
        return words[0]
    return f"{words[0]} ({page.say('comparison.between', low=words[1], high=words[2])})"


def _range(page: Page, found: Difference) -> str:
    """The interval of the difference, larger minus smaller."""
    low, high = (found.low, found.high) if found.difference >= 0 else (-found.high, -found.low)
    ends = [_signed(page, found, end) for end in (low, high)]
    return page.say("comparison.range", low=ends[0], high=ends[1])


def _signed(page: Page, found: Difference, value: float) -> str:
    unit = REGISTRY[found.metric].unit
    if missing(value):
        return MISSING
    if unit == "rate":
        return change(value, "rate", page.lang, brief=True)
    return f"{MINUS if value < 0 else '+' if value > 0 else ''}{show(abs(value), unit, page.lang)}"


def p_words(p: float) -> str:
    """= 0.0045, or < 0.0001."""
    return f"= {p:.4f}" if p >= 0.0001 else "< 0.0001"


def show_many(page: Page) -> None:
    """Every unit of a dimension against the rest, guarded against chance; small samples last and unranked."""
    st.markdown(f"##### {page.say('comparison.ranking_title')}")
    with st.container(horizontal=True, gap="small"):
        metric = _choice(page, "ranked", RANKED, lambda name: REGISTRY[name].label.say(page.lang), 200, said="metric")
        by = _choice(page, "by", DIMENSIONS[:5], lambda name: naming.dimension(name, page.lang), 150, said="of")
    query = page.query(metric, by=(by,), compare=False)
    found = page.load(ranking, query)
    if found.missing is not None:
        figures.need_step(page, found.missing)
        return
    frame = page.figure("ranking", query, lambda: _ranked(page, found))
    unit = REGISTRY[metric].unit
    labels = {
        "unit": naming.dimension(by, page.lang),
        "value": REGISTRY[metric].label.say(page.lang),
        **{name: page.say(f"comparison.column_{name}") for name in ("size", "interval", "rest", "p_holm", "standing")},
    }
    tables.show(page, "ranking", frame, labels=labels, units={"value": unit, "rest": unit, "size": "count"})
    count = page.store.settings.minimum_count
    if not found.tested:
        st.caption(page.say("comparison.ranking_none", count=count))
        return
    above, below = (_counted(page, found, standing) for standing in (Standing.ABOVE, Standing.BELOW))
    st.caption(page.say("comparison.ranking_note", tested=found.tested, above=above, below=below, count=count))


def _counted(page: Page, found: Ranking, standing: Standing) -> str:
    units = found.rows.loc[found.rows["standing"] == standing, "unit"]
    names = [naming.value(found.by, None if missing(unit) else unit, page.lang) for unit in units]
    return naming.joined(names, page.lang) if names else page.say("comparison.nobody")


def _ranked(page: Page, found: Ranking) -> pd.DataFrame:
    metric = REGISTRY[found.metric]
    rows = []
    for row in found.rows.to_dict("records"):
        unit = None if missing(row["unit"]) else row["unit"]
        ends = [MISSING if missing(row[end]) else show(row[end], metric.unit, page.lang) for end in ("low", "high")]
        rows.append(
            {
                "unit": naming.value(found.by, unit, page.lang),
                "value": row["value"],
                "interval": MISSING if MISSING in ends else "–".join(ends),
                "size": row["size"],
                "rest": row["rest"],
                "p_holm": MISSING if missing(row["p_holm"]) else p_words(row["p_holm"]).removeprefix("= "),
                "standing": page.say(f"comparison.standing_{_standing(row['standing'], metric.better)}"),
            }
        )
    return tables.framed(rows, ("unit", "value", "interval", "size", "rest", "p_holm", "standing"))


def _standing(standing: Standing, better: Better) -> str:
    """Above and below the rest, as better or worse where the metric has a direction."""
    if standing not in (Standing.ABOVE, Standing.BELOW) or better is Better.NEITHER:
        return str(standing)
    return "better" if (standing == Standing.ABOVE) == (better is Better.HIGHER) else "worse"
