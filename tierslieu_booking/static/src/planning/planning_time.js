import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/*
 * The planning is drawn in wall time: the clock of the place, read as if it
 * were UTC. The library below knows only UTC and the browser's zone, and the
 * place's is neither. In wall time every day has 24 hours, clock changes
 * included, and places of several zones line up.
 */

/** Wall time (JS Date) of a moment as the server writes it. */
export function toWall(serialized, zone) {
    return wallOf(deserializeDateTime(serialized), zone).toJSDate();
}

/** Moment, as the server writes it, of a wall time (JS Date). */
export function fromWall(date, zone) {
    return serializeDateTime(wall(date).setZone(zone, { keepLocalTime: true }));
}

/** Wall time (luxon) of now. */
export function wallNow(zone) {
    return wallOf(DateTime.now(), zone);
}

/** Luxon view of a wall time, to be formatted or counted with. */
export function wall(date) {
    return DateTime.fromJSDate(date, { zone: "utc" });
}

/** Nearest wall time on the booking step. */
export function snap(date, minutes) {
    const step = minutes * 60000;
    return new Date(Math.round(date.getTime() / step) * step);
}

/** Step at or before a wall time: where a double-click points. */
export function floor(date, minutes) {
    const step = minutes * 60000;
    return new Date(Math.floor(date.getTime() / step) * step);
}

function wallOf(moment, zone) {
    return moment.setZone(zone).setZone("utc", { keepLocalTime: true });
}

/** Small label of the axis: an hour, or a day in the words there is room for. */
export function minorLabel(date, scale, dayFormat) {
    const moment = wall(date.toDate());
    switch (scale) {
        case "minute":
        case "hour":
            return moment
                .toLocaleString(moment.minute ? DateTime.TIME_SIMPLE : { hour: "numeric" })
                .replace(/^0(?=\d)/, "");
        case "weekday":
        case "day":
            return moment.toFormat(dayFormat);
        case "week":
            return moment.toFormat("d LLL");
        case "month":
            return moment.toFormat("LLL");
        default:
            return moment.toFormat("y");
    }
}

/** Large label of the axis: the day over hours, the month over days. */
export function majorLabel(date, scale) {
    const moment = wall(date.toDate());
    if (["minute", "hour"].includes(scale)) {
        return moment.toLocaleString({ weekday: "long", day: "numeric", month: "long" });
    }
    return moment.toFormat(["month", "year"].includes(scale) ? "y" : "LLLL y");
}

/** Title of what is on screen, in words. */
export function windowTitle(focus, mode) {
    if (mode === "month") {
        return focus.toFormat("LLLL y");
    }
    if (mode === "week") {
        const [first, last] = [focus.startOf("week"), focus.endOf("week")];
        const far = first.hasSame(last, "month") ? "d" : "d LLL";
        return `${first.toFormat(far)} – ${last.toFormat("d LLL y")}`;
    }
    return focus.toLocaleString(DateTime.DATE_HUGE);
}
