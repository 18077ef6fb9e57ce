from typing import NamedTuple

from odoo import models


class Chosen(NamedTuple):
    """The extras that a quote prices.

    `wanted` is {extra: quantity}; `had`, the same of what `booking` has already:
    its own units are free to it, and what was offered then still is.
    """

    wanted: dict
    had: dict = {}
    booking: models.BaseModel = None
