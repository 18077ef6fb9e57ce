import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Looks for a time at each tap, without leaving the page. Without it the form
 * is sent by its button, and the same address gives the same page.
 */
export class SearchTimes extends Interaction {
    static selector = ".tl-search";
    dynamicContent = {
        _root: {
            "t-on-submit": this.onSubmit,
            "t-on-change": this.onChange,
            "t-on-click": this.onClick,
        },
        _window: { "t-on-popstate": this.onPopState, "t-on-pageshow": this.onShow },
    };

    setup() {
        this.form = this.el.querySelector(".tl-search__form");
        this.waiting = null;
    }

    start() {
        this.el.classList.add("is-live");
        this.scrollToChosen();
        // A choice made before the script was there.
        if (this.address().search !== this.address(browser.location.search).search) {
            this.search({ replace: true });
        }
    }

    destroy() {
        this.el.classList.remove("is-live");
        this.waiting?.abort();
    }

    /**
     * Returns the address of what is looked for, in the order of the form and
     * without what was left as it is.
     *
     * @param {string} [query] instead of what the form says
     * @returns {URL}
     */
    address(query) {
        const address = new URL(this.form.getAttribute("action"), browser.location.origin);
        address.hash = "";
        const said = query === undefined ? new FormData(this.form) : new URLSearchParams(query);
        for (const field of ["place", "people", "length", "day", "date", "part", "hour", "amenity"]) {
            for (const value of said.getAll(field)) {
                if (value && !(field === "people" && value === "1")) {
                    address.searchParams.append(field === "date" ? "day" : field, value);
                }
            }
        }
        return address;
    }

    onChange(ev) {
        const field = ev.target;
        if (field.name === "day") {
            this.form.elements.date.value = "";
        } else if (field.name === "date" && field.value) {
            this.uncheck("day");
        } else if (field.name === "hour" && field.value) {
            this.check("part", "");
        } else if (field.name === "part") {
            this.form.elements.hour.value = "";
        }
        this.search();
    }

    uncheck(name) {
        for (const field of this.form.querySelectorAll(`input[name=${name}]`)) {
            field.checked = false;
        }
    }

    check(name, value) {
        for (const field of this.form.querySelectorAll(`input[name=${name}]`)) {
            field.checked = field.value === value;
        }
    }

    onClick(ev) {
        const step = ev.target.closest("button[name=step]");
        if (step) {
            ev.preventDefault();
            const people = this.form.elements.people;
            const count = (parseInt(people.value) || 1) + parseInt(step.value);
            people.value = Math.min(Math.max(count, 1), parseInt(people.max) || count);
            this.search();
        }
    }

    onSubmit(ev) {
        if (ev.target !== this.form) {
            // A hurried second tap must not ask for the slot twice.
            setTimeout(() => this.setBusy(true));
            return;
        }
        ev.preventDefault();
        this.search().then(() => this.found.scrollIntoView({ block: "start" }));
    }

    get found() {
        return this.el.querySelector("#tl-found");
    }

    /**
     * Fetches the page of the same address, and takes what is free from it.
     *
     * @param {Object} [options]
     * @param {boolean} [options.replace] whether "back" leaves the page from there
     */
    async search({ replace = false } = {}) {
        const address = this.address();
        this.waiting?.abort();
        this.waiting = new AbortController();
        this.found.classList.add("is-waiting");
        let page;
        try {
            const answer = await fetch(address, { signal: this.waiting.signal });
            page = new DOMParser().parseFromString(await answer.text(), "text/html");
        } catch (error) {
            if (error.name === "AbortError") {
                return;
            }
        }
        const found = page?.querySelector("#tl-found");
        if (!found) {
            // Whatever is wrong, the page itself says it better.
            browser.location.assign(address);
            return;
        }
        if (address.search !== browser.location.search) {
            browser.history[replace ? "replaceState" : "pushState"](null, "", address);
        }
        this.found.replaceWith(document.adoptNode(found));
        const go = page.querySelector(".tl-search__go button");
        this.form.querySelector(".tl-search__go button").textContent = go.textContent;
    }

    /** Going back shows what was looked for then. */
    onPopState() {
        browser.location.reload();
    }

    /** A page brought back by "back" can be sent again. */
    onShow() {
        this.setBusy(false);
    }

    setBusy(busy) {
        for (const button of this.el.querySelectorAll(".tl-offer button[type=submit]")) {
            button.disabled = busy;
        }
    }

    scrollToChosen() {
        for (const chosen of this.form.querySelectorAll("input[type=radio]:checked")) {
            const row = chosen.closest(".is-row, .tl-days");
            if (row && row.scrollWidth > row.clientWidth) {
                row.scrollLeft = chosen.parentElement.offsetLeft - row.offsetLeft - 12;
            }
        }
    }
}

registry.category("public.interactions").add("tierslieu_booking.search_times", SearchTimes);
