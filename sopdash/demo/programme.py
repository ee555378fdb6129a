"""What the team did and what it cost: channel and staff days, content, touches, coupons, service, surveys, opt-outs.

Each function gives a table whose columns carry the field names of the fact it will become (`phone` where the fact keeps
`phone_key`); `template_files` finds the header each field has in the product's own templates.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sopdash.demo import days
from sopdash.demo.chain import CAMPAIGNS, CHANNELS, DEARER, TRANSFER
from sopdash.demo.world import World

_NAT = np.datetime64("NaT", "s")


def channel_days(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Spend and reach of each channel by day; the dear channel's cost per person reached jumps in the last week."""
    added = world.people["channel"].value_counts()
    calendar, weights = days.programme_days(), days.day_weights(growth=0.35)
    late = calendar >= days.LAST_WEEK.astype("datetime64[D]")
    parts = []
    for number, channel in enumerate(CHANNELS):
        noise = rng.normal(1, 0.08, len(calendar)).clip(0.7, 1.3)
        dear = late & (channel.name == DEARER)
        reach = np.rint(added.get(number, 0) * weights * channel.reach * noise * np.where(dear, 0.85, 1.0)).astype(int)
        fen = np.rint(reach * channel.cost * np.where(dear, 2.4, 1.0) * 100).astype(int)
        parts.append(
            pd.DataFrame(
                {"day": calendar, "channel": channel.name, "spend": fen, "reach": reach, "impressions": reach * 3 + 40}
            )
        )
    return pd.concat(parts, ignore_index=True)


