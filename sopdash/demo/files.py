"""The demo as files: what a manager of the chain would download on Monday 2026-11-16."""

from __future__ import annotations

from pathlib import Path

from sopdash.demo import shop_files, template_files, wecom_files
from sopdash.demo.world import world

SEED = 20261116
SNAPSHOTS = 4
"""Weekly group exports, of the last Sundays; memberships and messages tell the groups' story before."""


def write(out: Path, scale: str = "demo", seed: int = SEED) -> list[Path]:
    """Write every export of the synthetic chain into `out` and name the files; same scale and seed, same content."""
    out.mkdir(parents=True, exist_ok=True)
    made = world(scale, seed)
    return [
        *template_files.chain_files(made, out),
        *(shop(made, out) for shop in (shop_files.taobao, shop_files.youzan, shop_files.douyin, shop_files.jd)),
        wecom_files.customer_list(made, out),
        *wecom_files.group_exports(made, out, SNAPSHOTS),
        *template_files.programme_files(made, out, seed),
    ]
