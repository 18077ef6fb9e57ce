from . import books
from . import books_checks
from . import books_home
from . import books_home_line
from . import books_private
from . import books_waiting
from . import deferred_source
from . import res_company
