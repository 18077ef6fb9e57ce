from . import approval, cash_desk, collect, credit, credit_pack, credit_sale, walk_in
