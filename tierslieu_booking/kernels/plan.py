"""Draw a plan: rooms side by side, and what stands in them.

Everything is in the units of the drawing, which are the pixels of the width it
is made for: what is written in a room keeps its size.

>>> [tuple(round(side) for side in box) for box in treemap([6, 3, 3], Box(0, 0, 120, 60))]
[(0, 0, 60, 60), (60, 0, 60, 30), (60, 30, 60, 30)]
>>> treemap([], Box(0, 0, 120, 60))
[]
>>> len(furniture("coworking", 20, Box(0, 0, 300, 200)))
40
>>> furniture("coworking", 20, Box(0, 0, 20, 10))
[]
"""

import math
from typing import NamedTuple

# What a room of the plan needs at least, to be read and tapped.
ROOM_AREA = 13_000
# Below this size furniture is a smudge.
SMALLEST = 9
# More than this is a crowd: it is drawn as one.
MOST_SEATS = 60
MOST_CHAIRS = 14


class Box(NamedTuple):
    x: float
    y: float
    w: float
    h: float

    def inset(self, by):
        """Return what is left within a margin.

        >>> Box(0, 0, 10, 4).inset(1)
        Box(x=1, y=1, w=8, h=2)
        """
        return Box(self.x + by, self.y + by, max(self.w - 2 * by, 0), max(self.h - 2 * by, 0))


class Shape(NamedTuple):
    """A piece of furniture: a rounded rectangle. `unit` is which of the units it is, or None."""

    x: float
    y: float
    w: float
    h: float
    r: float
    unit: int = None


# -- Rooms


def treemap(weights, box):
    """Share a box between weights, in rooms as square as can be: boxes, in the same order.

    The squarified treemap of Bruls, Huizing and van Wijk.
    """
    order = sorted(range(len(weights)), key=lambda nth: -weights[nth])
    total = sum(weights)
    areas = [weights[nth] * box.w * box.h / total for nth in order] if total else []
    placed = []
    while areas:
        side = min(box.w, box.h)
        count = 1
        while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
            count += 1
        row, areas = areas[:count], areas[count:]
        boxes, box = _lay(row, box)
        placed += boxes
    found = dict(zip(order, placed, strict=True))
    return [found[nth] for nth in range(len(weights))]


def _worst(areas, side):
    """Return how far from a square the worst room of a row along a side is."""
    thick = sum(areas) / side
    return max(max(thick * thick / area, area / (thick * thick)) for area in areas)


def _lay(areas, box):
    """Lay a row along the shorter side of a box: (rooms, what is left of the box)."""
    rooms = []
    if box.w >= box.h:
        thick, y = sum(areas) / box.h, box.y
        for area in areas:
            rooms.append(Box(box.x, y, thick, area / thick))
            y += area / thick
        return rooms, Box(box.x + thick, box.y, box.w - thick, box.h)
    thick, x = sum(areas) / box.w, box.x
    for area in areas:
        rooms.append(Box(x, box.y, area / thick, thick))
        x += area / thick
    return rooms, Box(box.x, box.y + thick, box.w, box.h - thick)


def rooms(weights, cells, width, ratio, upright=False):
    """Place the rooms of a place: (boxes in the same order, height of the drawing).

    :param weights: how much room each wants
    :param cells: for each, (x, y, w, h) on a grid when someone placed it, else None
    :param width: of the drawing; `ratio`: of its height to it, when nothing asks for more
    :param upright: turn the grid a quarter, for a narrow screen

    >>> boxes, height = rooms([1, 1], [(0, 0, 1, 1), (1, 0, 1, 1)], 100, 0.5)
    >>> [tuple(box) for box in boxes], height
    ([(0.0, 0.0, 50.0, 50.0), (50.0, 0.0, 50.0, 50.0)], 50.0)
    >>> boxes, height = rooms([1, 1], [(0, 0, 1, 1), (1, 0, 1, 1)], 100, 2, upright=True)
    >>> [tuple(box) for box in boxes], height
    ([(0.0, 0.0, 100.0, 100.0), (0.0, 100.0, 100.0, 100.0)], 200.0)
    """
    if upright:
        cells = [cell and (cell[1], cell[0], cell[3], cell[2]) for cell in cells]
    grid = [cell for cell in cells if cell]
    free = [nth for nth, cell in enumerate(cells) if not cell]
    height, found = 0.0, {}
    if grid:
        height = float(width * ratio)
        left, top = min(cell[0] for cell in grid), min(cell[1] for cell in grid)
        step_x = width / (max(cell[0] + cell[2] for cell in grid) - left)
        step_y = height / (max(cell[1] + cell[3] for cell in grid) - top)
        for nth, cell in enumerate(cells):
            if cell:
                x, y, w, h = cell
                found[nth] = Box((x - left) * step_x, (y - top) * step_y, w * step_x, h * step_y)
    if free:
        needed = ROOM_AREA * len(free) / width
        strip = max(needed, 0 if grid else width * ratio)
        boxes = treemap([weights[nth] for nth in free], Box(0.0, height, width, strip))
        found |= dict(zip(free, boxes, strict=True))
        height += strip
    return [found[nth] for nth in range(len(cells))], height


