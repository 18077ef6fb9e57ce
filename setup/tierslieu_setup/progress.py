"""Say what is going on, and for how long, while long steps run."""

import contextlib
import subprocess
import sys
import threading
import time

from .errors import SetupError, cause_of

HEARTBEAT = 15  # seconds between two signs of life of a long step
BESIDE = set()  # the titles of steps that go on at the same time
TAIL = 6000  # characters of a tool's output searched for the cause of its failure


def say(text):
    """Print one line at once, even when the output is a pipe."""
    print(text, flush=True)


@contextlib.contextmanager
def step(title, sign_of_life=str):
    """Announce a step, show that it lives (`sign_of_life` may say how far it is), then how long it took.

    Steps may go on side by side: each then says its name again.
    """
    started = time.monotonic()
    finished = threading.Event()

    def live():
        while not finished.wait(HEARTBEAT):
            say(f"    … {name()}{sign_of_life()}{time.monotonic() - started:.0f} s")

    def name():
        return f"{title}: " if len(BESIDE) > 1 else ""

    say(f"  {title}")
    BESIDE.add(title)
    heart = threading.Thread(target=live, daemon=True)
    heart.start()
    try:
        yield
    finally:
        finished.set()
        heart.join()
        whose = name()
        BESIDE.discard(title)
    say(f"    {whose}done in {time.monotonic() - started:.0f} s")


def run(command, log, failure, explain=cause_of, **options):
    """Run a tool with its output in the file `log`; raise `failure` and what `explain` reads there if it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8", errors="replace") as output:
        output.write(f"$ {' '.join(map(str, command))}\n")
        output.flush()
        options = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT, **options}
        try:
            done = subprocess.run([str(part) for part in command], check=False, **options)
        except FileNotFoundError as error:
            raise SetupError(f"{failure}: {command[0]} is not installed on this machine.") from error
    if done.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace")[-TAIL:]
        raise SetupError(f"{failure}: {explain(tail) or 'the reason is in its output'} ({log}).")


def complain(text):
    """Print a sentence on the error output."""
    print(text, file=sys.stderr, flush=True)
