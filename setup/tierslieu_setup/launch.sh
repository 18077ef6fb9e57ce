#!/bin/sh
# Finds a Python that Odoo 19 accepts and hands over to it. TIERSLIEU_PYTHON names one outright.
here=$(cd "$(dirname "$0")" && pwd)

suits() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys, ensurepip, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

# The system's own goes first: distributions build it with its optimisations, version managers
# often do not, and the same work takes a fifth less time with them.
for python in ${TIERSLIEU_PYTHON:-/usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.10}; do
    if suits "$python"; then
        exec "$python" "$here/__main__.py" "$@"
    fi
done
echo "Odoo 19 needs Python 3.10 to 3.13 with its venv module and none was found: on Debian or Ubuntu run" \
    "'apt install python3 python3-venv', or name one with TIERSLIEU_PYTHON=/path/to/python3." >&2
exit 1
