from . import adhesion_collect, adhesion_day, adhesion_sale, plan_sale, subscription_change, subscription_end
