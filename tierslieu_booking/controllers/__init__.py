from . import address, again, book, checkout, fare, move, place, portal, search, source
