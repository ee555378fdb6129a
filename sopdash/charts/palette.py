"""Colours: neutral greys, one accent, one fixed colour per channel.

`#0000nn` are stand-ins that Streamlit's plotly theme replaces in the browser by the colours of
`.streamlit/config.toml`, so one cached figure is right in light and dark. The channel colours are mid-tones with at
least 3:1 on both grounds.
"""

from __future__ import annotations

from zlib import crc32

ACCENT = "#000001"
MUTED = "#000002"
TEXT = "#000036"
GRID = "#000035"
GROUND = "#000038"
BETTER = "#2A9D5C"
WORSE = "#D9534A"
SEQUENTIAL = [[step / 9, f"#0000{11 + step}"] for step in range(10)]
"""Colour scale of heat-maps, pale to strong."""

CHANNELS: dict[str, str] = {
    "抖音": "#7A5AE0",
    "小红书": "#D6456B",
    "微博": "#D9772B",
    "公众号": "#2E9E5B",
    "小程序": "#1E9AA0",
    "视频号": "#C08A1E",
    "淘宝": "#E0632E",
    "天猫": "#C9473B",
    "京东": "#B5404A",
    "快手": "#DB7A4B",
    "包裹卡": "#8C6F4E",
    "短信": "#5C86C4",
    "门店海报": "#3F74D6",
    "门店": "#3F74D6",
    "员工": "#6B8E3D",
    "线下活动": "#A5629B",
}
_OTHERS = ("#4D8AC0", "#B0703A", "#5F9150", "#9A64B5", "#B65C5C", "#3C9488", "#8C7A4F", "#6F7BC9")
UNKNOWN = "#8A94A6"


def channel(name: str | None) -> str:
    """The colour of a channel, the same on every page and in every session."""
    if not name or name == "unknown":
        return UNKNOWN
    return CHANNELS.get(name) or _OTHERS[crc32(name.encode()) % len(_OTHERS)]
