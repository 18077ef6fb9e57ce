"""Hand over to one command; tell failures as one sentence."""

import importlib
import os
import signal
import sys

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from tierslieu_setup.errors import SetupError, sentence_for
from tierslieu_setup.progress import complain

COMMANDS = {"demo": "demo", "test": "test", "odoo": "odoo_cli"}


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def leave(number, _frame):
    """Unwind, so that everything started is stopped, and let nothing interrupt that."""
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main(name, arguments):
    """Return the exit code of one command."""
    for sign in SIGNALS:
        signal.signal(sign, leave)
    try:
        return importlib.import_module(f"tierslieu_setup.{COMMANDS[name]}").main(arguments)
    except SetupError as error:
        complain(str(error))
    except OSError as error:
        complain(sentence_for(error))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
