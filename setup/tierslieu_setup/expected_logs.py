"""Log lines at WARNING or above that no one here can mend, each with its reason.

Patterns match "LEVEL logger: message" from its start. Everything else fails ./setup/test.
"""

import re

EXPECTED = {
    r"WARNING odoo\.service\.server: Running as user 'root'": "containers run as root",
}
PATTERNS = [re.compile(pattern, re.DOTALL) for pattern in EXPECTED]


def is_expected(line, also=()):
    """Tell whether a log line is known, or matches one of the patterns in `also`."""
    return any(pattern.match(line) for pattern in (*PATTERNS, *also))
