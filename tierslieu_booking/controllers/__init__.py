from . import address, again, book, checkout, fare, move, place, portal, search, source
from . import address, again, book, checkout, fare, move, portal, screen, search, source
