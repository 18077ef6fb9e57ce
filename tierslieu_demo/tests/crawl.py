"""Every page of Le Quai that links lead to, as a visitor and as a member."""

import re
from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from lxml import html

from odoo.addons.tierslieu_base.tests.heavy import FULL

from ..hooks import HERE
from .english_left import English

OURS = ("tierslieu_base", "tierslieu_booking", "tierslieu_membership", "tierslieu_events")
# Those whose words are on the pages of Le Quai.
OF_OTHERS = ("auth_signup", "event", "event_sale", "payment", "payment_demo", "portal", "sale", "web", "website",
             "website_event", "website_event_sale", "website_payment", "website_sale")
# English that stays on purpose, or that Odoo has no French for where it shows.
EXCEPTIONS = (
    "Main",  # the label of Odoo's own menu, which its French leaves
    "Home", "Delete Account",  # Odoo's pages of payment methods and of security
    "Paid",  # Odoo's list of invoices
    "Previous", "Next",  # the arrows of Odoo's pages
    "All products",  # a placeholder that nobody sees, on the page of an article
)
# Addresses that end a session, or that are not pages of the site.
LEFT_ALONE = re.compile(r"^/(web/session/logout|odoo|web(/(?!login|signup|reset_password)|$)|source|website/force)")
# With --full some of each path, by what its query says; else one.
MOST_PAGES, MOST_OF_A_PATH = 260, 3 if FULL else 1
# What each event has and is the same for all of them: a few are walked, as of a path with other queries.
SAME_FOR_ALL = re.compile(r"^/event/[^/]+/(ics|register)$")
# Elements that make the browser ask for something, and the attribute that says what.
ASKING = (
    ("img", "src"), ("script", "src"), ("script", "data-src"), ("iframe", "src"), ("source", "src"), ("video", "src"),
    ("audio", "src"), ("embed", "src"), ("object", "data"), ("image", "href"), ("use", "href"),
)
LINKS_THAT_ASK = {"stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "icon",
                  "shortcut", "apple-touch-icon", "manifest"}
