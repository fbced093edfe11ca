"""The project's own source, read with ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCT = ("conf", "models", "services", "handlers", "server.py")
EVERYTHING = (*PRODUCT, "tests", "benchmarks")


@dataclass(frozen=True)
class Module:
    """A file of ours."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return parsed(self.path, self.text)

    @property
    def layer(self) -> str:
        """The directory at the top that it is in, or its own name."""
        return self.path.split("/")[0].removesuffix(".py")

    @property
    def name(self) -> str:
        """As others import it."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def imports(self) -> Iterator[tuple[str, int]]:
        """Give every module that it imports, in full, wherever in the file, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}:{node.lineno}: a relative import"
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno


@lru_cache
def parsed(path: str, text: str) -> ast.Module:
    """Parse a file, once."""
    return ast.parse(text, path)


@lru_cache
def modules(*tops: str) -> tuple[Module, ...]:
    """Read all files of these directories."""
    found = []
    for top in tops:
        paths = [ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py"))
        found += [Module(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in paths]
    return tuple(found)


def docstrings(tree: ast.Module) -> set[ast.AST]:
    """The strings that stand alone: docstrings of modules, classes, functions and constants."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
