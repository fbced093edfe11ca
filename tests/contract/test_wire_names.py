"""The documents' spellings stay at the edge: services and models speak English (architecture 3)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.source import Module, docstrings, modules

SPELLINGS = {
    "acount_data",
    "avator_picture_url",
    "chatinfo_count",
    "detailePicture",
    "expedted_pr",
    "headimgurl",
    "mingpian_avatar",
    "mingpian_num",
    "mingpian_phone",
    "o_id",
    "pid_id",
    "quanxian_id",
    "update_expected_pr",
    "user_avator",
}
"""Names on the wire that no rule finds; camelCase of the handlers is added by itself."""

PINYIN = {
    "gongzhonghao",
    "jichushezhi",
    "leida",
    "lunbotu",
    "mingpian",
    "quanxian",
    "shanghuhao",
    "tongxunlu",
    "xiaochengxu",
    "yongjin",
    "youhui",
    "yuzhifu",
}
"""Words that stand in URLs and never in names of ours."""

CAMEL_CASE = re.compile(r"[a-z]+[A-Z]\w*")
NOT_OURS = ("services/wechat/",)
"""WeChat has names on the wire of its own."""


def test_the_inside_knows_no_spelling_of_the_wire() -> None:
    spellings = SPELLINGS | set(camel_case_of_the_wire())
    wrong = [
        f"{module.path}:{line}: {text}"
        for module in inside()
        for text, line in strings(module)
        if spellings & set(re.findall(r"\w+", text))
    ]
    assert wrong == []


def test_no_name_of_ours_is_one_of_the_wire() -> None:
    spellings = SPELLINGS | set(camel_case_of_the_wire())
    wrong = [
        f"{module.path}:{line}: {name}"
        for module in inside()
        for name, line in names(module)
        if name in spellings or PINYIN & set(name.lower().split("_"))
    ]
    assert wrong == []


def inside() -> list[Module]:
    """Everything behind the edge."""
    return [one for one in modules("services", "models") if not one.path.startswith(NOT_OURS)]


def camel_case_of_the_wire() -> Iterator[str]:
    """Find what handlers write on the wire in camelCase: parameters, keys of answers, URLs."""
    for module in modules("handlers"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(r"[\w/{}]+", node.value):
                    yield from CAMEL_CASE.findall(node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield from CAMEL_CASE.findall(node.target.id)


def strings(module: Module) -> Iterator[tuple[str, int]]:
    """Find texts that are no docstrings and do not tell a client which of its fields is wrong."""
    left_out = docstrings(module.tree) | set(fields_complained_of(module))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out:
            yield node.value, node.lineno


def fields_complained_of(module: Module) -> Iterator[ast.AST]:
    """Find the keys of ``errors`` in refusals: ``Invalid(text, {"uid": text})``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                if node.func.id[:1].isupper() and isinstance(argument, ast.Dict):
                    yield from (key for key in argument.keys if key is not None)


def names(module: Module) -> Iterator[tuple[str, int]]:
    """Find the names that a module gives or uses."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.keyword(arg=str(name)):
                yield name, node.value.lineno
