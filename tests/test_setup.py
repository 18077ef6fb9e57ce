"""The commands' own promises: one sentence for a failure, nothing shared, nothing left running."""

import doctest
import errno
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tierslieu_setup import addons, company, database, errors, home, mailbox, odoo_process, odoo_source, postgres, venv

REAL_HOME = home.Home()


def run_command(name, *arguments, **variables):
    """Run one of the commands; return it finished, with its output."""
    return subprocess.run(
        [home.CLONE / "setup" / name, *arguments],
        env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=120,
    )


def assert_one_sentence(done, *words):
    """A failed command says what is missing in one sentence, and nothing technical."""
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.endswith(".\n")
    assert "Traceback" not in done.stdout + done.stderr
    for word in words:
        assert word in done.stderr


@pytest.fixture
def open_folder():
    """Yield a folder that any user can enter, as a clone's usually is."""
    with tempfile.TemporaryDirectory(prefix="tierslieu-test-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.fixture
def new_home(open_folder):
    """Yield an empty home that borrows the real one's Python environment."""
    made = home.Home(path=open_folder / "home")
    made.prepare()
    made.venv.symlink_to(REAL_HOME.venv)
    yield made
    shutil.rmtree(f"/var/lib/tierslieu-{made.key}", ignore_errors=True)


class TestSentences:
    def test_port_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert_one_sentence(run_command("demo", "--port", str(port)), f"Port {port} is taken", "--port")

    def test_port_that_is_none(self):
        assert_one_sentence(run_command("demo", "--port", "70000"), "70000", "--port")

    def test_no_suitable_python(self):
        done = run_command("demo", TIERSLIEU_PYTHON="/bin/false")
        assert_one_sentence(done, "Python 3.10 to 3.13", "python3-venv")

    @pytest.mark.parametrize("name", ["demo", "test", "odoo_cli"])
    def test_commands_need_nothing_that_is_not_python_s_own(self, name):
        bare = [sys.executable, "-I", "-S", "-c"]
        code = f"import sys; sys.path.insert(0, {str(home.CLONE / 'setup')!r}); import tierslieu_setup.{name}"
        done = subprocess.run([*bare, code], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr

    def test_wrong_odoo(self, open_folder):
        done = run_command("odoo", "--version", TIERSLIEU_HOME=str(open_folder / "h"), ODOO_HOME=str(open_folder))
        assert_one_sentence(done, "ODOO_HOME", "19.0")

    def test_another_odoo_series(self, open_folder):
        (open_folder / "odoo").mkdir()
        (open_folder / "odoo" / "release.py").write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
        done = run_command("odoo", "--version", TIERSLIEU_HOME=str(open_folder / "h"), ODOO_HOME=str(open_folder))
        assert_one_sentence(done, "ODOO_HOME")

    def test_home_that_cannot_be_a_folder(self, open_folder):
        (open_folder / "file").touch()
        assert_one_sentence(run_command("odoo", "--version", TIERSLIEU_HOME=str(open_folder / "file" / "home")), "file")

    def test_bad_database_address(self):
        done = run_command("odoo", "--version", DATABASE_URL="mysql://localhost/x")
        assert_one_sentence(done, "DATABASE_URL")

    def test_database_that_does_not_answer(self):
        variables = {"PGHOST": "127.0.0.1", "PGPORT": "9", "PGUSER": "nobody"}
        with pytest.raises(errors.SetupError, match="does not answer"):
            database.Databases(REAL_HOME, variables).notes()

    @pytest.mark.parametrize(
        ("number", "words"),
        [(errno.EACCES, "right to read and write"), (errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only")],
    )
    def test_disk_troubles(self, number, words):
        sentence = errors.sentence_for(OSError(number, os.strerror(number), "/some/folder"))
        assert words in sentence
        assert sentence.endswith(".")

    def test_too_little_space(self, open_folder, monkeypatch):
        usage = shutil.disk_usage(open_folder)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1024**3))
        with pytest.raises(errors.SetupError, match=r"1\.0 GB left"):
            home.Home(path=open_folder / "home").prepare()

    def test_no_network_for_packages(self, new_home, open_folder, monkeypatch):
        for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
        monkeypatch.setenv("PIP_RETRIES", "1")
        new_home.clone = open_folder
        (open_folder / venv.REQUIREMENTS).write_text("tierslieu-no-such-package==1\n")
        with pytest.raises(errors.SetupError, match="network does not answer"):
            venv.install(new_home, venv.REQUIREMENTS)

    def test_no_network_for_odoo(self, new_home):
        if not shutil.which("apt-get"):  # other systems clone with git
            assert "network" in errors.cause_of("fatal: unable to access: Could not resolve host: nowhere")
            return
        apt = odoo_source.PrivateApt(new_home, "http://127.0.0.1:9/debian")
        with pytest.raises(errors.SetupError, match="network does not answer"):
            apt.download(["odoo-19/sid"])

    def test_damaged_download_is_removed(self, open_folder):
        package = open_folder / f"odoo-19_{odoo_source.PINNED_BUILD}_all.deb"
        package.write_bytes(b"half of it")
        with pytest.raises(errors.SetupError, match="damaged"):
            odoo_source.check_build(package)
        assert not package.exists()

    def test_later_build_is_noticed_and_another_series_refused(self, open_folder, capsys):
        odoo_source.check_build(open_folder / "odoo-19_19.0.1+dfsg-1_all.deb")
        assert "19.0.1+dfsg-1" in capsys.readouterr().out
        with pytest.raises(errors.SetupError, match=r"needs 19\.0"):
            odoo_source.check_build(open_folder / "odoo-19_19.1.0+dfsg-1_all.deb")


class TestHomes:
    def test_two_homes_share_nothing(self, open_folder):
        one, two = (home.Home(path=open_folder / name) for name in ("one", "two"))
        for made in (one, two):
            made.prepare()
            made.venv.symlink_to(REAL_HOME.venv)
        servers = [postgres.OwnServer(made) for made in (one, two)]
        assert one.key != two.key
        assert servers[0].data != servers[1].data
        assert servers[0].environment["PGHOST"] != servers[1].environment["PGHOST"]

    def test_password_is_kept_and_private(self, new_home):
        odoo_process.write_config(new_home)
        first = new_home.config.read_text(encoding="utf-8")
        odoo_process.write_config(new_home)
        assert new_home.config.read_text(encoding="utf-8") == first
        assert new_home.config.stat().st_mode & 0o077 == 0

    def test_whole_file_or_none(self, open_folder):
        home.write_whole(open_folder / "stamp", "one")
        home.write_whole(open_folder / "stamp", "two")
        assert [path.name for path in open_folder.iterdir()] == ["stamp"]
        assert (open_folder / "stamp").read_text() == "two"

    def test_second_run_waits_for_the_first(self, new_home):
        waiting = f"from tierslieu_setup.home import Home\nwith Home(path={str(new_home.path)!r}).lock(): print('mine')"
        with new_home.lock():
            second = subprocess.Popen([sys.executable, "-c", waiting], stdout=subprocess.PIPE, text=True)
            assert "waiting" in second.stdout.readline()
        assert second.communicate(timeout=10)[0] == "mine\n"


class TestDatabaseServer:
    def test_last_user_stops_it(self, new_home):
        server = postgres.OwnServer(new_home)
        with server.used():
            pid = int((server.data / "postmaster.pid").read_text().split()[0])
            with postgres.OwnServer(new_home).used():
                assert server.running()
            assert server.running(), "the first user is still there"
            again = database.Databases(new_home, server.environment)
            assert again.sql("SHOW listen_addresses") == ""
        assert not server.running()
        assert not alive(pid)

    def test_killed_user_does_not_keep_it(self, new_home):
        crash = (
            "import os\nfrom tierslieu_setup import home, postgres\n"
            f"with postgres.OwnServer(home.Home(path={str(new_home.path)!r})).used(): os.kill(os.getpid(), 9)"
        )
        assert subprocess.run([sys.executable, "-c", crash], check=False).returncode == -9
        server = postgres.OwnServer(new_home)
        assert server.running(), "nobody could stop it"
        with server.used():
            pass
        assert not server.running()

    def test_long_and_closed_path(self, open_folder):
        closed = open_folder / ("long" * 30)
        closed.mkdir(mode=0o700)
        made = home.Home(path=closed / "home")
        made.prepare()
        made.venv.symlink_to(REAL_HOME.venv)
        server = postgres.OwnServer(made)
        try:
            with server.used():
                assert len(f"{server.sockets}/.s.PGSQL.5432") < 107
                assert database.Databases(made, server.environment).sql("SELECT 1") == "1"
        finally:
            shutil.rmtree(f"/var/lib/tierslieu-{made.key}", ignore_errors=True)
            shutil.rmtree(server.sockets, ignore_errors=True)

    def test_named_server_is_used(self, monkeypatch):
        monkeypatch.delenv("PGHOST", raising=False)
        monkeypatch.setenv("DATABASE_URL", "postgresql://me:s%20cret@db:5433/ignored?sslmode=require")
        assert postgres.named_server() == {
            "PGHOST": "db", "PGPORT": "5433", "PGUSER": "me", "PGPASSWORD": "s cret", "PGSSLMODE": "require",
        }


class TestProcesses:
    def test_whatever_was_started_is_stopped(self, open_folder):
        # A server that ignores SIGTERM's politeness would wait out the grace: this one ends, its child does not.
        script = "trap 'exit 0' TERM; sleep 1000 & echo $!; wait"
        with odoo_process.running(["sh", "-c", script], open_folder / "log", dict(os.environ)) as process:
            child = int(wait_for(lambda: (open_folder / "log").read_text().strip()))
            assert alive(process.pid)
            assert alive(child)
        assert not alive(process.pid)
        assert wait_for(lambda: not alive(child))

    def test_mails_become_files(self, open_folder):
        message = "Subject: Bonjour\r\n\r\n.un point\r\nÀ bientôt\r\n".encode()
        with mailbox.catching(open_folder) as catcher, smtplib.SMTP("127.0.0.1", catcher.port) as client:
            client.sendmail("a@example.com", ["b@example.com"], message)
        (mail,) = open_folder.glob("*.eml")
        assert mail.read_bytes() == message


class TestAddons:
    def test_fingerprint_sees_what_shapes_a_database(self, open_folder):
        addon = open_folder / "some_addon"
        for folder in ("models", "tests", "static"):
            (addon / folder).mkdir(parents=True)
        (addon / "__manifest__.py").write_text("{'depends': ['mail', 'other_addon']}")
        before = addons.fingerprint(open_folder, ["some_addon"])
        for path in ("tests/test_x.py", "static/x.js", "README.md"):
            (addon / path).write_text("anything")
        assert addons.fingerprint(open_folder, ["some_addon"]) == before
        (addon / "models" / "x.py").write_text("anything")
        assert addons.fingerprint(open_folder, ["some_addon"]) != before

    def test_foundations_are_what_others_made(self):
        ours = {"a": {"depends": ["mail", "b"]}, "b": {"depends": ["mail", "sale"]}}
        assert addons.foundations(ours) == ["mail", "sale"]

    def test_complaints_of_an_odoo_log(self):
        log = (
            "2026-01-01 10:00:00,000 12 INFO db odoo.x: fine\n"
            "2026-01-01 10:00:00,000 12 ERROR db odoo.schema: constraint not created\n"
            "a line of a traceback\n"
        )
        assert database.complaints_in(log) == ["ERROR odoo.schema: constraint not created"]

    def test_numbers_of_a_fictional_company(self):
        assert doctest.testmod(company).failed == 0


def alive(pid):
    """Tell whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(question, patience=10):
    """Return the first true answer."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError("no answer in time")
