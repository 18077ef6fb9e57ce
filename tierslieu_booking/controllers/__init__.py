from . import book, checkout, portal
