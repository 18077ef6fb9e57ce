from . import account_move
from . import books_checks
from . import caution_keep
from . import contract_private
from . import res_company
from . import res_config_settings
