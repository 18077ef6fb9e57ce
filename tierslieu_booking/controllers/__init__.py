from . import (
    address,
    again,
    book,
    checkout,
    fare,
    move,
    place,
    portal,
    screen,
    search,
    source,
)
