"""Starter playbooks, one TOML file each: operators' usual procedures, to be adopted and changed."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sopdash.errors import UnknownName
from sopdash.playbook.step import Stage, Step, Timing
from sopdash.text import Text


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Draft(_Strict):
    """A step to be, in both languages."""

    stage: Stage
    name: Text
    timing: Timing
    owner: Text = Text(zh="", en="")
    script: Text = Text(zh="", en="")


class Starter(_Strict):
    """A named set of steps."""

    name: str
    label: Text
    step: tuple[Draft, ...]

    def steps(self, lang: str) -> list[Step]:
        """The steps in one language, not stored yet."""
        return [
            Step(
                playbook=self.label.say(lang), stage=draft.stage, name=draft.name.say(lang), timing=draft.timing,
                owner=draft.owner.say(lang), script=draft.script.say(lang), position=position,
            )
            for position, draft in enumerate(self.step, 1)
        ]  # fmt: skip


class _Starters(dict[str, Starter]):
    def __missing__(self, name: str) -> Starter:
        raise UnknownName("unknown_starter", name=name, allowed=", ".join(self))


@cache
def starters() -> dict[str, Starter]:
    """All starter playbooks by name."""
    paths = sorted((Path(__file__).parent / "starters").glob("*.toml"))
    return _Starters(
        {
            path.stem: Starter.model_validate({"name": path.stem, **tomllib.loads(path.read_text("utf-8"))})
            for path in paths
        }
    )
