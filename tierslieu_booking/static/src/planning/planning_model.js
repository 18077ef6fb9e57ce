import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { serializeDateTime } from "@web/core/l10n/dates";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { renderToString } from "@web/core/utils/render";
import { TimelineModel } from "@web_timeline/views/timeline/timeline_model.esm";
import { onWillStart } from "@odoo/owl";
import { toWall, wall } from "./planning_time";

const { DateTime } = luxon;

// A word and an icon with each colour: a state is never colour alone.
export const STATUSES = {
    confirmed: { icon: "fa-check", word: _t("Confirmed") },
    in_use: { icon: "fa-user", word: _t("In use") },
    done: { icon: "fa-flag-checkered", word: _t("Done") },
    hold: { icon: "fa-hourglass-half", word: _t("On hold") },
    assignment: { icon: "fa-home", word: _t("Resident") },
};
const UNTIL_FURTHER_NOTICE = { years: 5 };

/** The occupancies around what is on screen, and a row for every unit. */
export class PlanningModel extends TimelineModel {
    /** The parent asks its rights through a deprecated method; the rest is the same. */
    setup(params) {
        this.params = params;
        this.model_name = params.resModel;
        this.fields = params.fields;
        this.date_start = params.date_start;
        this.date_stop = params.date_stop;
        this.last_group_bys = ["unit_id"];
        this.keepLast = new KeepLast();
        this.span = {
            start: DateTime.now().startOf("week").minus({ days: 1 }),
            stop: DateTime.now().endOf("week").plus({ days: 1 }),
        };
        onWillStart(async () => {
            [this.write_right, this.create_right] = await Promise.all([
                user.checkAccessRight(this.model_name, "write"),
                user.checkAccessRight("tierslieu.walk.in", "create"),
            ]);
        });
    }

    async load(searchParams) {
        const start = serializeDateTime(this.span.start);
        const stop = serializeDateTime(this.span.stop);
        const domain = Domain.and([
            searchParams.domain,
            [["start", "<", stop], "|", ["stop", "=", false], ["stop", ">", start]],
        ]).toList();
        const kwargs = { context: searchParams.context };
        const [rows, records] = await this.keepLast.add(
            Promise.all([
                this.orm.call(
                    "tierslieu.unit",
                    "planning_rows",
                    [searchParams.domain, start, stop],
                    kwargs
                ),
                this.orm.searchRead(this.model_name, domain, this.params.fieldNames, kwargs),
            ])
        );
        this.places = Object.fromEntries(
            rows.filter((row) => row.place).map((row) => [row.place_id, row.place])
        );
        this.rows = new Map(rows.map((row) => [row.id, row]));
        this.data = records.filter((record) => this.rows.has(record.unit_id[0]));
        this.items = this.data.map((record) => this._event_data_transform(record));
        this.notify();
    }

    /** Widen what is loaded to hold a stretch; false when it already does. */
    widen(start, stop) {
        if (start >= this.span.start && stop <= this.span.stop) {
            return false;
        }
        const margin = stop.diff(start);
        this.span = { start: start.minus(margin), stop: stop.plus(margin) };
        return true;
    }

    zoneOf(unitId) {
        return this.places[this.rows.get(unitId).place_id].tz;
    }

    /** Zone of the axis' title and of “now”: the first place on screen. */
    get zone() {
        return Object.values(this.places)[0]?.tz || "local";
    }

    /** Finest booking step on screen, in minutes. */
    get step() {
        return Math.min(30, ...[...this.rows.values()].map((row) => row.step));
    }

    /** Opening hours of the places on screen, in wall time: [[Date, Date], …]. */
    get openings() {
        return Object.values(this.places).flatMap(({ open, tz }) =>
            open.map((pair) => pair.map((end) => toWall(end, tz)))
        );
    }

    /** What the openings leave of the loaded stretch, in wall time; nothing for several places. */
    get closings() {
        if (Object.keys(this.places).length !== 1) {
            return [];
        }
        const [start, stop] = [this.span.start, this.span.stop].map((end) =>
            toWall(serializeDateTime(end), this.zone)
        );
        const edges = [start, ...this.openings.flat(), stop];
        return edges
            .map((edge, index) => [edge, edges[index + 1]])
            .filter(([from, to], index) => index % 2 === 0 && from < to);
    }

    statusOf(record) {
        const key = record.kind === "booking" ? record.booking_state : record.kind;
        return STATUSES[key]
            ? { key, ...STATUSES[key] }
            : { key: "other", icon: "fa-lock", word: this.kindLabel(record.kind) };
    }

    kindLabel(kind) {
        return Object.fromEntries(this.fields.kind.selection)[kind];
    }

    _event_data_transform(record) {
        const [unitId, unitName] = record.unit_id;
        const zone = this.zoneOf(unitId);
        const start = toWall(record.start, zone);
        const end = record.stop
            ? toWall(record.stop, zone)
            : wall(start).plus(UNTIL_FURTHER_NOTICE).toJSDate();
        const status = this.statusOf(record);
        const movable = ["hold", "confirmed"].includes(status.key);
        const values = { record, status, unitName, hours: this.hoursOf(record, start, end) };
        return {
            id: record.id,
            group: unitId,
            start,
            end,
            type: "planning",
            className: `o_planning_item o_planning_${status.key}`,
            content: renderToString("tierslieu_booking.PlanningItem", values),
            title: renderToString("tierslieu_booking.PlanningTooltip", values),
            editable: {
                // The dates of a resident are set on its form, not by a slip of the hand.
                updateTime: movable,
                updateGroup: movable || record.kind === "assignment",
                remove: false,
            },
            evt: record,
        };
    }

    hoursOf(record, start, end) {
        const [first, last] = [wall(start), wall(end)];
        if (!record.stop) {
            return _t("since %s", first.toLocaleString(DateTime.DATE_FULL));
        }
        const format = first.hasSame(last, "day") ? DateTime.TIME_SIMPLE : DateTime.DATETIME_SHORT;
        return `${first.toLocaleString(format)} – ${last.toLocaleString(format)}`;
    }

    get canDelete() {
        return false;
    }
}

