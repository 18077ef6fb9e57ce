from . import address, again, book, checkout, move, portal, search, source
