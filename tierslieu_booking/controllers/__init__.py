from . import address, again, book, checkout, fare, move, portal, search, source
