from . import (
    address,
    again,
    book,
    checkout,
    credit,
    fare,
    move,
    place,
    portal,
    screen,
    search,
    source,
)
