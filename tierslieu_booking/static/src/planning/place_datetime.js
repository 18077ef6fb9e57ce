import { registry } from "@web/core/registry";
import {
    DateTimeField,
    dateRangeField,
    dateTimeField,
} from "@web/views/fields/datetime/datetime_field";
import { Component, xml } from "@odoo/owl";

/**
 * A moment said on the clock of the place, wherever the browser is.
 *
 * Odoo shows moments in the browser's zone. Its own field is kept, picker and
 * parsing included; what it reads and writes is shifted on the way, by the
 * zone that the record gives in `place_tz`.
 */
export class PlaceDateTimeField extends Component {
    static template = xml`<DateTimeField t-props="fieldProps"/>`;
    static components = { DateTimeField };
    static props = DateTimeField.props;
    static defaultProps = DateTimeField.defaultProps;

    get fieldProps() {
        return { ...this.props, record: onPlaceClock(this.props.record) };
    }
}

function onPlaceClock(record) {
    const zone = record.data.place_tz || "default";
    const shift = (value, from, to) =>
        value instanceof luxon.DateTime
            ? value.setZone(from).setZone(to, { keepLocalTime: true }).setZone("default")
            : value;
    const data = new Proxy(record.data, {
        get: (target, name) => shift(target[name], zone, "default"),
    });
    const update = (changes, ...options) => {
        const shifted = Object.entries(changes).map(([name, value]) => [
            name,
            shift(value, "default", zone),
        ]);
        return record.update(Object.fromEntries(shifted), ...options);
    };
    return new Proxy(record, {
        get: (target, name) => ({ data, update })[name] ?? target[name],
    });
}

registry.category("fields").add("place_datetime", {
    ...dateTimeField,
    component: PlaceDateTimeField,
});
registry.category("fields").add("place_daterange", {
    ...dateRangeField,
    component: PlaceDateTimeField,
});
