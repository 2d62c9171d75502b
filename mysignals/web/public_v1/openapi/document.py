"""The OpenAPI 3.1 document of /v1, made from the views that serve, their marks, and the models of what they take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import orjson
from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from mysignals.web.public_v1.answers import Code
from mysignals.web.public_v1.door import permission_of
from mysignals.web.public_v1.executing import is_executed_once

from . import refusals, words
from .operations import OPERATIONS, Operation
from .taken import schema_of
from .values import Untitled

Json = dict[str, Any]
_PREFIX, _DOUBLED = "/v1/", "/v1/v1/"
_NUMBERED = re.compile(r"_\d+\.")
_PLACE = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
_LIMITED = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_REF = "#/components/schemas/{model}"


def document(app: Flask) -> Json:
    """Of what `app` serves below /v1. Raises KeyError for a view that nobody has described."""
    rules = list(_rules(app))
    return {
        "openapi": "3.1.0",
        "info": {"title": "MySignals developer API", "version": "1", "description": words.INTRODUCTION},
        "servers": [{"url": "/"}, {"url": "/api/public"}],
        "security": [{name: [] for name in words.SECURITY_SCHEMES}],
        "paths": _paths(app, rules),
        "components": {
            "schemas": _schemas([_operation(rule) for rule in rules]),
            "headers": words.HEADERS,
            "securitySchemes": words.SECURITY_SCHEMES,
        },
    }


def described(app: Flask) -> set[str]:
    """The endpoints that `document` tells of."""
    return {_endpoint(rule) for rule in _rules(app)}


def _rules(app: Flask) -> Iterator[Rule]:
    """Each once, at the shortest of its addresses."""
    found = (rule for rule in app.url_map.iter_rules() if rule.rule.startswith(_PREFIX))
    return iter(sorted((rule for rule in found if not rule.rule.startswith(_DOUBLED)), key=lambda rule: rule.rule))


def _endpoint(rule: Rule) -> str:
    return _NUMBERED.sub(".", rule.endpoint)


def _operation(rule: Rule) -> Operation:
    return OPERATIONS[_endpoint(rule)]


def _paths(app: Flask, rules: list[Rule]) -> Json:
    found: Json = {}
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = _PLACE.sub(r"{\1}", rule.rule)
            found.setdefault(path, {})[method.lower()] = _told(app.view_functions[rule.endpoint], _operation(rule))
    return found


def _told(view: Any, operation: Operation) -> Json:
    permission, once = permission_of(view), is_executed_once(view)
    refused = (*operation.door, *((Code.CONFLICT,) if once else ()), *operation.refusals)
    found: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "parameters": [*operation.parameters, *([words.IDEMPOTENCY_KEY] if once else [])],
        "responses": _responses(operation, refused),
    }
    if permission:
        found |= {"description": f"{operation.description}\n\nNeeds the permission `{permission}`."}
        found |= {"x-permission": permission}
    else:
        found |= {"security": []}
    if operation.body is not None:
        found["requestBody"] = _request(operation)
    return found


def _request(operation: Operation) -> Json:
    schema = {"$ref": _REF.format(model=operation.body.__name__)}
    examples = {name: {"summary": name, "value": value} for name, value in operation.requests.items()}
    return {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}


def _responses(operation: Operation, refused: tuple[Code, ...]) -> Json:
    # Where two of the same may meet, what was answered first may be answered again.
    once = Code.CONFLICT in refused
    more = operation.headers + (("Idempotent-Replayed",) if once else ())
    success = {
        "description": "As asked.",
        "headers": _headers(*_LIMITED, *more),
        "content": {"application/json": {"schema": _schema_of(operation.answer)}},
    }
    found = {"200": success}
    for status, response in refusals.by_status(refused).items():
        # A failure of ours may come before anything was counted.
        limits = () if status == 500 else _LIMITED
        wait = ("Retry-After",) if status == 429 else ()
        again = ("Idempotent-Replayed",) if once and status in (400, 404, 409) else ()
        headers = _headers(*limits, *wait, *again) | ({"Retry-After": words.PERHAPS_AGAIN} if status == 500 else {})
        found[str(status)] = response | {"headers": headers}
    return found


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, "X-Request-ID")}


def _schema_of(answer: Any) -> Json:
    if isinstance(answer, type) and issubclass(answer, BaseModel):
        return {"$ref": _REF.format(model=answer.__name__)}
    return {"type": "array", "items": _schema_of(get_args(answer)[0])}


def _schemas(operations: list[Operation]) -> Json:
    taken = {one.body.__name__: schema_of(one.body) for one in operations if one.body is not None}
    told = dict.fromkeys(get_args(one.answer)[0] if get_args(one.answer) else one.answer for one in operations)
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in told]
    _, made = models_json_schema(modes, ref_template=_REF, schema_generator=Untitled)
    # What is not told today may be told tomorrow.
    answers = {name: _open(schema) for name, schema in made["$defs"].items()}
    return dict(sorted((taken | answers | {"Failure": refusals.schema()}).items()))


def _open(schema: Json) -> Json:
    return {name: value for name, value in schema.items() if name != "additionalProperties"}


def written(found: Json) -> bytes:
    """As it is served and kept."""
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