OF_A_SHEET = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""")


def kind_of(path):
    """Return a path without what it names: /my/bookings/12 and /my/bookings/13 are of a kind."""
    return re.sub(r"[^/]*\d[^/]*", "#", path)


class CrawlOfLeQuai:
    """Tests of the pages of Le Quai: to be mixed with `ServedCase` on its database."""

    @classmethod
    def reader(cls, login=None):
        """Return a session, logged in as one of the people of `logins.json`."""
        session = requests.Session()
        if login:
            page = session.get(f"{cls.url}/web/login", timeout=60)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
            form = {"login": login, "password": "lequai", "csrf_token": token}
            answer = session.post(f"{cls.url}/web/login", data=form, timeout=60, allow_redirects=False)
            assert answer.status_code == 303, answer.status_code
        return session

    def crawl(self, session, *starts, place_of=lambda path: path):
        """Follow the links from some pages: {path with its query: answer}.

        :param place_of: function that says of which place a path is; those of one place are alike
        """
        todo, seen, counts, pages = deque(starts), set(starts), {}, {}
        while todo and len(pages) < MOST_PAGES:
            path = todo.popleft()
            answer = session.get(self.url + path, timeout=120)
            pages[path] = answer
            if "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            for link in self.links(answer):
                place = place_of(SAME_FOR_ALL.sub(r"\1 of an event", urlsplit(link).path))
                if link in seen or counts.get(place, 0) >= MOST_OF_A_PATH:
                    continue
                counts[place] = counts.get(place, 0) + 1
                seen.add(link)
                todo.append(link)
        self.assertFalse(todo, "The crawl has no end: some link leads to ever new addresses.")
        return pages

    def links(self, answer):
        """Yield the addresses of this site that a page leads to."""
        for anchor in html.fromstring(answer.content).iter("a"):
            address = urldefrag(urljoin(answer.url, anchor.get("href") or ""))[0]
            if address.startswith(self.url + "/"):
                path = address[len(self.url):]
                if not LEFT_ALONE.match(path):
                    yield path

    def elsewhere(self, page):
        """Return what a page makes a browser ask of another host."""
        document, asked = html.fromstring(page.content), []
        for tag, name in ASKING:
            asked += [one.get(name) for one in document.iter(tag) if one.get(name)]
        for one in document.iter("link"):
            if LINKS_THAT_ASK & set((one.get("rel") or "").lower().split()):
                asked.append(one.get("href") or "")
        for one in document.iter():
            for candidate in (one.get("srcset") or "").split(","):
                asked += candidate.split()[:1]
            asked += OF_A_SHEET.findall(one.get("style") or "")
        for one in document.iter("style"):
            asked += OF_A_SHEET.findall(one.text or "")
        host = urlsplit(self.url).netloc
        return [one for one in asked if urlsplit(urljoin(page.url, one)).netloc not in (host, "")]

    def sheets(self, page):
        """Return the addresses of the style sheets of a page."""
        return {
            urljoin(page.url, one.get("href"))
            for one in html.fromstring(page.content).iter("link")
            if "stylesheet" in (one.get("rel") or "")
        }

    def check(self, pages):
        """Return what is wrong with pages, as sentences."""
        english = English(OURS + OF_OTHERS, EXCEPTIONS)
        faults, sheets = [], set()
        for path, answer in pages.items():
            if answer.status_code != 200:
                faults.append(f"{path}: answered {answer.status_code}")
            if "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            if html.fromstring(answer.content).get("lang") != "fr-FR":
                faults.append(f"{path}: not in French")
            faults += [f"{path}: asks another host for {one}" for one in self.elsewhere(answer)]
            faults += [f"{path}: English left: {one}" for one in english.left(answer.text)]
            sheets |= self.sheets(answer)
        for sheet in sheets:
            answer = requests.get(sheet, timeout=120)
            if answer.status_code != 200:
                faults.append(f"{sheet}: answered {answer.status_code}")
            found = OF_A_SHEET.findall(answer.text)
            faults += [f"{sheet}: asks another host for {one}" for one in found]
        return faults

    def assertReached(self, pages, *paths):
        reached = {urlsplit(path).path for path in pages}
        self.assertFalse(set(paths) - reached)

    def test_pages_of_visitors(self):
        pages = self.crawl(self.reader(), "/")
        self.assertReached(
            pages, "/book", "/prices", "/agenda", "/place", "/nous-rejoindre", "/mentions-legales",
            "/web/login", "/shop/cart",
        )
        with self.committed() as env:
            for path in (HERE / "static/img/spaces").glob("*.svg"):
                slug = env["ir.http"]._slug(env.ref(f"le_quai.{path.stem}"))
                self.assertReached(pages, f"/book/{slug}")
        # Not linked from there, but known of old.
        pages |= self.crawl(self.reader(), "/contactus", "/web/reset_password", "/terms", "/shop")
        self.assertEqual(self.check(pages), [])
        self.assertQuiet()

    def test_pages_of_members(self):
        # The others of a kind are like what visitors see, or like the first of Alice's: all of them with --full.
        kinds = {} if FULL else {"place_of": kind_of}
        pages = self.crawl(self.reader("alice"), "/my", **kinds)
        self.assertReached(pages, "/my", "/my/bookings", "/my/fare", "/my/card", "/my/charter", "/my/data", "/")
        self.assertEqual(self.check(pages), [])
        self.assertQuiet()

    def test_faults_are_found(self):
        page = requests.Response()
        page.status_code, page.url = 200, self.url + "/spoilt"
        page.headers["Content-Type"] = "text/html; charset=utf-8"
        page._content = b"""<html lang="fr-FR"><head><link rel="stylesheet" href="https://fonts.example/a.css"/>
            <link rel="canonical" href="https://elsewhere.example/"/></head><body>
            <a href="https://elsewhere.example/" title="The month before">Tarifs</a><p>Prices include VAT.</p>
            <div style="background: url('//img.example/a.png')"></div><img src="/web/static/a.png" alt=""/>
            <p>Libre jusqu'\xc3\xa0 18 h</p><p>Free until 18 h</p><script>Prices include VAT.</script></body></html>"""
        document = html.fromstring(page.content)
        self.assertEqual(
            English(OURS).left(document), ["Free until 18 h", "Prices include VAT.", "The month before"]
        )
        self.assertEqual(self.elsewhere(page), ["https://fonts.example/a.css", "//img.example/a.png"])
