from . import adhesion_collect, adhesion_day, adhesion_sale