def code_days(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Scans, adds and losses of each live code by day, as the SCRM tool's live-code statistics give them."""
    first = world.follows[world.follows["code"] != ""]
    adds = _count(first, "added_at")
    losses = _count(first[first["lost_at"].notna()], "lost_at")
    table = pd.concat([adds.rename("adds"), losses.rename("losses")], axis=1).fillna(0).astype(int).reset_index()
    table["scans"] = table["adds"] + rng.poisson(0.25 + 0.4 * table["adds"])
    return table.merge(world.chain.codes[["code", "channel", "store"]], on="code").sort_values(
        ["day", "code"], ignore_index=True
    )


def staff_days(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """WeCom's contact statistics per staff member and day; reply figures are absent where no customer opened a chat."""
    staff, calendar = world.chain.staff, days.programme_days()
    size = len(staff) * len(calendar)
    index, day = np.repeat(np.arange(len(staff)), len(calendar)), np.tile(calendar, len(staff))
    sent = rng.poisson(2.2, size)
    chats = rng.poisson(3.0, size)
    own = world.follows[world.follows["way"] != TRANSFER]
    groups = world.groups.assign(staff=world.groups["owner"])
    return pd.DataFrame(
        {
            "staff": staff["staff"].to_numpy()[index],
            "day": day,
            "store": staff["store"].to_numpy()[index],
            "requests_sent": sent,
            "requests_accepted": rng.binomial(sent, 0.68),
            "adds": _staff_count(own, "added_at", index, day),
            "losses": _staff_count(own[own["lost_by"] == "customer"], "lost_at", index, day),
            "chats": chats,
            "messages_sent": chats * 3 + rng.poisson(1.5, size),
            "reply_percent": np.where(chats > 0, rng.normal(88, 8, size).clip(20, 100).round(2), np.nan),
            "avg_reply_minutes": np.where(chats > 0, rng.lognormal(2.2, 0.7, size).clip(1, 300).round(0), np.nan),
            "groups_created": _staff_count(groups, "created_at", index, day),
            "moments_posted": rng.binomial(2, 0.35, size),
            "moments_viewers": rng.poisson(9, size),
        }
    )


def posts(rng: np.random.Generator) -> pd.DataFrame:
    """Two to three posts a day with their results so far; live evenings are watched most."""
    calendar = np.repeat(days.programme_days(), 3)
    size = len(calendar)
    slot = np.tile(np.array([10.0, 12.5, 20.0]) * days.HOUR, size // 3)
    channel = np.tile(np.array(["朋友圈", "群消息", "公众号"], dtype=object), size // 3)
    form = rng.choice(["图文", "视频", "文字", "直播"], size, p=[0.5, 0.25, 0.15, 0.1])
    views = rng.poisson(np.where(form == "直播", 900, np.where(form == "视频", 600, 380)))
    clicks = rng.binomial(views, np.where(channel == "群消息", 0.16, 0.09))
    table = pd.DataFrame(
        {
            "post_id": [f"post{i + 1:05d}" for i in range(size)],
            "channel": channel,
            "form": form,
            "theme": rng.choice(["新品预告", "护肤问答", "买家秀", "福利放送", "门店日常"], size),
            "group_type": np.where(channel == "群消息", "福利群", ""),
            "campaign": _campaign_on(calendar),
            "published_at": calendar.astype("datetime64[s]") + days.seconds(slot + rng.normal(0, 900, size)),
            **responses(rng, views, clicks),
        }
    )
    return table[rng.random(size) < 0.85].reset_index(drop=True)


def responses(rng: np.random.Generator, views: np.ndarray, clicks: np.ndarray) -> dict[str, np.ndarray]:
    """What people did with each post, by column: a share of who saw it, and of who clicked."""
    return {
        "views": views,
        "likes": rng.binomial(views, 0.06),
        "comments": rng.binomial(views, 0.015),
        "clicks": clicks,
        "shares": rng.binomial(views, 0.01),
        "orders": rng.binomial(clicks, 0.05),
    }


def touches(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Views and clicks: half of the orders follow one, most of those within three hours; the rest lead nowhere."""
    people, orders = world.people, world.orders
    added = people["added_at"].to_numpy().astype("datetime64[s]")
    own = orders[orders["is_paid"].to_numpy() & (orders["paid_at"].to_numpy() > added[orders["customer"]])]
    led = own[rng.random(len(own)) < 0.55]
    quick = rng.random(len(led)) < 0.65
    wait = np.where(quick, rng.exponential(55 * days.MINUTE, len(led)), rng.random(len(led)) * 6 * days.DAY) + 60
    before = pd.DataFrame({"customer": led["customer"], "at": led["paid_at"].to_numpy() - days.seconds(wait)})
    known = np.flatnonzero(~np.isnat(added))
    customer = np.repeat(known, rng.poisson(1.1, len(known)))
    share = rng.random(len(customer)) * (days.END - added[customer]).astype("int64")
    idle = pd.DataFrame({"customer": customer, "at": days.at_clock(rng, added[customer] + days.seconds(share))})
    table = pd.concat([before, idle], ignore_index=True)
    at = table["at"].to_numpy()
    table = table[(at > added[table["customer"]]) & (at < days.END)].sort_values("at", ignore_index=True)
    size = len(table)
    return _who(world, table["customer"]).assign(
        touch_id=[f"touch{i + 1:06d}" for i in range(size)],
        at=table["at"],
        kind=rng.choice(["浏览", "点击"], size, p=[0.45, 0.55]),
        channel=rng.choice(["群消息", "朋友圈", "私聊", "公众号"], size, p=[0.45, 0.25, 0.2, 0.1]),
        campaign=_campaign_on(table["at"].to_numpy()),
        content=rng.choice(["新品页", "活动页", "优惠券页", "直播间"], size),
    )


def coupons(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """The newcomer coupon two days after being added, and the win-back coupon: received by most, used by some."""
    people = world.people
    added = people["added_at"].to_numpy().astype("datetime64[s]")
    new = np.flatnonzero(
        ~np.isnat(added) & (rng.random(len(people)) < 0.5) & (added < days.END - np.timedelta64(3, "D"))
    )
    old = np.flatnonzero(people["existing"].to_numpy() & ~np.isnat(added) & (added < np.datetime64("2026-10-19")))
    customer = np.concatenate([new, old])
    issued = np.concatenate(
        [added[new] + np.timedelta64(2, "D"), np.full(len(old), np.datetime64("2026-10-19T10:00:00"))]
    )
    got = rng.random(len(customer)) < 0.78
    received = np.where(got, issued + days.seconds(rng.exponential(6 * days.HOUR, len(customer))), _NAT)
    received = np.where(received < days.END, received, _NAT)
    used = _next_order(world, customer, received)
    used[rng.random(len(used)) < 0.4] = -1
    paid_at = world.orders["paid_at"].to_numpy().astype("datetime64[s]")
    is_new = np.arange(len(customer)) < len(new)
    return _who(world, customer).assign(
        coupon_id=[f"CP{i + 1:07d}" for i in range(len(customer))],
        coupon=np.where(is_new, "新人券满99减20", "回归券满129减30"),
        campaign=np.where(is_new, "", "老客召回"),
        issued_at=issued,
        received_at=received,
        redeemed_at=np.where(used >= 0, paid_at[used], _NAT),
        order_id=np.where(used >= 0, world.orders["order_id"].to_numpy()[used], ""),
        cost=np.where(used >= 0, np.where(is_new, 2_000, 3_000), 0),
    )


def referrals(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Members who invited others; ¥50 to the inviter when the invitee bought."""
    added = world.people["added_at"].to_numpy().astype("datetime64[s]")
    known = np.flatnonzero(~np.isnat(added))
    by_time = known[np.argsort(added[known], kind="stable")]
    later = np.sort(rng.choice(np.arange(len(by_time) // 4, len(by_time)), 260, replace=False))
    inviter = by_time[(rng.random(len(later)) ** 2 * later * 0.8).astype(int)]
    invitee = by_time[later]
    buyers = set(world.orders.loc[world.orders["is_paid"], "customer"])
    bought = np.array([customer in buyers for customer in invitee])
    came = rng.random(len(later)) < 0.62
    first, second = _who(world, inviter), _who(world, invitee)
    return pd.DataFrame(
        {
            "referral_id": [f"RF{i + 1:05d}" for i in range(len(later))],
            "campaign": "老带新",
            "inviter_name": first["name"],
            "inviter_phone": first["phone"],
            "invitee_name": second["name"],
            "invitee_phone": second["phone"],
            "invited_at": added[invitee] - days.seconds(rng.exponential(days.DAY, len(later)) + 300),
            "joined_at": np.where(came, added[invitee], _NAT),
            "reward": np.where(came & bought, 5_000, 0),
        }
    )


def activities(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Who took part in which group activity: weekly quiz, lottery, check-in, group-buy and live evening."""
    kinds = ("答题", "抽奖", "打卡", "拼团", "直播")
    appeal = np.array([40, 110, 55, 35, 70])
    parts = []
    for week in range(12):
        start = days.START + np.timedelta64(7 * week, "D")
        here = world.members[world.members["joined_at"].to_numpy() < start + np.timedelta64(1, "D")]
        for number, kind in enumerate(kinds):
            rows = here.sample(
                min(len(here), rng.poisson(appeal[number] * (0.3 + week / 12))), random_state=int(rng.integers(1 << 31))
            )
            at = start + np.timedelta64(number, "D") + days.seconds(20 * days.HOUR + rng.random(len(rows)) * days.HOUR)
            parts.append(
                _who(world, rows["customer"]).assign(
                    activity=f"第{week + 1}周{kind}",
                    kind=kind,
                    group_name=rows["group_name"].to_numpy(),
                    at=at,
                    viewers=len(rows) * 3 if kind == "直播" else "",  # of the whole activity, on each of its rows
                    shares=len(rows) // 4 if kind == "直播" else "",
                )
            )
    table = pd.concat(parts, ignore_index=True)
    return table.assign(activity_id=[f"AC{i + 1:06d}" for i in range(len(table))])


def conversations(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Service conversations: most are answered within minutes, some late, some never."""
    rows, opened = _held_moments(rng, world, mean=0.5)
    size = len(rows)
    reply = np.where(rng.random(size) < 0.82, rng.lognormal(2.1, 0.9, size), rng.lognormal(4.6, 0.7, size)) * 60
    answered = (rng.random(size) < 0.95) & (opened + days.seconds(reply) < days.END)
    return _who(world, rows["number"].to_numpy() - 1).assign(
        conversation_id=[f"CV{i + 1:06d}" for i in range(size)],
        staff=world.chain.staff["staff"].to_numpy()[rows["staff"]],
        opened_by=rng.choice(["客户", "员工"], size, p=[0.85, 0.15]),
        opened_at=opened,
        first_reply_at=np.where(answered, opened + days.seconds(reply), _NAT),
        auto_reply=np.where(rng.random(size) < 0.28, "是", "否"),
        complaint=np.where(rng.random(size) < 0.02, "是", "否"),
    )


def surveys(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Answers to the satisfaction (1–5) and recommendation (0–10) questions."""
    rows, at = _held_moments(rng, world, mean=0.2)
    size = len(rows)
    nps = rng.random(size) < 0.35
    score = np.where(nps, rng.choice(11, size, p=[0.01] * 5 + [0.03, 0.06, 0.13, 0.23, 0.25, 0.25]), 0)
    score = np.where(nps, score, rng.choice([1, 2, 3, 4, 5], size, p=[0.02, 0.03, 0.1, 0.35, 0.5]))
    return _who(world, rows["number"].to_numpy() - 1).assign(
        survey_id=[f"SV{i + 1:05d}" for i in range(size)],
        staff=world.chain.staff["staff"].to_numpy()[rows["staff"]],
        at=at,
        kind=np.where(nps, "nps", "csat"),
        score=score,
    )


def opt_outs(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Sixty customers who asked not to be contacted."""
    rows, at = _held_moments(rng, world, mean=1.0)
    chosen = rows.assign(at=at).drop_duplicates("number").sample(60, random_state=int(rng.integers(1 << 31)))
    return _who(world, chosen["number"].to_numpy() - 1).assign(
        opt_out_id=[f"OO{i + 1:04d}" for i in range(60)], at=chosen["at"].to_numpy(), channel="短信"
    )


def sends(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Mass messages of three campaigns, each to about 40 % of the contacts of the day."""
    starts = dict(zip(CAMPAIGNS["campaign"], CAMPAIGNS["starts_at"].to_numpy().astype("datetime64[s]"), strict=True))
    parts = []
    for name in ("会员日2610", "老客召回", "双11"):
        at = starts[name]
        rows = world.follows[(world.follows["added_at"].to_numpy() < at) & world.follows["lost_at"].isna()]
        rows = rows.drop_duplicates("number").sample(frac=0.4, random_state=int(rng.integers(1 << 31)))
        sent = at + days.seconds(10 * days.HOUR * (name == "会员日2610") + rng.random(len(rows)) * days.HOUR)
        parts.append(_who(world, rows["number"].to_numpy() - 1).assign(sent_at=sent, channel="企业群发", campaign=name))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(send_id=[f"SD{i + 1:06d}" for i in range(len(table))])


def profiles(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Member cards that name a shop account and a phone: what links Tmall and JD orders to WeCom contacts."""
    orders = world.orders[world.orders["platform"].isin(["taobao", "jd"])]
    seen = orders[["customer", "platform"]].drop_duplicates()
    seen = seen[rng.random(len(seen)) < 0.6].reset_index(drop=True)
    people = world.people.iloc[seen["customer"]].reset_index(drop=True)
    stores = world.chain.stores.iloc[people["store"]].reset_index(drop=True)
    size = len(seen)
    return pd.DataFrame(
        {
            "platform": seen["platform"],
            "account": seen["platform"].map({"taobao": "tb_demo", "jd": "jd_demo"})
            + people["number"].astype(str).str.zfill(5),
            "phone": people["phone"],
            "gender": people["gender"],
            "birthday": people["birthday"],
            "province": stores["province"],
            "city": stores["city"],
            "occupation": rng.choice(["职员", "教师", "学生", "自由职业", ""], size, p=[0.4, 0.1, 0.15, 0.15, 0.2]),
            "since": people["added_at"],
        }
    )


def _who(world: World, customer: np.ndarray | pd.Series) -> pd.DataFrame:
    """Name and phone (where the contact card has one) of these customers, in this order."""
    people = world.people.iloc[np.asarray(customer)]
    phone = np.where(people["knows_phone"], people["phone"], "")
    return pd.DataFrame({"name": people["name"].to_numpy(), "phone": phone})


def _held_moments(rng: np.random.Generator, world: World, mean: float) -> tuple[pd.DataFrame, np.ndarray]:
    """Follows, each drawn Poisson(mean) times, and a moment of theirs after being added, in time order."""
    rows = world.follows.iloc[np.repeat(np.arange(len(world.follows)), rng.poisson(mean, len(world.follows)))]
    added = rows["added_at"].to_numpy().astype("datetime64[s]")
    at = days.at_clock(rng, added + days.seconds(rng.random(len(rows)) * (days.END - added).astype("int64")))
    keep = (at > added) & (at < days.END)
    order = np.argsort(at[keep], kind="stable")
    return rows[keep].iloc[order].reset_index(drop=True), at[keep][order]


def _next_order(world: World, customer: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Position of each customer's first paid order within 20 days after the moment, −1 where there is none."""
    paid = world.orders[world.orders["is_paid"]].reset_index(names="position")
    left = pd.DataFrame({"row": np.arange(len(customer)), "customer": customer, "after": after})
    left = left.dropna(subset="after").sort_values("after")
    found = pd.merge_asof(
        left,
        paid[["customer", "paid_at", "position"]].sort_values("paid_at"),
        left_on="after",
        right_on="paid_at",
        by="customer",
        direction="forward",
        tolerance=pd.Timedelta(days=20),
    ).dropna(subset="position")
    result = np.full(len(customer), -1)
    result[found["row"]] = found["position"].astype(int)
    return result


def _campaign_on(times: np.ndarray) -> np.ndarray:
    """Name of the campaign running at each time, blank between campaigns."""
    starts, ends = (CAMPAIGNS[name].to_numpy().astype("datetime64[s]") for name in ("starts_at", "ends_at"))
    times = np.asarray(times).astype("datetime64[s]")
    running = [(times >= start) & (times <= end) for start, end in zip(starts, ends, strict=True)]
    return np.asarray(np.select(running, list(CAMPAIGNS["campaign"]), ""))


def _count(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows.groupby(["code", rows[column].dt.floor("D").rename("day")]).size()


def _staff_count(rows: pd.DataFrame, column: str, staff: np.ndarray, day: np.ndarray) -> np.ndarray:
    counts = rows.groupby(["staff", rows[column].dt.floor("D")]).size()
    wanted = pd.MultiIndex.from_arrays([staff, pd.DatetimeIndex(day)])
    return np.asarray(counts.reindex(wanted, fill_value=0))
