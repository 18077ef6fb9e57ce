import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Smooths the choice of a time. The page works without it: a slot is a radio
 * button and its bar a submit button.
 */
export class BookTimes extends Interaction {
    static selector = ".tl-times";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        "input[name=start]": { "t-on-change": this.onChoose },
        "details.tl-slot": { "t-on-toggle": this.onReason },
        _document: { "t-on-click": this.onClickAway },
        _window: { "t-on-pageshow": this.onShow },
    };

    /** Keeps the choice in the address: going back, or sharing it, finds it again. */
    onChoose(ev) {
        const address = new URL(this.el.dataset.address, browser.location.origin);
        address.searchParams.set("at", ev.currentTarget.value);
        browser.history.replaceState(browser.history.state, "", address);
    }

    /** One reason at a time, where the browser does not see to it. */
    onReason(ev) {
        if (ev.currentTarget.open) {
            this.closeReasons(ev.currentTarget);
        }
    }

    onClickAway(ev) {
        if (!ev.target.closest("details.tl-slot")) {
            this.closeReasons();
        }
    }

    closeReasons(except) {
        for (const reason of this.el.querySelectorAll("details.tl-slot[open]")) {
            if (reason !== except) {
                reason.open = false;
            }
        }
    }

    /** A hurried second tap must not ask for the slot twice. */
    onSubmit() {
        setTimeout(() => this.setBusy(true));
    }

    /** A page brought back by "back" can be sent again. */
    onShow() {
        this.setBusy(false);
    }

    setBusy(busy) {
        for (const button of this.el.querySelectorAll("button[type=submit]")) {
            button.disabled = busy;
        }
    }
}

/** Says when the slots of a cart stop being kept, without a reload. */
export class KeptUntil extends Interaction {
    static selector = ".tl-kept";

    start() {
        const left = Number(this.el.dataset.until) * 1000 - Date.now();
        if (left > 0 && left < 2 ** 31) {
            this.waitForTimeout(() => this.showOver(), left);
        }
    }

    showOver() {
        this.el.querySelector(".tl-kept__text").classList.add("d-none");
        this.el.querySelector(".tl-kept__over").classList.remove("d-none");
    }
}

registry.category("public.interactions").add("tierslieu_booking.book_times", BookTimes);
registry.category("public.interactions").add("tierslieu_booking.kept_until", KeptUntil);
