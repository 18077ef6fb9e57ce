from . import address, again, book, checkout, portal, search, source
