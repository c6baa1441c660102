"""Refused input: one or two lines naming the file, the key, the value given and what is expected.

Every way in which an input can be wrong (broken TOML, an unknown key, a value out of range, a
``ValueError`` of the mesh or materials room) ends as a :class:`Refusal`; the command line prints
it and leaves with :attr:`Exit.REFUSED`. Whatever else escapes is a bug and shows its traceback.
"""

import difflib
import enum
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

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
        self.expected = ""  # so that the value can be quoted as the file has it

    def __str__(self) -> str:
        """``FILE: key.path: reason``, leaving out what is not known."""
        return ": ".join(part for part in (self.file, key_path(self.key), self.reason) if part)


class Unfit(Exception):
    """The environment lacks what the command needs; the text says what, and how to mend it."""


def misfit(given: object, expected: str, *, key: Sequence[str | int] = ()) -> Refusal:
    """Refusal of the value ``given`` at ``key``."""
    refusal = Refusal(f"got {shown(given)}; expected {expected}", key=key)
    refusal.expected = expected
    return refusal


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
    """A value as TOML has it, shortened to fit a line."""
    if value is None:
        return "nothing"
    text = _toml(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)  # escapes line breaks as TOML does
        case Mapping():
            inner = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(_toml(one) for one in value)}]"
    return str(value)


def one_line(text: str) -> str:
    """Text with its line breaks and runs of blanks folded."""
    return " ".join(text.split())


def nearest(word: str, known: Sequence[str]) -> str:
    """``did you mean 'x'?`` where a known word is close, else the list of known words."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"expected one of {', '.join(known)}"
