from . import address, book, checkout, move, portal, source
