"""What the weekly review holds: asked once from the rooms that know, not yet in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sopdash import content, playbook
from sopdash.access import Viewer
from sopdash.content import Entry
from sopdash.metrics import FunnelQuery, Period, Query, Result, funnel, publishing, run
from sopdash.metrics.drivers import Drivers, net_sales
from sopdash.metrics.funnel import Funnel
from sopdash.metrics.group_health import Health, health
from sopdash.metrics.missing import Missing
from sopdash.playbook import diagnosis, goals
from sopdash.playbook.adherence import Adherence, adherence
from sopdash.playbook.diagnosis import Diagnosis
from sopdash.playbook.goals import Progress
from sopdash.segments import movement

if TYPE_CHECKING:
    from sopdash.warehouse import Store

FIGURES: dict[str, tuple[str, ...]] = {
    "money": ("net_sales", "orders", "buyers", "aov", "spend_per_buyer", "refund_rate", "private_sales_share"),
    "acquire": ("reach", "customers_added", "losses", "spend", "cost_per_add", "channel_conversion"),
    "keep": ("customers_held", "group_members", "joins", "leaves", "speakers", "speaking_rate", "reply_1h_rate"),
    "convert": ("conversion_rate", "redemption_rate", "order_within_3h_rate", "engagement_rate"),
    "bring_back": ("repurchase_rate", "returning_buyer_rate", "weekly_repurchasers", "repurchase_gap_days"),
}
"""Stage → the metrics of its table."""

TREND = ("net_sales", "customers_held", "speakers")
CHANNEL = ("reach", "customers_added", "channel_conversion", "spend", "cac", "net_sales")
STORE = ("net_sales", "orders", "buyers", "returning_buyer_rate", "customers_added")
TREND_WEEKS = 12
SCORES = ("tier", "life_cycle")
"""The scores whose movement the review tells."""


@dataclass(frozen=True)
class Review:
    """Everything of one week. `span`: what funnel and diagnosis look at; `adherence` None without a playbook."""

    week: Period
    span: Period
    figures: Result
    trend: Result
    drivers: Drivers | None
    funnel: Funnel
    channels: Result
    stores: Result
    groups: Health
    diagnosis: Diagnosis
    goals: tuple[Progress, ...]
    adherence: Adherence | None
    moves: dict[str, pd.DataFrame]
    planned: tuple[Entry, ...]
    results: publishing.Results
    ahead: tuple[Entry, ...]
    data: Period | None

    @property
    def missing(self) -> dict[str, Missing]:
        """Metrics of the review that cannot be computed, with the reason."""
        return {**self.figures.missing, **self.channels.missing, **self.stores.missing}


def collect(store: Store, week: Period, viewer: Viewer) -> Review:
    """Asks for everything the review of `week` (any period) shows to `viewer`."""
    span = diagnosis.span(week)
    trend = Period(week.last - dt.timedelta(days=7 * TREND_WEEKS - 1), week.last)
    names = tuple(name for group in FIGURES.values() for name in group)
    figures = Query(names, (), week, compare="previous")
    following = Period(week.end, week.end + dt.timedelta(days=6))
    planned = tuple(content.entries(store, week.first, week.last))
    entries = tuple(publishing.Planned(one.id, one.at, one.theme) for one in planned)
    return Review(
        week=week,
        span=span,
        figures=run(store, figures, viewer),
        trend=run(store, Query(TREND, ("week",), trend), viewer),
        drivers=net_sales(store, Query(("net_sales",), (), week, compare="previous"), viewer),
        funnel=funnel.run(store, FunnelQuery(span, window_days=store.settings.funnel_window_days), viewer),
        channels=run(store, Query(CHANNEL, ("channel",), week, compare="previous"), viewer),
        stores=run(store, Query(STORE, ("store",), week, compare="previous"), viewer),
        groups=health(store, Query(("group_members",), (), week), trend, viewer),
        diagnosis=diagnosis.diagnose(store, span, (), viewer),
        goals=tuple(goals.progress(store, goal, viewer) for goal in goals.goals(store)),
        adherence=adherence(store, week, "step", viewer) if playbook.steps(store) else None,
        moves={score: movement.run(store, _move(score, week), viewer) for score in SCORES},
        planned=planned,
        results=publishing.results(store, entries, viewer),
        ahead=tuple(content.entries(store, following.first, following.last)),
        data=Period.of_data(store),
    )


def _move(score: str, week: Period) -> movement.Move:
    return movement.Move(score, week.first - dt.timedelta(days=1), week.last)
