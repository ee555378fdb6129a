"""Who sees what: roles, row scope, masking. Every data function takes a `Viewer`.

Roles (settled in the product's answers): owner and manager see all; operator sees all, phones masked; store sees the
customers with a follow or an order of the own stores and the totals of the same; staff sees the own follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    OPERATOR = "operator"
    STORE = "store"
    STAFF = "staff"


@dataclass(frozen=True)
class Viewer:
    """One person looking: name for the audit, role, and the stores and staff names a narrow role is bound to."""

    name: str
    role: Role
    stores: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()

    @property
    def scope(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Row scope as (dimension, allowed values) pairs; empty for who sees everything. Part of every cache key."""
        if self.role is Role.STORE:
            return (("store", self.stores),)
        if self.role is Role.STAFF:
            return (("staff", self.staff),)
        return ()

    @property
    def may_unmask(self) -> bool:
        """Whether full phone numbers may be handed out (with a purpose, and logged)."""
        return self.role in (Role.OWNER, Role.MANAGER)


LOCAL_OWNER = Viewer(name="owner", role=Role.OWNER)
"""The viewer where no sign-in is configured: the app then listens on loopback only."""
