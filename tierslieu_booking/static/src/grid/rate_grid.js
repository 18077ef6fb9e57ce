import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { parseFloat } from "@web/views/fields/parsers";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "tierslieu.rate.grid";

/**
 * The prices of a place on one screen: spaces and time units by fare profile,
 * edited in place, tried on the past bookings before anything is saved.
 */
export class RateGrid extends Component {
    static template = "tierslieu_booking.RateGrid";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.state = useState({
            places: [],
            placeId: null,
            grid: null,
            // What was typed, by cell: {key: {change, text, bad}}.
            typed: {},
            // Rates to add: {space id: [unit, …]}.
            added: {},
            simulation: null,
            busy: false,
            dateFrom: "",
            dateTo: "",
        });
        useSetupAction({
            beforeLeave: () => this.mayLeave(),
            beforeUnload: (ev) => {
                if (this.changes.length) {
                    ev.preventDefault();
                    ev.returnValue = "unsaved";
                }
            },
        });
        // The answer comes below the prices, out of sight on a phone.
        const answer = useRef("simulation");
        useEffect(
            (asked) => {
                if (asked) {
                    answer.el?.scrollIntoView({ block: "start", behavior: "smooth" });
                }
            },
            () => [this.state.simulation]
        );
        onWillStart(async () => {
            this.state.places = await this.orm.searchRead("tierslieu.place", [], ["name"]);
            if (this.state.places.length) {
                await this.open(this.state.places[0].id);
            }
        });
    }

    // -- Data

    async open(placeId) {
        this.show(placeId, await this.orm.call(MODEL, "get_grid", [placeId]));
    }

    show(placeId, grid) {
        Object.assign(this.state, { placeId, grid, typed: {}, added: {}, simulation: null });
    }

    get changes() {
        return Object.values(this.state.typed).map((cell) => cell.change);
    }

    get bad() {
        return Object.values(this.state.typed).some((cell) => cell.bad);
    }

    /** The rates of a space, those about to be added included. */
    rows(space) {
        const names = Object.fromEntries(this.state.grid.units.map(({ key, name }) => [key, name]));
        const added = (this.state.added[space.id] || []).map((unit) => ({
            rate_id: false,
            unit,
            name: names[unit],
            window: "",
            cells: this.state.grid.profiles.map(({ id }) => ({ profile_id: id, price: false })),
        }));
        return [...space.rows, ...added];
    }

    missing(space) {
        const added = this.state.added[space.id] || [];
        return this.state.grid.units.filter(
            ({ key }) => space.missing.includes(key) && !added.includes(key)
        );
    }

    // -- Cells

    key(space, row, cell) {
        return `${space.id}/${row.rate_id || row.unit}/${cell.profile_id}`;
    }

    typed(space, row, cell) {
        return this.state.typed[this.key(space, row, cell)];
    }

    text(space, row, cell) {
        const typed = this.typed(space, row, cell);
        return typed ? typed.text : cell.price === false ? "" : this.number(cell.price);
    }

    number(price) {
        return formatFloat(price, { digits: [16, 2], thousandsSep: "" });
    }

    money(amount) {
        return formatCurrency(amount, this.state.grid.currency);
    }

    onInput(space, row, cell, ev) {
        const key = this.key(space, row, cell);
        const text = ev.target.value.trim();
        let price = false;
        let bad = false;
        try {
            price = text === "" ? false : parseFloat(text);
            bad = price !== false && !(price >= 0 && price <= 100000);
        } catch {
            bad = true;
        }
        this.state.simulation = null;
        const same = !bad && (price === cell.price || (price === false && !cell.own));
        if (same) {
            delete this.state.typed[key];
            return;
        }
        this.state.typed[key] = {
            text,
            bad,
            change: {
                space_id: space.id,
                rate_id: row.rate_id,
                unit: row.unit,
                profile_id: cell.profile_id,
                price,
            },
        };
    }

    title(row, cell) {
        if (cell.by_quantity) {
            return _t("The price of one: another one applies from some quantity on, see the price list.");
        }
        return cell.own || cell.price === false ? "" : _t("By the general rules of the price list.");
    }

    addRow(space, unit) {
        this.state.added[space.id] = [...(this.state.added[space.id] || []), unit];
    }

    // -- Actions

    async mayLeave() {
        if (!this.changes.length) {
            return true;
        }
        return new Promise((resolve) => {
            this.dialog.add(ConfirmationDialog, {
                title: _t("Leave without saving?"),
                body: _t("The prices that you changed will be lost."),
                confirmLabel: _t("Leave"),
                cancelLabel: _t("Stay here"),
                confirm: () => resolve(true),
                cancel: () => resolve(false),
            });
        });
    }

    async onPlaceChange(ev) {
        const placeId = Number(ev.target.value);
        if (await this.mayLeave()) {
            await this.open(placeId);
        } else {
            ev.target.value = this.state.placeId;
        }
    }

    discard() {
        Object.assign(this.state, { typed: {}, added: {}, simulation: null });
    }

    refuse() {
        this.notification.add(_t("A price in red is not a number from 0 to 100,000: correct it first."), {
            type: "danger",
        });
    }

    async simulate() {
        if (this.bad) {
            return this.refuse();
        }
        this.state.busy = true;
        try {
            const simulation = await this.orm.call(MODEL, "simulate", [
                this.state.placeId,
                this.changes,
                this.state.dateFrom || false,
                this.state.dateTo || false,
            ]);
            this.state.simulation = simulation;
            this.state.dateFrom = simulation.date_from;
            this.state.dateTo = simulation.date_to;
        } finally {
            this.state.busy = false;
        }
    }

    async save() {
        if (this.bad) {
            return this.refuse();
        }
        this.state.busy = true;
        try {
            const grid = await this.orm.call(MODEL, "save", [this.state.placeId, this.changes]);
            this.show(this.state.placeId, grid);
            this.notification.add(_t("The prices are saved. What is already booked keeps its price."), {
                type: "success",
            });
        } finally {
            this.state.busy = false;
        }
    }

    // -- What the simulation says

    difference(sums) {
        const amount = sums.after - sums.before;
        const sign = amount > 0.004 ? "+ " : amount < -0.004 ? "− " : "";
        return sign + this.money(Math.abs(amount));
    }

    tone(sums) {
        const amount = sums.after - sums.before;
        return Math.abs(amount) < 0.005 ? "text-muted" : amount > 0 ? "text-success" : "text-danger";
    }

    percent({ before, after }) {
        if (!before) {
            return "";
        }
        return new Intl.NumberFormat(luxon.Settings.defaultLocale, {
            style: "percent",
            maximumFractionDigits: 1,
            signDisplay: "exceptZero",
        }).format((after - before) / before);
    }

    width(amount) {
        const most = Math.max(
            ...this.state.simulation.spaces.map((space) => Math.max(space.before, space.after)),
            1
        );
        return `width: ${((100 * amount) / most).toFixed(1)}%`;
    }
}

registry.category("actions").add("tierslieu_booking.rate_grid", RateGrid);
