"""One row for each figure: what was measured, what it may be, and whether it is."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value and its limit in the same unit. `is_floor` turns "at most" into "at least"."""

    what: str
    value: float
    limit: float
    unit: str
    is_floor: bool = False

    @property
    def is_kept(self) -> bool:
        return self.value >= self.limit if self.is_floor else self.value <= self.limit

    def row(self) -> str:
        word = "at least" if self.is_floor else "at most"
        mark = "ok" if self.is_kept else "MISSED"
        return f"{self.what:<72} {self.value:>10,.4g} {self.unit:<6} {word:>8} {self.limit:>8,g}  {mark}"


def show(*figures: Figure) -> None:
    """Print the figures; leave with an error when one misses its limit."""
    print("\n".join(figure.row() for figure in figures), flush=True)
    if not all(figure.is_kept for figure in figures):
        sys.exit(1)