# -- Furniture


def furniture(kind, count, box):
    """Furnish a room of a kind for a count of units or people: shapes."""
    if min(box.w, box.h) < 2 * SMALLEST or count < 1:
        return []
    if kind in ("coworking", "office"):
        return _grid(box, min(count, MOST_SEATS), 1.1, _desk)
    if kind == "hall":
        return _grid(box, min(count, MOST_SEATS), 1.0, _seat)
    if kind in ("locker", "machine"):
        return _grid(box, min(count, MOST_SEATS), 1.0, _cupboard)
    if kind in ("lounge", "studio", "service"):
        return _lounge(box)
    return _table(box, min(count, MOST_CHAIRS))


def _grid(box, count, ratio, piece):
    """Repeat a piece of furniture in the largest cells that let them all in."""
    across = max(
        range(1, count + 1),
        key=lambda across: min(box.w / across, box.h / math.ceil(count / across) / ratio),
    )
    down = math.ceil(count / across)
    side = min(box.w / across, box.h / down / ratio, 40)
    if side < SMALLEST:
        return []
    left = box.x + (box.w - across * side) / 2
    top = box.y + (box.h - down * side * ratio) / 2
    shapes = []
    for nth in range(count):
        cell = Box(left + nth % across * side, top + nth // across * side * ratio, side, side * ratio)
        shapes += piece(cell.inset(side * 0.12), nth)
    return shapes


def _desk(cell, nth):
    """A desk and its chair."""
    chair = cell.w * 0.38
    return [
        Shape(cell.x, cell.y, cell.w, cell.h * 0.5, 3, nth),
        Shape(cell.x + (cell.w - chair) / 2, cell.y + cell.h * 0.6, chair, chair, chair / 2, nth),
    ]


def _seat(cell, nth):
    side = min(cell.w, cell.h) * 0.7
    return [Shape(cell.x + (cell.w - side) / 2, cell.y, side, side, side / 3, nth)]


def _cupboard(cell, nth):
    return [Shape(*cell, 2, nth)]


def _table(box, chairs):
    """A table in the middle, chairs on both long sides."""
    width, height = min(box.w, 34 * max(math.ceil(chairs / 2), 2)), min(box.h, 86)
    x, y = box.x + (box.w - width) / 2, box.y + (box.h - height) / 2
    if box.h > 1.4 * box.w:
        turned = _table(Box(0, 0, box.h, box.w), chairs)
        return [Shape(box.x + one.y, box.y + one.x, one.h, one.w, one.r, one.unit) for one in turned]
    side = min(height / 4, 16, 0.8 * width / math.ceil(chairs / 2))
    shapes = [Shape(x, y + side * 1.25, width, height - side * 2.5, 8)]
    for row, many in enumerate((math.ceil(chairs / 2), chairs // 2)):
        for nth in range(many):
            middle = x + width * (nth + 0.5) / many
            top = y + row * (height - side)
            shapes.append(Shape(middle - side / 2, top, side, side, side / 3))
    return shapes


def _lounge(box):
    """Two armchairs and a low table between them."""
    side = min(box.w / 3.4, box.h, 46)
    x, y = box.x + (box.w - 3.4 * side) / 2, box.y + (box.h - side) / 2
    low = side * 0.6
    return [
        Shape(x, y, side, side, side / 4),
        Shape(x + side * 1.4, y + (side - low) / 2, low, low, low / 2),
        Shape(x + side * 2.4, y, side, side, side / 4),
    ]
