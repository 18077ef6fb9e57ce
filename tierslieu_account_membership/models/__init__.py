from . import analytic_membership
