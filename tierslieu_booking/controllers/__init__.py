from . import address, book, checkout, portal, source
