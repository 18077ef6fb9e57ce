from . import plan_sale, subscription_change, subscription_end
