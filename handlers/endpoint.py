"""How an endpoint is declared, and how all of them are found."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final, NamedTuple, get_args

import handlers
from handlers.wire import Wire
from services.principals import AdminRep, Principal

ATTRIBUTE: Final = "__endpoint__"


class Raw(NamedTuple):
    """An ordinary RequestHandler; ``shown`` and ``method`` are as the API description has them."""

    pattern: str
    handler: type
    options: dict[str, Any]
    shown: str
    method: str = "get"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The facts of one endpoint: what calls it, who may, with what, and what it says."""

    method: str
    paths: tuple[str, ...]
    callers: tuple[type[Principal], ...]
    params: type[Wire] | None
    success: str
    run: Callable[..., Awaitable[Any]]
    setting: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    audited: bool | None = None

    @property
    def is_audited(self) -> bool:
        """Whether the audit log has an entry of each call: what it says, else by the rule.

        The rule: whatever changes something in the back office, or is a manager's to change.
        """
        if self.audited is not None:
            return self.audited
        is_back_office = any(path.split("/")[2] == "admin" for path in self.paths)
        return self.method == "POST" and (is_back_office or AdminRep in self.callers)

    @property
    def family(self) -> str:
        """The URL family: the segment behind the root."""
        return self.paths[-1].split("/")[2]

    @property
    def name(self) -> str:
        """Module and function, as logs, metrics and the API description name it."""
        module = self.run.__module__.removeprefix("handlers.")
        return f"{module}.{self.run.__name__}"


def endpoint(
    method: str,
    *paths: str,
    caller: Any,
    params: type[Wire] | None = None,
    success: str,
    setting: str | None = None,
    audited: bool | None = None,
    **extra: Any,
) -> Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[Any]]]:
    """Declare the function below as what serves a call.

    Args:
        method: GET or POST.
        paths: the literal URLs; where there are several, the one that is meant comes last.
        caller: the kind of principal that signs the call, a union of kinds, or None for nobody.
        params: path, query and body, merged and validated once.
        success: the ``msg`` of a success (decisions E4, S7, S8).
        setting: the setting without which the call is refused like one that nobody may make.
        audited: whether calls stand in the audit log, where the rule of ``Endpoint`` errs.
        extra: what else the answer has beside its data, such as the empty ``note={}`` that some
            samples print.
    """
    kinds = () if caller is None else get_args(caller) or (caller,)

    def declare(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        declared = Endpoint(method, paths, kinds, params, success, run, setting, extra, audited)
        setattr(run, ATTRIBUTE, declared)
        return run

    return declare


@functools.cache
def collect() -> Sequence[Endpoint]:
    """Find every declared endpoint in the modules of the families, in the order of their names."""
    return [
        getattr(function, ATTRIBUTE)
        for module in _modules()
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if hasattr(function, ATTRIBUTE) and function.__module__ == module.__name__
    ]


def collect_raw() -> list[Raw]:
    """Find the ordinary RequestHandlers that modules list in their ``RAW``."""
    return [entry for module in _modules() for entry in getattr(module, "RAW", ())]


@functools.cache
def _modules() -> Sequence[ModuleType]:
    return [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(handlers.__path__, "handlers.")
        if not info.ispkg and info.name.count(".") > 1
    ]


class Routes:
    """Which endpoints a path leads to, whatever slashes and ``/0`` a client adds (decisions E5)."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._exact: dict[str, list[Endpoint]] = {}
        self._patterns: list[tuple[re.Pattern[str], list[Endpoint]]] = []
        patterns: dict[str, list[Endpoint]] = {}
        for each in endpoints:
            for path in each.paths:
                if "{" in path:
                    patterns.setdefault(path, []).append(each)
                    continue
                path = path.rstrip("/")
                for form in dict.fromkeys((path, path.removesuffix("/0"))):
                    self._exact.setdefault(form, []).append(each)
        for path, found in patterns.items():
            expression = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
            self._patterns.append((re.compile(expression), found))

    def find(self, path: str) -> tuple[list[Endpoint], dict[str, str]]:
        """Find the endpoints of a path, of every method and caller, and what the path says."""
        path = "/" + path.strip("/")
        for candidate in (path, path.removesuffix("/0")):
            found = self._exact.get(candidate)
            if found:
                return found, {}
        for pattern, found in self._patterns:
            match = pattern.fullmatch(path)
            if match:
                return found, match.groupdict()
        return [], {}
