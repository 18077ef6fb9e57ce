import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from odoo.tools import config

from odoo.addons.tierslieu_base.tests.race import RaceCase

CALL = "import sys; sys.path.pop(0); from odoo.cli import main; main()"


class ServedCase(RaceCase):
    """A database of its own, behind a server of its own: what is written there is committed."""

    # 0: threads of one process.
    workers = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.serve()

    @classmethod
    def serve(cls):
        """Start the server and wait until it answers."""
        cls.url = f"http://127.0.0.1:{(port := free_port())}"
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        script = Path(folder) / "serve.py"
        script.write_text(CALL, encoding="utf-8")
        cls.log = Path(folder) / "server.log"
        command = [
            sys.executable, str(script), "-d", cls.database, f"--workers={cls.workers}",
            f"--http-port={port}", f"--gevent-port={free_port()}", "--http-interface=127.0.0.1",
            "--max-cron-threads=0", f"--logfile={cls.log}", "--limit-time-real=300",
            f"--addons-path={','.join(config['addons_path'])}", f"--data-dir={config['data_dir']}",
        ]
        for option in ("db_host", "db_port", "db_user", "db_password"):
            if config[option]:
                command.append(f"--{option}={config[option]}")
        cls.server = subprocess.Popen(command, start_new_session=True, env=os.environ)
        cls.addClassCleanup(cls._stop)
        cls._wait()

    @classmethod
    def _stop(cls):
        cls.server.terminate()
        try:
            cls.server.wait(20)
        except subprocess.TimeoutExpired:
            cls.server.kill()
            cls.server.wait()

    @classmethod
    def _wait(cls):
        for _nth in range(240):
            try:
                if requests.get(f"{cls.url}/book", timeout=60).status_code == 200:
                    return
            except requests.ConnectionError:
                time.sleep(0.5)
        raise AssertionError(f"The server does not answer: {cls.log.read_text()[-2000:]}")

    def assertQuiet(self):
        """The server wrote no error: losing a race is not one."""
        errors = [
            line for line in self.log.read_text(encoding="utf-8").splitlines()
            if re.search(r" (ERROR|CRITICAL) ", line)
        ]
        self.assertEqual(errors, [])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
