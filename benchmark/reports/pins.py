"""Places for numbered pins on a floor plan, so that none hides another. Pure."""

from collections import defaultdict
from itertools import product

Point = tuple[float, float]
ROUNDS = 60


def spread(points: list[Point], width: float, height: float, size: float) -> list[Point]:
    """Where the middles of round pins go: at their points, or as near as they can without touching.

    points   in 0..1 of the picture's width and height, as are the results
    width    and height of the picture and size of a pin, in one unit of length

    Pins that overlap push each other apart a little, many times over; neighbours are found by a grid of squares.
    """
    placed = [[x * width, y * height + i * 1e-6] for i, (x, y) in enumerate(points)]
    for _ in range(ROUNDS):
        _keep_inside(placed, width, height, size)
        if not _push_apart(placed, size):
            break
    _keep_inside(placed, width, height, size)
    return [(x / width, y / height) for x, y in placed]


def _keep_inside(placed: list[list[float]], width: float, height: float, size: float) -> None:
    for point in placed:
        point[0] = min(max(point[0], size / 2), width - size / 2)
        point[1] = min(max(point[1], size / 2), height - size / 2)


def _push_apart(placed: list[list[float]], size: float) -> bool:
    """One round; False when nothing touched."""
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (x, y) in enumerate(placed):
        squares[int(x // size), int(y // size)].append(i)
    is_moved = False
    for (column, row), members in list(squares.items()):
        near = [
            j for dx, dy in product((-1, 0, 1), repeat=2) for j in squares.get((column + dx, row + dy), ())
        ]
        for i, j in product(members, near):
            if i < j:
                is_moved |= _part(placed[i], placed[j], size)
    return is_moved


def _part(one: list[float], other: list[float], size: float) -> bool:
    dx, dy = other[0] - one[0], other[1] - one[1]
    apart = (dx * dx + dy * dy) ** 0.5
    if apart >= size * 0.999:
        return False
    push = (size - apart) / 2
    ux, uy = (dx / apart, dy / apart) if apart > 1e-9 else (1.0, 0.0)
    one[0], one[1] = one[0] - ux * push, one[1] - uy * push
    other[0], other[1] = other[0] + ux * push, other[1] + uy * push
    return True
