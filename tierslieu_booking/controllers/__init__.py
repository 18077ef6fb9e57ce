from . import address, again, book, checkout, fare, move, portal, screen, search, source
