from . import adhesion, join, join_checkout, subscription_portal
