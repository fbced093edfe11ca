"""Who may import whom, and how large things may be (docs/ARCHITECTURE.md)."""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatch

from tests.source import EVERYTHING, PRODUCT, Module, modules

MAY_IMPORT = {
    "conf": {"conf"},
    "models": {"models", "conf"},
    "services": {"services", "models", "conf"},
    "handlers": {"handlers", "services", "conf"},
    "server": {"handlers", "services", "models", "conf"},
}

ANYWHERE = {"structlog", "typing_extensions", "ujson"}

HOMES = {
    "Crypto": ["services/wechat/crypto.py", "services/wechat/simulator/*"],
    "PIL": ["services/media/*", "services/wechat/simulator/*", "services/demo/*"],
    "aiomysql": ["models/*"],
    "argon2": ["services/passwords.py"],
    "cachetools": ["services/*"],
    "click": ["server.py"],
    "defusedxml": ["services/wechat/pay_xml.py"],
    "fontTools": ["services/media/fonts.py"],
    "limits": ["services/limits.py"],
    "markdown_it": ["handlers/public/docs.py"],
    "mdit_py_plugins": ["handlers/public/docs.py"],
    "peewee": ["models/*"],
    "peewee_async": ["models/*"],
    "peewee_migrate": ["models/*"],
    "playhouse": ["models/*"],
    "prometheus_client": [
        "services/metrics.py",
        "services/watching.py",
        "handlers/public/health.py",
    ],
    "pydantic": ["handlers/*", "conf/settings.py"],
    "pydantic_core": ["handlers/*"],
    "pymysql": ["models/*"],
    "qrcode": ["services/media/*", "services/wechat/simulator/*"],
    "redis": [
        "services/redis_clients.py",
        "services/chat/bus.py",
        "services/chat/channels.py",
    ],
    "regex": ["services/media/lettering.py"],
    "tenacity": ["models/*", "services/*"],
    "throttled": ["services/limits.py", "services/frame_limit.py"],
    "tornado": ["handlers/*", "server.py", "services/wechat/*"],
    "uvloop": ["server.py"],
    "xlsxwriter": ["services/sheets.py"],
}
"""Where each package from outside may be imported; a package that is not here needs a home."""

NO_WEB = ["tornado.web", "tornado.httpserver", "tornado.websocket", "tornado.routing"]

NO_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc"}

MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 40


def external(name: str) -> bool:
    """Whether a module comes from outside: neither ours nor Python's own."""
    top = name.split(".")[0]
    return top not in MAY_IMPORT and top not in sys.stdlib_module_names


def lives_in(module: Module, homes: list[str]) -> bool:
    """Whether a file is one of these."""
    return any(fnmatch(module.path, home) for home in homes)


def test_no_layer_imports_what_stands_above_it() -> None:
    wrong = [
        f"{module.path}:{line}: {name}"
        for module in modules(*PRODUCT)
        for name, line in module.imports()
        if name.split(".")[0] in MAY_IMPORT and name.split(".")[0] not in MAY_IMPORT[module.layer]
    ]
    assert wrong == []


def test_a_package_from_outside_is_imported_in_its_home_only() -> None:
    wrong = [
        f"{module.path}:{line}: {name}"
        for module in modules(*PRODUCT)
        for name, line in module.imports()
        if external(name)
        and name.split(".")[0] not in ANYWHERE
        and not lives_in(module, HOMES.get(name.split(".")[0], []))
    ]
    assert wrong == []


def test_of_the_services_only_the_simulator_serves_http() -> None:
    wrong = [
        f"{module.path}:{line}: {name}"
        for module in modules("services")
        for name, line in module.imports()
        if name.startswith(tuple(NO_WEB)) and "simulator" not in module.path
    ]
    assert wrong == []


def test_no_home_is_kept_for_a_package_that_nobody_imports() -> None:
    used = {name.split(".")[0] for module in modules(*PRODUCT) for name, _ in module.imports()}
    assert HOMES.keys() - used == set()


def test_only_the_command_line_reads_the_environment() -> None:
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in modules(*PRODUCT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and module.path != "server.py"
    ]
    assert wrong == []


def test_nothing_prints() -> None:
    wrong = [
        f"{module.path}:{node.lineno}"
        for module in modules(*PRODUCT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and not module.path.endswith("__main__.py")
    ]
    assert wrong == []


def test_no_module_is_called_after_nothing() -> None:
    wrong = [
        module.path for module in modules(*EVERYTHING) if set(module.name.split(".")) & NO_NAMES
    ]
    assert wrong == []


def test_no_file_is_too_long() -> None:
    wrong = [
        f"{module.path}: {lines}"
        for module in modules(*EVERYTHING)
        if (lines := len(module.text.splitlines())) > MOST_FILE_LINES
    ]
    assert wrong == []


def test_no_function_is_too_long() -> None:
    wrong = [
        f"{module.path}:{node.lineno}: {node.name}: {lines}"
        for module in modules(*EVERYTHING)
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_FUNCTION_LINES
        and not module.path.startswith("models/migrations/")
    ]
    assert wrong == []


def test_public_names_say_what_they_are_for() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    wrong = [
        f"{module.path}:{node.lineno}: {node.name}"
        for module in modules(*PRODUCT)
        for node in module.tree.body
        if isinstance(node, kinds)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert wrong == []
