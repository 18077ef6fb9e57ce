"""A mail server that delivers nothing: every message becomes a file one can open."""

import contextlib
import itertools
import socketserver
import threading
import time


class Catcher(socketserver.ThreadingTCPServer):
    """Accept every mail on a free local port and keep it as an .eml file."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)
        super().__init__(("127.0.0.1", 0), Conversation)

    @property
    def port(self):
        """Return the port that was free."""
        return self.server_address[1]

    def keep(self, message):
        """Write one message whole, under a name that sorts by arrival."""
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{self.port}-{next(self.numbers):04}"
        draft = self.folder / f".{name}"
        draft.write_bytes(message)
        draft.rename(self.folder / f"{name}.eml")


class Conversation(socketserver.StreamRequestHandler):
    """Speak just enough SMTP for Python's smtplib."""

    def handle(self):
        """Answer one client until it leaves."""
        with contextlib.suppress(ConnectionError):
            self.answer("220 ready")
            while line := self.rfile.readline():
                verb = line[:4].strip().upper()
                if verb == b"DATA":
                    self.answer("354 go on, end with a dot")
                    self.server.keep(self.read_message())
                    self.answer("250 kept")
                elif verb == b"QUIT":
                    self.answer("221 goodbye")
                    return
                else:
                    self.answer("250 ok")

    def answer(self, text):
        """Send one reply."""
        self.wfile.write(text.encode() + b"\r\n")

    def read_message(self):
        """Return the message up to the lone dot, with doubled dots undone."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b".\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


@contextlib.contextmanager
def catching(folder):
    """Catch mails into `folder` while the block runs; yield the catcher."""
    with Catcher(folder) as catcher:
        thread = threading.Thread(target=catcher.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield catcher
        finally:
            catcher.shutdown()
            thread.join()
