"""``lisic doctor``: what is installed, what is missing or broken, and how to mend it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

State = Literal["ok", "missing", "broken"]


@dataclass(frozen=True)
class Finding:
    """What one examination found.

    Attributes:
        name: What was examined.
        state: ``ok``, ``missing`` or ``broken``.
        detail: Version and place when it is ok, else the cause.
        mend: What to do when it is not ok.
    """

    name: str
    state: State
    detail: str
    mend: str = ""

    def lines(self) -> str:
        """Return the finding as text, the remedy on a line of its own."""
        text = f"{self.state:<8} {self.name:<12} {self.detail}\n"
        return text if self.state == "ok" else text + f"{'':<21} mend: {self.mend}\n"


Examination = Callable[[], Finding]


def run(stream: TextIO, examinations: Sequence[Examination] | None = None) -> int:
    """Examine everything, write a line on each as soon as it is known.

    Args:
        stream: Where the findings go.
        examinations: All of `lisic.scripts.examinations` unless told otherwise.

    Returns:
        0 when everything is ok, else 4: the environment is unfit.
    """
    if examinations is None:
        from lisic.scripts.examinations import EXAMINATIONS

        examinations = EXAMINATIONS
    unfit = 0
    for examine in examinations:
        finding = _found_by(examine)
        unfit += finding.state != "ok"
        stream.write(finding.lines())
        stream.flush()
    stream.write(f"{unfit} of {len(examinations)} are not ok\n" if unfit else "all is well\n")
    return 4 if unfit else 0


def _found_by(examine: Examination) -> Finding:
    """Examine; an examination that fails itself is a finding too, not the end of the others."""
    try:
        return examine()
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        return Finding(examine.__name__, "broken", cause, "see the cause; ./scripts/setup")
