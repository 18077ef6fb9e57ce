import { Component, onMounted, onPatched, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DeskSearch } from "./desk_search";
import { ACTIONS, STATUS, TILES, TIME_TO_UNDO } from "./today_words";

const BOOKING = "tierslieu.booking";
const NOTE = "tierslieu.handover";
const EVERY = 60000;
const REMEMBERED = "tierslieu.today.place";

/**
 * The day of a place, as its host works through it: who comes, who is there,
 * what is to prepare and to cash in, each with its next action done in place.
 */
export class Today extends Component {
    static template = "tierslieu_booking.Today";
    static components = { DeskSearch, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.display = {};
        this.root = useRef("root");
        this.asked = 0;
        // The row to go to once the day is drawn again.
        this.wanted = null;
        this.state = useState({
            day: null,
            tile: null,
            note: "",
            busy: false,
            offline: false,
        });
        onWillStart(() => this.begin());
        onMounted(() => {
            if (this.state.day.set_up) {
                // Nothing to see before there is a place: a manager begins by making one.
                this.action.doAction("tierslieu_base.action_setup", { stackPosition: "replaceCurrentAction" });
            }
            this.timer = browser.setInterval(() => this.refresh(), EVERY);
            // The keys work at once: they belong to this screen alone.
            this.root.el?.focus({ preventScroll: true });
        });
        onPatched(() => this.keepFocus());
        onWillUnmount(() => browser.clearInterval(this.timer));
        useExternalListener(document, "visibilitychange", () => this.refresh());
    }

    // -- Data

    async begin() {
        const remembered = Number(browser.localStorage.getItem(REMEMBERED)) || null;
        try {
            await this.load(remembered);
        } catch (error) {
            // The place of last time may be gone, or another company's.
            if (!remembered) {
                throw error;
            }
            browser.localStorage.removeItem(REMEMBERED);
            await this.load(null);
        }
    }

    async load(placeId) {
        const nth = ++this.asked;
        const day = await this.orm.silent.call("tierslieu.place", "today", [placeId]);
        // A slow answer never covers a newer one.
        if (nth === this.asked) {
            Object.assign(this.state, { day, offline: false });
        }
    }

    /** Draw the day as it is now; a line that is down is said, not shouted every minute. */
    async refresh() {
        if (document.hidden || this.state.busy) {
            return;
        }
        try {
            await this.load(this.state.day.place || null);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.offline = true;
        }
    }

    async onPlaceChange(ev) {
        const placeId = Number(ev.target.value);
        browser.localStorage.setItem(REMEMBERED, placeId);
        await this.load(placeId);
    }

    // -- Tiles and rows

    get tiles() {
        return this.state.day.tiles.map((tile, index) => ({ ...tile, ...TILES[tile.key], digit: index + 1 }));
    }

    get rows() {
        const { tile, day } = this.state;
        const live = ["late", "expected", "here"];
        return day.rows.filter(({ tiles }) =>
            tile ? tiles.includes(tile) : tiles.some((key) => live.includes(key))
        );
    }

    get title() {
        return this.state.tile ? TILES[this.state.tile].title : _t("What comes next");
    }

    get empty() {
        if (this.state.tile) {
            return TILES[this.state.tile].empty;
        }
        return _t("Nobody is expected any more today, and nobody is here.");
    }

    choose(key) {
        this.state.tile = this.state.tile === key ? null : key;
    }

    status(row) {
        return STATUS[row.status];
    }

    /** The one action of a row: the one its tile is for, or the likeliest. */
    primary(row) {
        const wanted = this.state.tile && TILES[this.state.tile].action;
        const name = row.actions.includes(wanted) ? wanted : row.actions[0];
        const first = name !== "action_step_back" && name !== "action_not_set_up";
        return name && first ? { name, ...ACTIONS[name] } : null;
    }

    /** The rest; what takes a step back is there only where one looks for it. */
    others(row) {
        const primary = this.primary(row)?.name;
        const looking = ["here", "leaving", "gone"].includes(this.state.tile);
        return row.actions
            .filter((name) => name !== primary && (looking || name !== "action_step_back"))
            .map((name) => ({ name, ...ACTIONS[name] }));
    }

    // -- Actions

    async run(row, name) {
        if (name === "action_collect" || name === "action_refuse") {
            return this.ask(row, name);
        }
        const { confirm } = ACTIONS[name];
        const at = this.position();
        if (confirm) {
            return this.dialog.add(ConfirmationDialog, {
                title: ACTIONS[name].label,
                body: confirm(row),
                confirmLabel: ACTIONS[name].confirmLabel,
                cancelLabel: _t("Wait a little"),
                confirm: () => this.call(row, name, at),
                cancel: () => {},
            });
        }
        return this.call(row, name, at);
    }

