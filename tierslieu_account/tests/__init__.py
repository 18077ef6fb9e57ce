from . import test_accountant
from . import test_books_checks
from . import test_books_home
from . import test_tours_books
