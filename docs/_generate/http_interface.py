"""The HTTP reference, from the OpenAPI document that the server itself hands out."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

from pieces import code, fenced, table

from doorward.doors.http import HttpServices, create_app

Schema = Mapping[str, Any]
_PROBLEM = re.compile(r"`/problems/([a-z-]+)`")
_VERBS = ("get", "put", "post", "delete")


@functools.cache
def _document() -> dict[str, Any]:
    # The document follows from the routes alone; no request is ever served by this application.
    return create_app(cast(HttpServices, SimpleNamespace(metrics=None))).openapi()


def http_operations() -> str:
    """Every operation: what it is for, what it takes, what it answers."""
    parts = []
    for path, operations in _document()["paths"].items():
        for verb in _VERBS:
            if verb in operations:
                parts.append(_operation(verb, path, operations[verb]))
    return "\n".join(parts)


def http_schemas() -> str:
    """Every schema: fields, types, meaning, and an example where there is one."""
    return "\n".join(
        _schema(name, schema) for name, schema in sorted(_document()["components"]["schemas"].items())
    )


def _operation(verb: str, path: str, operation: Schema) -> str:
    lines = [
        f"### {verb.upper()} `{path}`",
        f"**{operation['summary']}.** {operation.get('description', '')}",
    ]
    if parameters := operation.get("parameters"):
        lines.append(table(("parameter", "in", "type", "meaning"), map(_parameter, parameters)))
    if body := operation.get("requestBody"):
        kinds = [f"{code(kind)} {_type(content['schema'])}" for kind, content in body["content"].items()]
        lines.append("Body: " + ", or ".join(kinds) + ".")
    lines.append(table(("status", "answer", "meaning"), map(_response, operation["responses"].items())))
    return "\n\n".join(lines) + "\n"


def _parameter(parameter: Schema) -> tuple[str, str, str, str]:
    schema = parameter.get("schema") or next(iter(parameter["content"].values()))["schema"]
    meaning = parameter.get("description") or schema.get("description") or ""
    return code(parameter["name"]), parameter["in"], _type(schema), meaning


def _response(item: tuple[str, Schema]) -> tuple[str, str, str]:
    status, response = item
    types = [_type(content.get("schema", {})) for content in response.get("content", {}).values()]
    return (
        status,
        ", ".join(types),
        _PROBLEM.sub(r"[`/problems/\1`](problems.md#\1)", response.get("description", "")),
    )


def _schema(name: str, schema: Schema) -> str:
    lines = [f"### {name}", schema.get("description", "")]
    if "enum" in schema:
        lines.append("One of " + ", ".join(code(json.dumps(value)) for value in schema["enum"]) + ".")
    if properties := schema.get("properties"):
        required = schema.get("required", ())
        rows = (
            (code(field), _type(one), _meaning(one, field in required)) for field, one in properties.items()
        )
        lines.append(table(("field", "type", "meaning"), rows))
    lines += [
        fenced(json.dumps(one, indent=2, ensure_ascii=False), "json") for one in schema.get("examples", ())
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _meaning(schema: Schema, required: bool) -> str:
    return " ".join(filter(None, ["Required." if required else "", schema.get("description", "")]))


def _type(schema: Schema) -> str:
    """A type in few words, with links to the other schemas."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(dict.fromkeys(_type(choice) for choice in choices))
    if "enum" in schema:
        return " or ".join(code(json.dumps(value)) for value in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return " ".join([str(kind), *_limits(schema)])


def _limits(schema: Schema) -> Iterator[str]:
    if "format" in schema:
        yield f"({schema['format']})"
    if "maxLength" in schema:
        yield f"≤ {schema['maxLength']} characters"
    if "minimum" in schema and "maximum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