    /** Do it, draw the day again, and offer to take it back. */
    async call(row, name, at = this.position()) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(BOOKING, name, [[row.id]]);
        } finally {
            await this.load(this.state.day.place);
            this.wanted = at;
            this.state.busy = false;
        }
        this.say(row, ACTIONS[name]);
    }

    say(row, { done, undo }) {
        this.tell(done(row), undo && (() => this.call(row, undo)));
    }

    /** Say what was done, with a way to take it back, and other things to do next. */
    tell(message, undo, others = []) {
        this.undo?.close();
        this.undo = null;
        const buttons = others.map(({ name, onClick }) => ({ name, onClick: () => (close(), onClick()) }));
        if (undo) {
            const back = () => {
                close();
                this.undo = null;
                return undo();
            };
            buttons.push({ name: _t("Undo"), onClick: back });
            this.undo = { back, close: () => close() };
        }
        const close = this.notification.add(message, { type: "success", buttons, autocloseDelay: TIME_TO_UNDO });
    }

    /** What the search bar booked: it may be of today. */
    async booked({ id, said, due }) {
        await this.load(this.state.day.place);
        const row = { id };
        const next = due ? [{ name: ACTIONS.action_collect.label, onClick: () => this.collect(row) }] : [];
        this.tell(said, () => this.takeBack(row), next);
    }

    async takeBack(row) {
        await this.orm.call(BOOKING, "action_cancel", [[row.id]], { waive: _t("Taken back at once") });
        await this.load(this.state.day.place);
    }

    collect(row) {
        return this.ask(row, "action_collect");
    }

    /** Open the dialog that asks what is missing: how it is paid, why it is refused. */
    async ask(row, name) {
        const action = await this.orm.call(BOOKING, name, [[row.id]]);
        return this.openDialog({ ...action, views: [[false, "form"]] });
    }

    open(row) {
        return this.openDialog({
            type: "ir.actions.act_window",
            name: row.who,
            res_model: BOOKING,
            res_id: row.id,
            views: [[false, "form"]],
            target: "new",
            context: { dialog_size: "extra-large" },
        });
    }

    /** Open the form of a walk-in, with what is known already. */
    async walkIn(known = {}) {
        const action = await this.action.loadAction("tierslieu_booking.action_walk_in");
        return this.openDialog({ ...action, context: { ...action.context, ...known } });
    }

    /** Open the sale of a pack of credits. */
    async sellPack() {
        return this.openDialog(await this.action.loadAction("tierslieu_booking.action_credit_sale"));
    }

    openDialog(action) {
        const at = this.position();
        return this.action.doAction(action, {
            onClose: () => {
                this.wanted = at;
                return this.refresh();
            },
        });
    }

    // -- Handover notes

    async addNote() {
        const text = this.state.note.trim();
        if (!text || this.state.busy) {
            this.noteField?.focus();
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.create(NOTE, [{ place_id: this.state.day.place, text }]);
            this.state.note = "";
            await this.load(this.state.day.place);
        } finally {
            this.state.busy = false;
        }
    }

    async tick(note) {
        await this.orm.call(NOTE, note.done ? "action_not_done" : "action_done", [[note.id]]);
        await this.load(this.state.day.place);
    }

    allNotes() {
        return this.action.doAction("tierslieu_booking.action_handover");
    }

    get toDo() {
        return this.state.day.notes.filter((note) => !note.done).length;
    }

    get noteField() {
        return this.root.el?.querySelector(".o_today_note_text");
    }

    toNotes() {
        this.noteField?.scrollIntoView({ block: "center" });
        this.noteField?.focus({ preventScroll: true });
    }

    // -- Keys

    get lines() {
        return [...(this.root.el?.querySelectorAll(".o_today_row") || [])];
    }

    position() {
        return this.lines.findIndex((line) => line.contains(document.activeElement));
    }

    /** Go to the row at a place of the list, or the last. */
    goTo(index) {
        if (index < 0 || this.ui.isSmall) {
            return;
        }
        const lines = this.lines;
        const line = lines[Math.min(index, lines.length - 1)];
        const button = line?.querySelector(".btn-primary") || line?.querySelector("button");
        (button || this.root.el)?.focus();
    }

    /** A row that goes takes the focus with it: the keys stay with the screen. */
    keepFocus() {
        if (this.wanted !== null && !this.state.busy) {
            const index = this.wanted;
            this.wanted = null;
            this.goTo(index);
        }
        if (document.activeElement === document.body) {
            this.root.el?.focus({ preventScroll: true });
        }
    }

    onKeydown(ev) {
        const typing = ev.target.closest("input, textarea, select, [contenteditable=true]");
        if (typing) {
            if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey) && ev.target === this.noteField) {
                ev.preventDefault();
                this.addNote();
            } else if (ev.key === "Escape") {
                this.root.el.focus();
            }
            return;
        }
        if (ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        const doIt = this.keys[ev.key.length === 1 ? ev.key.toLowerCase() : ev.key];
        const tile = this.tiles[Number(ev.key) - 1];
        if (doIt || tile) {
            ev.preventDefault();
            doIt ? doIt() : this.choose(tile.key);
        }
    }

    get keys() {
        const at = this.position();
        const row = this.rows[at];
        const onRow = (name) => () => row?.actions.includes(name) && this.run(row, name);
        return {
            ArrowDown: () => this.goTo(at + 1),
            ArrowUp: () => this.goTo(Math.max(at - 1, 0)),
            Escape: () => (this.state.tile = null),
            n: onRow("action_no_show"),
            p: onRow("action_collect"),
            a: onRow("action_approve"),
            r: onRow("action_refuse"),
            o: () => row && this.open(row),
            u: () => this.undo?.back(),
            m: () => this.toNotes(),
            "/": () => this.root.el.querySelector(".o_desk_words").focus(),
            w: () => this.walkIn(),
            c: () => this.state.day.sells_packs && this.sellPack(),
        };
    }
}

registry.category("actions").add("tierslieu_booking.today", Today);
