"""Refused input: one or two lines naming the file, the key, the value given and what is expected.

Every way in which an input can be wrong (broken TOML, an unknown key, a value out of range, a
``ValueError`` of the mesh or materials room) ends as a :class:`Refusal`; the command line prints
it and leaves with :attr:`Exit.REFUSED`. Whatever else escapes is a bug and shows its traceback.
"""

import difflib
import enum
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Key = tuple[str | int, ...]


class Exit(enum.IntEnum):
    """Exit codes of every command."""

    DONE = 0
    REFUSED = 2
    STOPPED_EARLY = 3
    UNFIT = 4


class Refusal(ValueError):
    """An input that is refused."""

    def __init__(self, reason: str, *, key: Sequence[str | int] = (), file: str = "") -> None:
        """Refuse for ``reason``: what was given and what is expected.

        Args:
            reason: one or two lines.
            key: path of the key within the file, or within the table whose validator raises it.
            file: the file, as the user named it.
        """
        super().__init__(reason)
        self.reason = reason
        self.key: Key = tuple(key)
        self.file = file

    def __str__(self) -> str:
        """``FILE: key.path: reason``, leaving out what is not known."""
        return ": ".join(part for part in (self.file, key_path(self.key), self.reason) if part)


class Unfit(Exception):
    """The environment lacks what the command needs; the text says what, and how to mend it."""


def misfit(given: object, expected: str, *, key: Sequence[str | int] = ()) -> Refusal:
    """Refusal of the value ``given`` at ``key``."""
    return Refusal(f"got {shown(given)}; expected {expected}", key=key)


@contextmanager
def blamed_on(*key: str | int, file: str = "") -> Iterator[None]:
    """Turn a ``ValueError`` that a room raises inside the block into a refusal of ``key``.

    A refusal that passes keeps its own key and gains the file if it has none.
    """
    try:
        yield
    except Refusal as refusal:
        refusal.file = refusal.file or file
        raise
    except ValueError as error:
        raise Refusal(one_line(str(error)), key=key, file=file) from error


def key_path(key: Key) -> str:
    """``("step", 1, "current")`` as ``step[2].current``; tables in a list are counted from 1."""
    path = ""
    for part in key:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def shown(value: object) -> str:
    """A value as the user wrote it, shortened to fit a line."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_line(text: str) -> str:
    """Text with its line breaks and runs of blanks folded."""
    return " ".join(text.split())


def nearest(word: str, known: Sequence[str]) -> str:
    """``did you mean 'x'?`` where a known word is close, else the list of known words."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"expected one of {', '.join(known)}"


def from_validation(error: ValidationError, model: type[BaseModel], raw: Any) -> Refusal:
    """The refusal for the first thing wrong in ``raw``, naming the other keys at fault.

    Unknown keys come first: a misspelt key is also a missing one, and the spelling is the cause.
    """
    details = error.errors(include_url=False)
    details.sort(key=lambda detail: detail["type"] != "extra_forbidden")  # stable
    first, *others = (_one(detail, model, raw) for detail in details)
    further = [key_path(other.key) for other in others if other.key != first.key]
    if further:
        more = f" and {len(further) - 5} more" if len(further) > 5 else ""
        first.reason += f"\n  also wrong: {', '.join(further[:5])}{more}"
    return first


def _one(detail: ErrorDetails, model: type[BaseModel], raw: Any) -> Refusal:
    cause = detail.get("ctx", {}).get("error")
    key, given, field, siblings = _locate(detail["loc"], model, raw)
    match detail["type"]:
        case "value_error" if isinstance(cause, Refusal):
            return Refusal(cause.reason, key=(*key, *cause.key))
        case "value_error":
            reason = f"got {shown(given)}; {one_line(str(cause))}"
        case "extra_forbidden":
            reason = f"got an unknown key; {nearest(str(key[-1]), siblings)}"
        case "missing":
            reason = f"got nothing; expected {_meaning(field)}"
        case "union_tag_not_found":
            key = (*key, "kind")
            reason = f"got nothing; expected one of {_tags(field)}"
        case "union_tag_invalid":
            given = given.get("kind") if isinstance(given, Mapping) else given
            key = (*key, "kind")
            reason = f"got {shown(given)}; expected one of {_tags(field)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            reason = f"got {shown(given)}; expected a table"
        case _:
            reason = f"got {shown(given)}; expected {_expected(detail)}"
    return Refusal(reason, key=key)


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
) -> tuple[Key, Any, FieldInfo | None, list[str]]:
    """Key path, value given, field and sibling keys of pydantic's ``loc``.

    pydantic puts the ``kind`` of a table into the path; no user writes it there, so it goes.
    """
    key: list[str | int] = []
    field: FieldInfo | None = None
    models: list[type[BaseModel]] = [model]
    siblings = list(model.model_fields)
    for part in loc:
        tagged = [one for one in models if _kind(one) == part]
        if tagged and isinstance(raw, Mapping) and raw.get("kind") == part and part not in raw:
            models = tagged
            siblings = list(tagged[0].model_fields)
            continue
        key.append(part)
        if isinstance(part, int):
            raw = raw[part] if isinstance(raw, Sequence) and part < len(raw) else None
            continue
        raw = raw.get(part) if isinstance(raw, Mapping) else None
        holders = [one for one in models if part in one.model_fields]
        if holders:
            field = holders[0].model_fields[part]
            siblings = list(holders[0].model_fields)
            models = _models(field.annotation)
        else:
            field = None
            siblings = [name for one in models for name in one.model_fields] or siblings
            models = []
    return tuple(key), raw, field, siblings


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
