"""Start Odoo. A script, not `-m odoo`: Odoo starts its websocket process by calling this file again."""

import sys

if __name__ == "__main__":
    sys.path.pop(0)  # this folder's modules must not hide anyone else's
    from odoo.cli import main

    main()
