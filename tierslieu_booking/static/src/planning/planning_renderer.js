/* global vis */
import { TimelineRenderer } from "@web_timeline/views/timeline/timeline_renderer.esm";
import { browser } from "@web/core/browser/browser";
import { renderToString } from "@web/core/utils/render";
import { onWillUnmount } from "@odoo/owl";
import { registerPlanningItem } from "./planning_item";
import { STATUSES } from "./planning_model";
import { fromWall, majorLabel, minorLabel, snap, wall, wallNow, windowTitle } from "./planning_time";
import { deserializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;
const HOUR = 3600000;

/** Rows of units, columns of hours of the place, and a toolbar that says which day it is. */
export class PlanningRenderer extends TimelineRenderer {
    setup() {
        super.setup();
        this.statuses = STATUSES;
        this.mode.focus = this.now;
        onWillUnmount(() => this.timeline?.destroy());
    }

    // -- The window

    get title() {
        return windowTitle(this.mode.focus, this.mode.data);
    }

    get now() {
        return wallNow(this.model.zone);
    }

    get focusDate() {
        return this.mode.focus.toISODate();
    }

    show(mode, focus) {
        Object.assign(this.mode, { data: mode, focus });
        this.timeline.setWindow(...this.window(), { animation: false });
    }

    shift(count) {
        this.show(this.mode.data, this.mode.focus.plus({ [`${this.mode.data}s`]: count }));
    }

    onDatePicked(ev) {
        if (ev.target.value) {
            this.show(this.mode.data, DateTime.fromISO(ev.target.value, { zone: "utc" }));
        }
    }

    /** Wall times shown: the open part of a day, or whole days. */
    window() {
        const { data: mode, focus } = this.mode;
        const day = this.openDay();
        const first = focus.startOf(mode).plus({ hours: day.start });
        const last = focus.endOf(mode).startOf("day").plus({ hours: day.stop });
        return [first.toJSDate(), last.toJSDate()];
    }

    /** Hours between which something is open or taken, with an hour of margin. */
    openDay() {
        const hours = { start: 24, stop: 0 };
        const widen = (start, stop) => {
            const [first, last] = [wall(start), wall(stop)];
            if (!first.hasSame(last, "day")) {
                return;
            }
            hours.start = Math.min(hours.start, first.hour);
            hours.stop = Math.max(hours.stop, last.hour + (last.minute ? 1 : 0));
        };
        this.model.openings.forEach((pair) => widen(...pair));
        for (const { evt, start, end } of this.model.items) {
            if (evt.kind !== "assignment") {
                widen(start, end);
            }
        }
        if (hours.start >= hours.stop) {
            return { start: 0, stop: 24 };
        }
        return { start: Math.max(0, hours.start - 1), stop: Math.min(24, hours.stop + 1) };
    }

    /** Nights, folded away so that a week is readable. */
    hiddenDates() {
        const day = this.openDay();
        if (day.stop - day.start >= 24) {
            return [];
        }
        const base = Date.UTC(2001, 0, 1);
        return [
            {
                start: new Date(base + day.stop * HOUR),
                end: new Date(base + (24 + day.start) * HOUR),
                repeat: "daily",
            },
        ];
    }

    _computeMode() {
        const [start, end] = this.window();
        Object.assign(this.options, { start, end });
    }

    // -- The drawing

    get dayFormat() {
        return this.mode.data === "month" ? "d" : this.env.isSmall ? "ccccc d" : "ccc d";
    }

    init_timeline() {
        Object.assign(this.options, {
            moment: (date) => vis.moment.utc(date),
            snap: (date) => snap(date, this.model.step),
            format: {
                minorLabels: (date, scale) => minorLabel(date, scale, this.dayFormat),
                majorLabels: majorLabel,
            },
            hiddenDates: this.hiddenDates(),
            itemsAlwaysDraggable: { item: true, range: true },
            multiselect: false,
            orientation: { axis: "top", item: "top" },
            verticalScroll: true,
            zoomMin: HOUR,
            zoomMax: 40 * 24 * HOUR,
            tooltip: { followMouse: true },
        });
        super.init_timeline();
        // What scrolls is reached by the keyboard, too.
        this.timeline.dom.left.tabIndex = 0;
        registerPlanningItem(this.timeline);
        this.timeline.setCurrentTime(this.now.toJSDate());
        // The library stays hidden until it draws once more after its first range.
        this.timeline.once("rangechanged", () => this.timeline.redraw());
        this.timeline.on("rangechanged", ({ start, end }) => this.onRangeChanged(start, end));
    }

    /** Fetch what scrolled into view. */
    async onRangeChanged(start, end) {
        const zone = this.model.zone;
        const [from, to] = [start, end].map((date) => deserializeDateTime(fromWall(date, zone)));
        if (this.model.widen(from, to)) {
            await this.props.onWiden();
        }
    }

    async on_data_loaded() {
        if (!this.timeline) {
            return;
        }
        this.timeline.setOptions({ hiddenDates: this.hiddenDates() });
        this.timeline.setGroups(await this.split_groups());
        this.timeline.setItems([...this.model.items, ...this.closedHours()]);
    }

    /** One row a unit, booked or not, in the order of the server. */
    async split_groups() {
        return [...this.model.rows.values()].map((row, order) => ({
            id: row.id,
            order,
            content: renderToString("tierslieu_booking.PlanningRow", {
                row,
                several: Object.keys(this.model.places).length > 1,
            }),
            className: row.first ? "o_planning_first" : "",
        }));
    }

    closedHours() {
        return this.model.closings.map(([start, end], index) => ({
            id: `closed_${index}`,
            type: "background",
            className: "o_planning_closed",
            start,
            end,
        }));
    }

    /** The browser ends a drag with a click, which must not open anything. */
    on_move(item, callback) {
        this.dropped = true;
        browser.setTimeout(() => (this.dropped = false));
        super.on_move(item, callback);
    }

    on_timeline_click(ev) {
        if (ev.what === "item" && !this.dropped) {
            this.props.onUpdate({ evt: { id: ev.item } });
        }
    }

    /** A double click on an item has opened it at its first click. */
    on_update() {}

    getXSSWhiteList() {
        return { ...super.getXSSWhiteList(), i: ["class", "title", "aria-hidden"] };
    }
}
PlanningRenderer.template = "tierslieu_booking.PlanningRenderer";
PlanningRenderer.props = { ...TimelineRenderer.props, onWiden: Function };
