"""The API's description in OpenAPI 3.1, written from the endpoints' own declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, get_type_hints

from pydantic import AliasChoices, TypeAdapter

from handlers.base import JSON_TYPE
from handlers.call import Redirect, Streamed
from handlers.codes import Code
from handlers.endpoint import Endpoint, Raw
from handlers.exports import MEDIA_TYPES, FileParams
from handlers.wire import Wire

REF: Final = "#/components/schemas/{model}"

CALLERS: Final = {
    "Rep": "a rep (雷达用户)",
    "AdminRep": "a rep with role 1 (管理员)",
    "MiniCustomer": "a customer of the mini program (小程序客户)",
    "OfficialCustomer": "a customer of the official account (公众号客户)",
}
FAMILIES: Final = ("xiaochengxu", "gongzhonghao", "qiyeweixin", "admin", "public")
"""The order in which they are shown."""
SIGNATURE: Final = {
    "user_id": "the caller's id",
    "timestamp": "milliseconds since 1970, as text",
    "rand_str": "md5 of timestamp and token, in lower-case hex",
}

Json = dict[str, Any]


def describe(endpoints: Iterable[Endpoint], raw: Iterable[Raw]) -> Json:
    """Write the description of these endpoints and ordinary handlers."""
    paths: dict[str, Json] = {}
    components: Json = {}
    for each in endpoints:
        for path in each.paths:
            operations = paths.setdefault(path.rstrip("/"), {})
            operation = _operation(each, components)
            if path != each.paths[-1]:  # served as printed, but meant to be the last one
                operation |= {"operationId": f"{each.name} at {path}", "deprecated": True}
            method = each.method.lower()
            if method in operations:
                operation = _merged(operations[method], operation)
            operations[method] = operation
    for handler in raw:
        paths[handler.shown] = {handler.method: _raw_operation(handler)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zhugeleida (诸葛雷达)",
            "version": "0.1.0",
            "description": _INTRODUCTION,
        },
        "tags": [{"name": family} for family in FAMILIES],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                name: {"type": "apiKey", "in": "query", "name": name, "description": text}
                for name, text in SIGNATURE.items()
            },
        },
    }


_INTRODUCTION = (
    "Every answer is `{code, msg, data}`. Every call but the logins is signed: `user_id`,"
    " `timestamp` (milliseconds) and `rand_str` = md5(timestamp + token) stand in the query, also"
    " of a POST. Codes: "
    + ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in Code)
    + ".\n\nLive chat is a websocket at `/zhugeleida/public/websocket/xiaochengxu` (customers) and"
    " `/zhugeleida/public/websocket/leida` (reps): see [its frames](/docs/websocket)."
)


def _operation(each: Endpoint, components: Json) -> Json:
    names = " or ".join(CALLERS[kind.__name__] for kind in each.callers) or "anybody"
    operation: Json = {
        "operationId": each.name,
        "summary": (each.run.__doc__ or "").split("\n", 1)[0],
        "description": f"Called by {names}.",
        "tags": [each.family],
        "responses": {"200": _response(each, components)},
        "security": [{name: [] for name in SIGNATURE}] if each.callers else [],
    }
    if each.params is not None:
        schema = _params_schema(each.params)
        in_path = set(re.findall(r"{(\w+)}", each.paths[-1]))
        is_post = each.method == "POST"
        operation["parameters"] = [
            _parameter(name, field, schema, in_path)
            for name, field in schema["properties"].items()
            if name in in_path or not is_post
        ]
        if is_post:
            operation["requestBody"] = _body(schema, in_path)
    return operation


def _raw_operation(raw: Raw) -> Json:
    return {
        "operationId": raw.shown.strip("/").replace("/", ".") or "root",
        "summary": (raw.handler.__doc__ or "").split("\n", 1)[0],
        "tags": ["public"],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", raw.shown)
        ],
        "responses": {"default": {"description": "A page or a file."}},
        "security": [],
    }


def _params_schema(params: type[Wire]) -> Json:
    """The schema of parameters under the names that the documents print."""
    schema = params.model_json_schema(by_alias=True, ref_template=REF)
    printed = {}
    for info in params.model_fields.values():
        alias = info.validation_alias
        assert isinstance(alias, AliasChoices)
        first = str(alias.choices[0])
        found = next(
            schema["properties"][name]
            for name in map(str, alias.choices)
            if name in schema["properties"]
        )
        printed[first] = found
    required = [
        str(info.validation_alias.choices[0])
        for info in params.model_fields.values()
        if info.is_required() and isinstance(info.validation_alias, AliasChoices)
    ]
    return {"properties": _bounded(printed), "required": required}


_BOUNDS = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}


def _bounded(schema: Any) -> Any:
    """Call the bounds of a number as JSON Schema does, which pydantic does not behind a union."""
    if isinstance(schema, list):
        return [_bounded(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key if isinstance(value, dict) else _BOUNDS.get(key, key): _bounded(value)
        for key, value in schema.items()
    }


def _parameter(name: str, field: Json, schema: Json, in_path: set[str]) -> Json:
    return {
        "name": name,
        "in": "path" if name in in_path else "query",
        "required": name in in_path or name in schema["required"],
        "description": field.get("title", ""),
        "schema": field,
    }


def _body(schema: Json, in_path: set[str]) -> Json:
    content = {
        "schema": {
            "type": "object",
            "properties": {
                name: field for name, field in schema["properties"].items() if name not in in_path
            },
            "required": [name for name in schema["required"] if name not in in_path],
        }
    }
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
    return {"content": dict.fromkeys(kinds, content)}


def _response(each: Endpoint, components: Json) -> Json:
    answer = get_type_hints(each.run, include_extras=True)["return"]
    if answer is Redirect:
        return {"description": "A redirect (302) to the front end."}
    if answer is Streamed:
        is_table = each.params is not None and issubclass(each.params, FileParams)
        return {
            "description": "A file, without the envelope; a refusal has it.",
            "content": {kind: {} for kind in (MEDIA_TYPES.values() if is_table else [JSON_TYPE])},
        }
    data: Json = {"type": "object"}
    if answer is not type(None):
        data = TypeAdapter(answer).json_schema(ref_template=REF)
        components.update(data.pop("$defs", {}))
    return {
        "description": each.success or "OK",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["code", "msg", "data"],
                    "properties": {
                        "code": {"type": "integer"},
                        "msg": {"type": "string"},
                        "data": data,
                    },
                }
            }
        },
    }


def _merged(first: Json, second: Json) -> Json:
    """Two endpoints behind one URL, told apart by who signs."""
    known = {parameter["name"] for parameter in first.get("parameters", ())}
    parameters = [
        *({**parameter, "required": False} for parameter in first.get("parameters", ())),
        *(
            {**parameter, "required": False}
            for parameter in second.get("parameters", ())
            if parameter["name"] not in known
        ),
    ]
    merged = {
        **first,
        "description": f"{first['description']} {second['description']}",
        "operationId": f"{first['operationId']}+{second['operationId']}",
    }
    if parameters:
        merged["parameters"] = parameters
    if "requestBody" in first:
        merged["requestBody"] = _merged_body(first["requestBody"], second["requestBody"])
    return merged


def _merged_body(first: Json, second: Json) -> Json:
    return {
        "content": {
            kind: {"schema": {"anyOf": [content["schema"], second["content"][kind]["schema"]]}}
            for kind, content in first["content"].items()
        }
    }
