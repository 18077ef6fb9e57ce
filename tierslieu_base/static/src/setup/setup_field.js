import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const TYPED = { text: "text", email: "email", tel: "tel", number: "text" };

/** “9:30” of 9.5. */
function asClock(hour) {
    const minutes = Math.round(Number(hour) * 60);
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** 9.5 of “9:30”, 24 of an end at midnight. */
function asHour(clock, isEnd) {
    const [hours, minutes] = clock.split(":").map(Number);
    const hour = hours + (minutes || 0) / 60;
    return isEnd && hour === 0 ? 24 : hour;
}

/** One question of the assistant: a line to type, a choice, a week, a table. */
export class SetupField extends Component {
    static template = "tierslieu_base.SetupField";
    static props = { field: Object, value: { optional: true }, onChange: Function };

    setup() {
        this.asClock = (hour) => (hour === 24 ? "00:00" : asClock(hour));
    }

    get id() {
        return `o_setup_${this.props.field.name}`;
    }

    get type() {
        return TYPED[this.props.field.kind];
    }

    get classes() {
        const { kind, width } = this.props.field;
        return `o_setup_field o_setup_${kind} ${width ? `o_setup_${width}` : ""}`;
    }

    change(value) {
        this.props.onChange(this.props.field.name, value);
    }

    /** A choice keeps the kind of key that it has: a number stays one. */
    choose(ev) {
        const option = this.props.field.options.find(({ key }) => String(key) === ev.target.value);
        this.change(option ? option.key : "");
    }

    // -- Picture

    get picture() {
        const value = this.props.value || "";
        const start = atob(value.slice(0, 16));
        const kind = start.startsWith("\x89PNG") ? "png" : start.startsWith("<") ? "svg+xml" : "jpeg";
        return `data:image/${kind};base64,${value}`;
    }

    pick(ev) {
        const file = ev.target.files[0];
        if (!file) {
            return;
        }
        const reader = new FileReader();
        reader.onload = () => this.change(reader.result.split(",")[1]);
        reader.readAsDataURL(file);
    }

    // -- Week

    setWeek(change) {
        const week = this.props.value.map((day) => day.map((stretch) => [...stretch]));
        change(week);
        this.change(week);
    }

    isPreset({ week }) {
        return JSON.stringify(week) === JSON.stringify(this.props.value);
    }

    openDay(day, isOpen) {
        this.setWeek((week) => {
            const usual = week.find((other) => other.length) || [[9, 18]];
            week[day] = isOpen ? usual.map((stretch) => [...stretch]) : [];
        });
    }

    addStretch(day) {
        this.setWeek((week) => {
            const end = week[day].at(-1)[1];
            week[day].push([Math.min(end + 1, 23), Math.min(end + 4, 24)]);
        });
    }

    dropStretch(day, nth) {
        this.setWeek((week) => week[day].splice(nth, 1));
    }

    setHour(day, nth, end, ev) {
        if (ev.target.value) {
            this.setWeek((week) => (week[day][nth][end] = asHour(ev.target.value, end === 1)));
        }
    }

    // -- Table

    setCell(index, name, value) {
        const rows = this.props.value.map((row, nth) => (nth === index ? { ...row, [name]: value } : row));
        this.change(rows);
    }

    /** Another row of a kind, under a key and a name of its own. */
    addRow(ev) {
        const key = ev.target.value;
        ev.target.value = "";
        const rows = this.props.value;
        const model = rows.find((row) => row.key === key);
        if (!model) {
            return;
        }
        const same = rows.filter((row) => row.key === key || row.key.startsWith(`${key}-`));
        const nth = Math.max(1, ...same.map((row) => Number(row.key.split("-")[1] || 1))) + 1;
        const row = { ...model, key: `${key}-${nth}`, name: `${model.name} ${nth}`, ticked: true, locked: false };
        const at = rows.indexOf(same.at(-1)) + 1;
        this.change([...rows.slice(0, at), row, ...rows.slice(at)]);
    }

    /** A price is written as people here write it. */
    asText(value) {
        return typeof value === "number" ? String(value).replace(".", this.comma) : value ?? "";
    }

    get comma() {
        return (1.5).toLocaleString(document.documentElement.lang || undefined).charAt(1);
    }

    label(row, column) {
        return `${row.title || row.name}, ${column.label}`;
    }

    hourLabel(day, nth, end) {
        const label = end ? _t("%(day)s, until", { day }) : _t("%(day)s, from", { day });
        return nth ? `${label} (${nth + 1})` : label;
    }

    addLabel(day) {
        return _t("%(day)s, add hours", { day });
    }

    dropLabel(day) {
        return _t("%(day)s, remove these hours", { day });
    }
}
