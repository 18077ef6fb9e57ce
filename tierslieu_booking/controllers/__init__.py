from . import book, checkout, portal, source
