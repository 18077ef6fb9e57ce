from . import test_analytic_lines
from . import test_figures_activity
from . import test_rent
from . import test_threshold
