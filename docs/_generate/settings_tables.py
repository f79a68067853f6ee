"""The settings reference, from the pydantic models."""

import types
import typing
from pathlib import Path
from typing import Any

from pieces import cell, code, table
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from doorward.settings import Settings

_NAMES: dict[Any, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "true or false",
    Path: "path",
    SecretStr: "secret text",
}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def settings_tables() -> str:
    """One table for each table of `doorward.toml`."""
    parts = []
    for name, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            parts.append(_one_table(name, model))
    return "\n".join(parts)


def _one_table(name: str, model: type[BaseModel]) -> str:
    rows = [
        (code(key), _kind(field), _default(key, field), field.description or "")
        for key, field in model.model_fields.items()
    ]
    return f"### `[{name}]`\n\n" + table(("key", "value", "default", "what it is"), rows)


def _kind(field: FieldInfo) -> str:
    bounds = [
        f"{sign} {getattr(one, attribute)}"
        for one in field.metadata
        for attribute, sign in _BOUNDS.items()
        if getattr(one, attribute, None) is not None
    ]
    return cell(", ".join([_type_name(field.annotation), *bounds]))


def _type_name(annotation: Any) -> str:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        annotation = next(one for one in typing.get_args(annotation) if one is not type(None))
    return str(_NAMES.get(annotation) or getattr(annotation, "__name__", annotation))


def _default(key: str, field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return code(str(value).lower())
    if key.endswith("_bytes"):
        return f"`{value}` ({_bytes(value)})"
    return code(f"{value:g}" if isinstance(value, float) else str(value))


def _bytes(value: int) -> str:
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if value % size == 0:
            return f"{value // size} {unit}"
    return f"{value} bytes"
