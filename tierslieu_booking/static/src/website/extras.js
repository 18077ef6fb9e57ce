import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Brings the total along while extras are chosen. The page works without it:
 * a button shows the new total, and nothing is held at another price than the
 * one that was shown.
 */
export class BookExtras extends Interaction {
    static selector = ".tl-extras";
    dynamicContent = {
        "input[name^=extra_]": { "t-on-change": this.onChange },
        ".tl-stepper__less": { "t-on-click": (ev) => this.step(ev, -1) },
        ".tl-stepper__more": { "t-on-click": (ev) => this.step(ev, 1) },
        _root: { "t-on-submit": () => setTimeout(() => this.setBusy(true)) },
        _window: { "t-on-pageshow": this.onShow },
    };

    start() {
        this.asked = 0;
        this.el.querySelector(".tl-extras__again").classList.add("d-none");
        for (const button of this.el.querySelectorAll(".tl-stepper button")) {
            button.classList.remove("d-none");
        }
        this.drawSteppers();
    }

    /** A page brought back by "back" can be sent again. */
    onShow() {
        this.setBusy(false);
        this.drawSteppers();
    }

    /** A hurried second tap must not ask for the slot twice. */
    setBusy(busy) {
        const button = this.el.querySelector(".tl-bar__button");
        button.disabled = busy || !this.el.querySelector("input[name=shown]");
    }

    drawSteppers() {
        for (const stepper of this.el.querySelectorAll(".tl-stepper")) {
            const input = stepper.querySelector("input");
            stepper.querySelector(".tl-stepper__less").disabled = Number(input.value) <= 0;
            stepper.querySelector(".tl-stepper__more").disabled = Number(input.value) >= Number(input.max);
        }
    }

    step(ev, by) {
        const input = ev.currentTarget.closest(".tl-stepper").querySelector("input");
        const value = Math.max(0, Math.min(Number(input.max), (Number(input.value) || 0) + by));
        if (value !== Number(input.value)) {
            input.value = value;
            this.onChange();
        }
    }

    /** Ask the page itself what it comes to now: the server alone knows prices. */
    async onChange() {
        this.drawSteppers();
        const mine = ++this.asked;
        this.el.classList.add("is-waiting");
        const form = new FormData(this.el);
        form.delete("shown");
        let answer;
        try {
            const response = await this.waitFor(browser.fetch("/book/extras", { method: "POST", body: form }));
            answer = await this.waitFor(response.text());
        } catch {
            // No connection: the total is shown again before anything is held.
            this.el.classList.remove("is-waiting");
            return;
        }
        if (mine !== this.asked) {
            return;
        }
        const page = new DOMParser().parseFromString(answer, "text/html");
        for (const part of [".tl-extras__sum", ".tl-bar"]) {
            const fresh = page.querySelector(`.tl-extras ${part}`);
            if (!fresh) {
                return browser.location.reload();
            }
            this.el.querySelector(part).replaceWith(document.importNode(fresh, true));
        }
        this.el.classList.remove("is-waiting");
        this.keepInAddress(form);
    }

    /** Going back finds what was chosen. */
    keepInAddress(form) {
        const address = new URL("/book/extras", browser.location.origin);
        for (const [name, value] of form) {
            if (name !== "csrf_token" && value && value !== "0") {
                address.searchParams.set(name, value);
            }
        }
        browser.history.replaceState(browser.history.state, "", address);
    }
}

registry.category("public.interactions").add("tierslieu_booking.book_extras", BookExtras);
