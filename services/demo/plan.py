"""What is going to be stored, row by row, before anything is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import TABLES
from models.base import Table
from services.demo.moments import Moments
from services.demo.pictures import Pictures
from services.demo.texts import Facts
from services.wechat.crypto import SecretBox

Row = dict[str, Any]
Pair = tuple[int, int]

OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a customer did, under the name that it has in the texts."""

    at: datetime
    company_id: int
    pair: Pair
    name: str
    subject: str = ""
    diary_id: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """What the migrations have put into every database.

    Args:
        tags: the ids of the system's tags, by name.
        own_group_id: the group that reps' own tags stand in.
    """

    tags: dict[str, int]
    own_group_id: int
    last_tag_id: int
    last_phrase_id: int


class Plan:
    """The rows of all tables, and what must be replayed to count it.

    Args:
        system: the texts that all companies share.
        shared: the rows that are there already.
        password_hash: of each rep, by id.
    """

    def __init__(
        self,
        now: datetime,
        system: Facts,
        shared: Shared,
        secrets: SecretBox,
        password_hash: dict[int, str],
    ) -> None:
        self.moments = Moments(now)
        self.system = system
        self.shared = shared
        self.secrets = secrets
        self.password_hash = password_hash
        self.pictures = Pictures()
        self.deeds: list[Deed] = []
        self._rows: dict[type[Table], list[Row]] = {table: [] for table in TABLES}

    def add(self, table: type[Table], **columns: Any) -> Row:
        """Plan a row; without an ``id`` it gets one by its age when all are planned."""
        rows = self._rows[table]
        # An insert of many rows takes its columns from the first and drops what others have more.
        assert not rows or rows[0].keys() == columns.keys(), (table, columns)
        rows.append(columns)
        return columns

    def rows(self, table: type[Table]) -> list[Row]:
        """Give the rows that a table will have."""
        return self._rows[table]

    def find(self, table: type[Table], **columns: Any) -> Row:
        """Find the row that has these values."""
        return next(row for row in self._rows[table] if columns.items() <= row.items())

    def filled(self) -> Iterator[tuple[type[Table], list[Row]]]:
        """Give the tables that get rows, each behind those that it refers to."""
        for table, rows in self._rows.items():
            if not rows:
                continue
            if "id" not in rows[0]:
                rows.sort(key=lambda row: row.get("created_at") or row.get("searched_at", OLDEST))
                for number, row in enumerate(rows, 1):
                    row["id"] = number
            yield table, rows


def as_json(value: object) -> str:
    """Write JSON as the columns keep it."""
    return json.dumps(value, ensure_ascii=False)
