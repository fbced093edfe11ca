"""Articles that a company's official account has published."""

from __future__ import annotations

import peewee

from models.base import MomentField, Table, now, reference
from models.company import Company


class Article(Table):
    """An article; read here only, to say where a customer came from."""

    company = reference(Company)
    title = peewee.CharField(128)
    created_at = MomentField(default=now)
