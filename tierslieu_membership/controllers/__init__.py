from . import adhesion, card, join, join_checkout, subscription_portal
