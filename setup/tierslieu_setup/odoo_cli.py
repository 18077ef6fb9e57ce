"""`./setup/odoo ARGS…`: Odoo's own command line in the project's environment."""

import signal
import subprocess

from .home import Home
from .mailbox import catching
from .odoo_process import command, environment, prepare
from .postgres import serving


def main(arguments):
    """Run Odoo in the foreground with a database that lives as long as it does."""
    home = Home()
    prepare(home)
    with serving(home) as database, catching(home.mail) as mail:
        variables = environment(home, database, mail_port=mail.port)
        process = subprocess.Popen(command(home, *arguments), env=variables)
        # Odoo hears Ctrl-C itself (a shell only drops its current line); other signals are passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda number, _frame: process.send_signal(number))
        return process.wait()
