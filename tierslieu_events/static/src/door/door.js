import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { BarcodeVideoScanner, isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { browser } from "@web/core/browser/browser";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { fold, nonce, Queue } from "./door_queue";

const { DateTime } = luxon;
const EVERY = 20000;
const REMEMBERED = "tierslieu.door.name";
const MOST_SHOWN = 8;

/**
 * The door of an event. What is scanned, typed or chosen by name is kept on the
 * device until the server has taken it: a lost network loses nobody.
 */
export class Door extends Component {
    static template = "tierslieu_events.Door";
    static components = { BarcodeVideoScanner, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.input = useRef("input");
        this.eventId = this.props.action.params?.event_id || this.props.action.context.active_id;
        this.queue = new Queue(this.eventId);
        this.state = useState({
            door: null,
            doors: null,
            answers: [],
            typed: "",
            camera: false,
            offline: false,
            waiting: this.queue.length,
            name: browser.localStorage.getItem(REMEMBERED) || "",
        });
        this.canFilm = isBarcodeScannerSupported();
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => this.read(ev.detail.barcode));
        onWillStart(() => this.load());
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), EVERY);
            this.input.el?.focus({ preventScroll: true });
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    // -- Data

    async load() {
        if (!this.eventId) {
            this.state.doors = await this.orm.call("event.event", "tierslieu_doors", []);
            return;
        }
        try {
            this.state.door = await this.orm.silent.call("event.event", "tierslieu_door", [[this.eventId]]);
            this.queue.remember(this.state.door);
            this.state.offline = false;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.offline = true;
            this.state.door ??= this.queue.remembered();
        }
    }

    /** Open the door of an event, for who came here without saying of which. */
    async open(event) {
        this.eventId = event.id;
        this.queue = new Queue(event.id);
        this.state.waiting = this.queue.length;
        this.state.doors = null;
        await this.load();
        document.querySelectorAll(".o_action_manager *").forEach((part) => part.scrollTop && part.scrollTo(0, 0));
        this.input.el?.focus({ preventScroll: true });
    }

    async refresh() {
        if (!this.eventId) {
            return;
        }
        await this.flush();
        if (!this.queue.length) {
            await this.load();
        }
    }

    get people() {
        return this.state.door?.people || [];
    }

    get found() {
        const words = fold(this.state.typed).split(" ").filter(Boolean);
        if (!words.length) {
            return [];
        }
        return this.people
            .filter((one) => words.every((word) => fold(`${one.name} ${one.email} ${one.ticket}`).includes(word)))
            .slice(0, MOST_SHOWN);
    }

    /** Whether a name was typed that nobody has. */
    get isNobody() {
        const typed = this.state.typed.trim();
        return typed.length > 2 && !/^\d+$/.test(typed) && !this.found.length;
    }

    onName(ev) {
        this.state.name = ev.target.value;
        browser.localStorage.setItem(REMEMBERED, this.state.name);
    }

    // -- Reading

    onType(ev) {
        this.state.typed = ev.target.value;
    }

    /** Enter takes a code as it is, or the only person that is found. */
    async onKey(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        const typed = this.state.typed.trim();
        const found = this.found;
        if (/^\d{6,}$/.test(typed)) {
            await this.read(typed);
        } else if (found.length === 1) {
            await this.choose(found[0]);
        }
    }

    onFilmed(code) {
        this.read(code);
        browser.navigator.vibrate?.(100);
    }

    onFilmError(error) {
        this.state.camera = false;
        this.show({ result: "unknown", said: error.message, name: "" });
    }

    toggleCamera() {
        this.state.camera = !this.state.camera;
    }

    read(code) {
        const person = this.people.find((one) => one.code === code);
        return this.scan({ code }, person);
    }

    choose(person) {
        return this.scan({ seat: person.id }, person);
    }

    force(answer) {
        return this.scan({ seat: answer.seat, force: true }, null);
    }

    back(answer) {
        return this.scan({ seat: answer.seat, back: true }, null);
    }

    async scan(what, person) {
        this.state.typed = "";
        const scan = {
            ...what,
            nonce: nonce(),
            at: serializeDateTime(DateTime.now()),
            door: this.state.name,
        };
        this.queue.add(scan);
        this.state.waiting = this.queue.length;
        await this.flush();
        if (this.queue.has(scan.nonce)) {
            this.show(this.guess(scan, person));
        }
        this.input.el?.focus({ preventScroll: true });
    }

    /** What can be said without the server, from the people known when the door was opened. */
    guess(scan, person) {
        const answer = { nonce: scan.nonce, name: person?.name || "", ticket: person?.ticket || "", late: true };
        if (!person) {
            return { ...answer, result: "unknown", said: _t("No network: nobody known has this code. Look for the name.") };
        }
        const before = person.state;
        if (before === "open") {
            person.state = "in";
        }
        const said = {
            open: _t("Welcome. It is checked as soon as the network is back."),
            in: _t("In already, as far as this door knows."),
            unpaid: _t("Not paid, as far as this door knows."),
        }[before];
        return { ...answer, result: { open: "in", in: "again", unpaid: "unpaid" }[before], said };
    }

    // -- Sending

    async flush() {
        const scans = this.queue.all();
        if (!scans.length || this.sending) {
            return;
        }
        this.sending = true;
        try {
            const { answers, counts } = await this.orm.silent.call("event.event", "tierslieu_scan", [[this.eventId], scans]);
            this.queue.drop(scans);
            this.state.offline = false;
            if (this.state.door) {
                this.state.door.counts = counts;
            }
            for (const answer of answers) {
                this.mark(answer);
                this.show(answer);
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.queue.late();
            this.state.offline = true;
        } finally {
            this.sending = false;
            this.state.waiting = this.queue.length;
        }
        if (this.queue.length && !this.state.offline) {
            await this.flush();
        }
    }

    mark(answer) {
        const person = this.people.find((one) => one.id === answer.seat);
        if (person) {
            person.state = { in: "in", again: "in", back: "open" }[answer.result] || person.state;
        }
    }

    show(answer) {
        const others = this.state.answers.filter((one) => one.nonce !== answer.nonce);
        this.state.answers = [answer, ...others].slice(0, 30);
    }

    get duplicates() {
        return this.state.answers.filter((one) => one.late && one.result === "again").length;
    }

    // -- Selling, printing

    sell() {
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Sell at the door"),
                res_model: "tierslieu.door.sale",
                views: [[false, "form"]],
                target: "new",
                context: { default_event_id: this.eventId, dialog_size: "large" },
            },
            { onClose: () => this.load() }
        );
    }

    sheet() {
        this.action.doAction("tierslieu_events.action_report_attendance", {
            additionalContext: { active_ids: [this.eventId], active_id: this.eventId, active_model: "event.event" },
        });
    }
}

registry.category("actions").add("tierslieu_events.door", Door);
