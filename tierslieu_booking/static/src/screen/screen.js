/** @odoo-module ignore **/
// Keeps a page on a wall true: it asks for itself again just after each minute,
// goes on alone when the network is cut, says so quietly, and comes back by itself.
// Lists longer than the screen turn their pages.
(function () {
    "use strict";

    const MINUTE = 60000;
    const TURN = 12000; // how long a page of a list stays
    const CHOICE = 90000; // how long someone's choice is kept
    const big = window.matchMedia("(min-width: 62em), (min-width: 50em) and (min-height: 62em)");
    let skew = 0; // the server's clock minus ours
    let cutSince = null;
    let chosenAt = 0;
    let turn = 0;
    let refreshing = false;

    const screen = () => document.getElementById("screen");
    const now = () => Date.now() + skew;

    /** Says an hour of the place, as the server does. */
    function sayTime(moment) {
        const { tz, french } = screen().dataset;
        if (!french) {
            const options = { timeZone: tz, hour: "numeric", minute: "2-digit" };
            return new Intl.DateTimeFormat(document.documentElement.lang, options).format(moment);
        }
        const options = { timeZone: tz, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
        const said = new Intl.DateTimeFormat("en-GB", options).format(moment);
        const [hour, minute] = said.split(":");
        return `${Number(hour)}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`;
    }

    function tick() {
        screen().querySelector(".tl-clock__time").textContent = sayTime(now());
        if (cutSince) {
            age();
        }
    }

    /** Hides what is no longer known to be true, while nothing new comes. */
    function age() {
        for (const el of screen().querySelectorAll("[data-until]")) {
            const until = Number(el.dataset.until);
            el.classList.toggle("is-past", Boolean(until) && until <= now());
        }
        screen().classList.toggle("is-yesterday", Number(screen().dataset.midnight) <= now());
    }

    function sayCut() {
        const said = document.querySelector(".tl-offline");
        said.hidden = !cutSince;
        said.querySelector("b").textContent = cutSince ? sayTime(cutSince) : "";
    }

    function cut() {
        cutSince = cutSince || now();
        sayCut();
        age();
    }

    function show(page) {
        const next = page.getElementById("screen");
        if (!next) {
            throw new Error("not the page of this screen");
        }
        const sheet = (doc) => doc.querySelector("link[rel=stylesheet]")?.getAttribute("href");
        if (sheet(page) !== sheet(document)) {
            window.location.reload(); // the software was upgraded
            return;
        }
        const chosen = screen().querySelector("input[name=take]:checked")?.value;
        screen().replaceWith(document.importNode(next, true));
        const kept = screen().querySelector(`input[name=take][value="${chosen}"]`);
        if (kept && now() - chosenAt < CHOICE) {
            kept.checked = true;
        }
        skew = Number(screen().dataset.now) - Date.now();
        cutSince = null;
        sayCut();
        setGone(false);
        turnPages();
    }

    function setGone(gone) {
        document.querySelector(".tl-gone").hidden = !gone;
        screen().hidden = gone;
    }

    async function refresh() {
        if (refreshing) {
            return;
        }
        refreshing = true;
        try {
            const answer = await fetch(window.location.href, {
                cache: "no-store",
                signal: AbortSignal.timeout(20000),
            });
            if (answer.status === 404) {
                setGone(true);
            } else if (!answer.ok) {
                throw new Error(`answered ${answer.status}`);
            } else {
                show(new DOMParser().parseFromString(await answer.text(), "text/html"));
            }
        } catch {
            cut();
        } finally {
            refreshing = false;
        }
    }

    /** Waits for the next minute of the server, a little after it, not all screens at once. */
    function plan() {
        const wait = MINUTE - (now() % MINUTE) + 500 + Math.random() * 2000;
        setTimeout(async () => {
            await refresh();
            plan();
        }, wait);
    }

    // -- Lists that do not fit

    const overflows = (list) => list.scrollHeight > list.clientHeight + 2;

    /** Returns the rows of a list by pages that fit its height, however they are laid out. */
    function pagesOf(list) {
        const rows = [...list.querySelectorAll("[data-row]")];
        const pages = [[]];
        rows.forEach((row) => (row.hidden = true));
        for (const row of rows) {
            row.hidden = false;
            row.classList.toggle("is-first", !pages.at(-1).length);
            if (pages.at(-1).length && overflows(list)) {
                pages.at(-1).forEach((other) => (other.hidden = true));
                pages.push([]);
                row.classList.add("is-first");
            }
            pages.at(-1).push(row);
        }
        return pages;
    }

    function turnPages() {
        for (const list of screen().querySelectorAll(".tl-cycle")) {
            for (const row of list.querySelectorAll("[data-row]")) {
                row.hidden = false;
                row.classList.remove("is-first");
            }
            list.parentElement.querySelector(".tl-pages")?.remove();
            if (!big.matches || !overflows(list)) {
                continue;
            }
            const pages = pagesOf(list);
            const shown = turn % pages.length;
            pages.forEach((rows, nth) => rows.forEach((row) => (row.hidden = nth !== shown)));
            const count = document.createElement("span");
            count.className = "tl-pages";
            count.textContent = `${shown + 1} / ${pages.length}`;
            list.parentElement.querySelector("h2").append(count);
        }
    }

    document.documentElement.classList.add("is-live");
    skew = Number(screen().dataset.now) - Date.now();
    document.addEventListener("change", (ev) => {
        chosenAt = ev.target.name === "take" ? now() : chosenAt;
    });
    window.addEventListener("online", refresh);
    window.addEventListener("resize", turnPages);
    setInterval(tick, 1000);
    setInterval(() => {
        turn += 1;
        turnPages();
    }, TURN);
    document.fonts.ready.then(turnPages);
    plan();
})();
