"""Get Odoo 19, a Python environment and a database; show the demo; run the tests.

Standard library only: this package runs before anything is installed. Each module is one tool:
`home` (where things are kept), `odoo_source`, `venv`, `postgres`, `mailbox`, `browser`,
`database` (built once, then copied), and one module per command: `demo`, `test`, `odoo_cli`.
"""
