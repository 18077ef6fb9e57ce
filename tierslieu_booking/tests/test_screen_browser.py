from datetime import timedelta

from odoo.tests import tagged

from .http_common import WebsiteCase

# What is read at three metres on a television: pixels of a screen 1920 wide.
LEAST, MAIN = 28, 40
READY = "document.documentElement.classList.contains('is-live')"
# Said of the page by the browser itself, once its fonts are there.
CODE = """
(async () => {
    await document.fonts.ready;
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    const until = async (told, what) => {
        for (let tries = 0; !told() && tries < 100; tries++) await wait(50);
        if (!told()) throw new Error("never: " + what);
    };
    const check = (told, what) => { if (!told) throw new Error(what); };
    const all = (selector) => [...document.querySelectorAll(selector)];
    %s
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
SIZES = """
    const sizes = {least: %d, main: %d};
    const walker = document.createTreeWalker(document.getElementById("screen"), NodeFilter.SHOW_TEXT);
    let seen = 0;
    while (walker.nextNode()) {
        const el = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !el.offsetParent) continue;
        seen += 1;
        const size = parseFloat(getComputedStyle(el).fontSize);
        check(size >= sizes.least, `${size} px: ${el.outerHTML.slice(0, 120)}`);
    }
    check(seen > 10, "hardly anything to read");
    for (const selector of %s) {
        check(all(selector).length, "nothing is " + selector);
        for (const el of all(selector)) {
            const size = parseFloat(getComputedStyle(el).fontSize);
            check(size >= sizes.main, `${size} px: ${selector}`);
        }
    }
    for (const el of all(".tl-panel")) {
        check(el.scrollHeight <= el.clientHeight + 2, "runs over: " + el.className);
    }
    check(document.documentElement.scrollHeight <= window.innerHeight, "it is taller than the screen");
    check(document.documentElement.scrollWidth <= window.innerWidth, "it is wider than the screen");
"""
ENTRANCE = (
    "['h1', '.tl-clock__time', '.tl-open', '.tl-room strong', '.tl-room b', '.tl-event__title', '.tl-host strong']"
)
DOOR = "['h1', '.tl-clock__time', '.tl-state h2']"
CUT = """
    const real = window.fetch;
    window.fetch = () => Promise.reject(new TypeError("cut"));
    const offline = document.querySelector(".tl-offline");
    check(offline.hidden, "said to be offline while it is not");
    window.dispatchEvent(new Event("online"));
    await until(() => !offline.hidden, "says that it is offline");
    check(/\\d/.test(offline.querySelector("b").textContent), "does not say since when");
    const since = offline.querySelector("b").textContent;
    window.dispatchEvent(new Event("online"));
    await wait(200);
    check(offline.querySelector("b").textContent === since, "forgot since when it is offline");
    window.fetch = () => Promise.resolve(new Response("<p>Log in to the Wi-Fi</p>", {status: 200}));
    window.dispatchEvent(new Event("online"));
    await wait(200);
    check(document.querySelector(".tl-clock__time"), "took the page of someone else");
    window.fetch = () => Promise.resolve(new Response("", {status: 404}));
    window.dispatchEvent(new Event("online"));
    await until(() => document.getElementById("screen").hidden, "goes blank when its link is renewed");
    const before = document.getElementById("screen");
    window.fetch = real;
    window.dispatchEvent(new Event("online"));
    await until(() => document.getElementById("screen") !== before, "comes back by itself");
    check(offline.hidden && !document.getElementById("screen").hidden, "still cut");
    check(document.querySelector(".tl-gone").hidden, "still gone");
"""


@tagged("post_install", "-at_install")
class TestScreenBrowser(WebsiteCase):
    """The pages in a browser, on a television, on a tablet, on a phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.screen_mode = "public"
        cls.place.screen_note = "Le café est prêt"
        # Open around the clock: the same page whenever the tests run.
        cls.place.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        cls.place.welcome_ids = [
            (0, 0, {"first_name": "Sami", "weekday": str(day), "hour_from": 0, "hour_to": 24})
            for day in range(7)
        ]
        cls.room.name = "Salle du bout du couloir, à gauche après l'escalier de pierre"
        for nth in range(1, 9):
            booking = cls.Booking.sudo().create(
                {
                    "partner_id": cls.alix.partner_id.id, "space_id": cls.lounge.id, "state": "confirmed",
                    "start": cls.place.to_utc(cls.place.now_local().replace(tzinfo=None)) + timedelta(days=nth),
                    "stop": cls.place.to_utc(cls.place.now_local().replace(tzinfo=None)) + timedelta(days=nth, hours=1),
                    "announced_as": f"Atelier numéro {nth}", "announced_summary": "Venez comme vous êtes",
                }
            )
            assert booking

    def look(self, path, code, size="1920x1080"):
        self.browser_size = size
        self.browser_js(path, CODE % code, READY, login=None)

    def test_the_entrance_is_read_at_three_metres(self):
        code = SIZES % (LEAST, MAIN, ENTRANCE)
        for size in ("1920x1080", "1080x1920"):
            with self.subTest(size=size):
                self.look(f"/entrance/{self.place.id}", code, size)

    def test_the_door_is_read_from_afar(self):
        code = SIZES % (LEAST, MAIN, DOOR)
        for size in ("1920x1080", "1080x1920"):
            for space in self.lounge | self.desks:
                with self.subTest(size=size, space=space.name):
                    self.look(f"/door/{space.id}", code, size)

    def test_a_list_too_long_turns_its_pages(self):
        self.look(
            f"/entrance/{self.place.id}",
            """
            const shown = () => all(".tl-event").filter((el) => el.offsetParent);
            await until(() => document.querySelector(".tl-programme .tl-pages"), "counts its pages");
            check(shown().length < all(".tl-event").length, "shows all at once");
            const list = document.querySelector(".tl-programme .tl-cycle");
            check(list.scrollHeight <= list.clientHeight + 2, "what is shown does not fit");
            check(shown()[0].querySelector(".tl-event__day").offsetParent, "a page begins without its day");
            """,
        )

    def test_it_lives_through_a_cut(self):
        self.look(f"/entrance/{self.place.id}", CUT)

    def test_a_choice_at_the_door(self):
        """The code follows the length that is tapped, and outlives a refresh."""
        self.look(
            f"/door/{self.lounge.id}",
            """
            const shown = () => all(".tl-offers__panel").filter((el) => el.offsetParent);
            check(shown().length === 1, "one code at a time");
            const first = shown()[0].querySelector("img").src;
            document.querySelector("label[for=tl-take-60]").click();
            const second = shown()[0].querySelector("img").src;
            check(shown().length === 1 && second !== first, "the code did not change");
            const before = document.getElementById("screen");
            window.dispatchEvent(new Event("online"));
            await until(() => document.getElementById("screen") !== before, "refreshes");
            check(document.getElementById("tl-take-60").checked, "forgot the choice");
            check(all(".tl-here").every((el) => !el.offsetParent), "a link leads off the wall");
            """,
        )

    def test_a_phone(self):
        code = """
            check(document.documentElement.scrollWidth <= window.innerWidth, "it is wider than the phone");
            check(all(".tl-here").length && all(".tl-here").every((el) => el.offsetHeight >= 44), "too small to tap");
            const small = all("#screen :not(input)").filter((el) => parseFloat(getComputedStyle(el).fontSize) < 16);
            check(!small.length, "too small to read: " + small[0]?.outerHTML);
        """
        for path in (f"/entrance/{self.place.id}", f"/door/{self.lounge.id}", f"/door/{self.room.id}"):
            with self.subTest(path=path):
                self.look(path, code, "390x844")
