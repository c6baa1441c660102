"""From pydantic's list of errors to the one refusal that a user can act on."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from lisic.scripts.refusal import Key, Refusal, key_path, misfit, nearest, one_line, shown
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


def from_validation(error: ValidationError, model: type[BaseModel], raw: Any) -> Refusal:
    """The refusal for the first thing wrong in ``raw``, naming the other keys at fault.

    Unknown keys come first: a misspelt key is also a missing one, and the spelling is the cause.
    """
    details = error.errors(include_url=False)
    details.sort(key=lambda detail: detail["type"] != "extra_forbidden")  # stable
    first, *others = (_one(detail, model, raw) for detail in details)
    misspelt = details[0]["type"] == "extra_forbidden"
    further = []
    for other, detail in zip(others, details[1:], strict=True):
        absent = _at(raw, other.key) is None
        follows = (
            other.key == first.key[: len(other.key)]  # a list with a broken entry is too short
            or (absent and detail["type"] not in ("missing", "union_tag_not_found"))
            or (absent and misspelt and other.key[:-1] == first.key[:-1])
        )
        if not follows:
            further.append(key_path(other.key))
    if further:
        more = f" and {len(further) - 5} more" if len(further) > 5 else ""
        first.reason += f"\n  also wrong: {', '.join(further[:5])}{more}"
    return first


def _one(detail: ErrorDetails, model: type[BaseModel], raw: Any) -> Refusal:
    cause = detail.get("ctx", {}).get("error")
    key, field, siblings = _locate(detail["loc"], model, raw)
    given = _at(raw, key)
    match detail["type"]:
        case "value_error" if isinstance(cause, Refusal):
            key = (*key, *cause.key)
            given = _at(raw, key)
            if cause.expected and isinstance(given, str | int | float):
                return misfit(given, cause.expected, key=key)
            return Refusal(cause.reason, key=key)
        case "value_error":
            reason = f"got {shown(given)}; {one_line(str(cause))}"
        case "extra_forbidden":
            reason = f"got an unknown key; {nearest(str(key[-1]), siblings)}"
        case "missing":
            reason = f"got nothing; expected {_meaning(field)}"
        case "union_tag_not_found" | "union_tag_invalid":
            key = (*key, "kind")
            reason = f"got {shown(_at(raw, key))}; expected one of {_tags(field)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            reason = f"got {shown(given)}; expected a table"
        case _:
            reason = f"got {shown(given)}; expected {_expected(detail)}"
    return Refusal(reason, key=key)


def _at(raw: Any, key: Key) -> Any:
    """What the file has at ``key``; None where it has nothing."""
    for part in key:
        if isinstance(part, int):
            raw = raw[part] if isinstance(raw, list) and part < len(raw) else None
        else:
            raw = raw.get(part) if isinstance(raw, Mapping) else None
    return raw


def _expected(detail: ErrorDetails) -> str:
    limits = {
        "greater_than": "a value above {gt:g}",
        "greater_than_equal": "a value of at least {ge:g}",
        "less_than": "a value below {lt:g}",
        "less_than_equal": "a value of at most {le:g}",
        "multiple_of": "a multiple of {multiple_of:g}",
        "too_short": "at least {min_length} of them",
        "literal_error": "{expected}",
        "string_pattern_mismatch": "letters, digits, '-', '_' and '.', a letter or digit first",
        "string_too_long": "at most {max_length} characters",
        "string_type": "text",
        "int_type": "a whole number",
        "tuple_type": "a list",
    }
    if detail["type"] in limits:
        return limits[detail["type"]].format(**detail.get("ctx", {}))
    return one_line(detail["msg"]).removeprefix("Input should be ").replace("valid ", "")


def _meaning(field: FieldInfo | None) -> str:
    if field is None:
        return "a value"
    text = (field.description or "a value").rstrip(".").split(". ")[0]
    text = text[0].lower() + text[1:]
    return f"{text}, such as {shown(field.examples[0])}" if field.examples else text


def _locate(
    loc: Sequence[str | int], model: type[BaseModel], raw: Any
) -> tuple[Key, FieldInfo | None, list[str]]:
    """Key path, field and sibling keys of pydantic's ``loc``.

    pydantic puts the ``kind`` of a table into the path; no user writes it there, so it goes.
    """
    key: list[str | int] = []
    field: FieldInfo | None = None
    models: list[type[BaseModel]] = [model]
    siblings = list(model.model_fields)
    for part in loc:
        tagged = [one for one in models if _kind(one) == part]
        if tagged and _at(raw, (*key, "kind")) == part:
            models = tagged
            siblings = list(tagged[0].model_fields)
            continue
        key.append(part)
        if isinstance(part, int):
            continue
        holders = [one for one in models if part in one.model_fields]
        if holders:
            field = holders[0].model_fields[part]
            siblings = list(holders[0].model_fields)
            models = _models(field.annotation)
        else:
            field = None
            siblings = [name for one in models for name in one.model_fields] or siblings
            models = []
    return tuple(key), field, siblings


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The tables that a field may hold, through lists, optional values and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Annotated, Union, types.UnionType, list, tuple):
        return [model for part in get_args(annotation) for model in _models(part)]
    return []


def _kind(model: type[BaseModel]) -> object:
    field = model.model_fields.get("kind")
    return get_args(field.annotation)[0] if field is not None else None


def _tags(field: FieldInfo | None) -> str:
    models = _models(field.annotation) if field is not None else []
    return ", ".join(str(_kind(model)) for model in models)
