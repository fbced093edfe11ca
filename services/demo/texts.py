"""Reads what the demo data says, from the TOML files in ``data/``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

Facts = dict[str, Any]

DATA: Final = Path(__file__).parent / "data"


def system() -> Facts:
    """Read what all companies share."""
    return _read(DATA / "system.toml")


def companies() -> list[Facts]:
    """Read the companies, each from all files of its folder, with their lists joined."""
    return [_joined(folder) for folder in sorted(DATA.glob("company_*"))]


def _joined(folder: Path) -> Facts:
    facts: Facts = {}
    for path in sorted(folder.glob("*.toml")):
        for name, value in _read(path).items():
            if isinstance(value, list):
                facts[name] = facts.get(name, []) + value
            else:
                facts[name] = value
    return facts


def _read(path: Path) -> Facts:
    return tomllib.loads(path.read_text(encoding="utf-8"))
