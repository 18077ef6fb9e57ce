import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";

const { DateTime } = luxon;

const ITEM = ".o_planning_item:contains(Alice Renaud)";

/** What a host types for tomorrow at ten: the form is on the clock of the place. */
function tomorrowAtTen() {
    const paris = DateTime.now().setZone("Europe/Paris").plus({ days: 1 });
    const wall = paris.startOf("day").set({ hour: 10 });
    return formatDateTime(wall.setZone("default", { keepLocalTime: true }));
}

/** Name of the row in which an item is drawn. */
function rowOf(item) {
    const { top, height } = item.getBoundingClientRect();
    const middle = top + height / 2;
    const label = [...document.querySelectorAll(".o_planning .vis-label")].find((each) => {
        const box = each.getBoundingClientRect();
        return box.top <= middle && middle < box.bottom;
    });
    return label?.textContent.trim();
}

function choose(field, text) {
    return [
        { trigger: `.modal [name=${field}] input`, run: `edit ${text}` },
        { trigger: `.o-autocomplete--dropdown-item:contains(${text})`, run: "click" },
    ];
}

/** Wait until the planning has drawn the last move of a finger, on a slow machine too. */
const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));

/** Let a finger down on an item and up on another row, as the library listens to it. */
function dragToRow(name) {
    return {
        content: `Drag the booking to ${name}`,
        trigger: ITEM,
        async run() {
            const item = this.anchor;
            const label = [...document.querySelectorAll(".o_planning .vis-label")].find(
                (each) => each.textContent.trim() === name
            );
            const from = item.getBoundingClientRect();
            const to = label.getBoundingClientRect();
            const x = from.left + from.width / 2;
            const path = [from.top + from.height / 2, from.top + 30, to.top + 20, to.top + to.height / 2];
            const fire = (type, target, y) =>
                target.dispatchEvent(
                    new PointerEvent(type, {
                        bubbles: true,
                        cancelable: true,
                        clientX: x,
                        clientY: y,
                        pointerId: 1,
                        pointerType: "mouse",
                        button: 0,
                        buttons: type === "pointerup" ? 0 : 1,
                    })
                );
            const target = item.querySelector(".vis-item-content");
            fire("pointerdown", target, path[0]);
            for (const y of path) {
                await drawn();
                fire("pointermove", document.elementFromPoint(x, y), y);
            }
            await drawn();
            fire("pointerup", document.elementFromPoint(x, path.at(-1)), path.at(-1));
        },
    };
}

function isInRow(name) {
    return {
        content: `The booking is drawn in the row of ${name}`,
        trigger: ITEM,
        async run({ queryOne }) {
            let row;
            // The planning is drawn again after each answer of the server.
            for (let tries = 0; tries < 50 && row !== name; tries++) {
                await new Promise((resolve) => setTimeout(resolve, 100));
                row = rowOf(queryOne(ITEM));
            }
            if (row !== name) {
                throw new Error(`Alice is in the row of ${row}, not ${name}`);
            }
        },
    };
}

registry.category("web_tour.tours").add("tierslieu_host", {
    steps: () => [
        {
            content: "A unit that nobody booked has its row",
            trigger: ".o_planning .vis-label:contains(Coworking 20)",
        },
        { trigger: ".o_planning_walk_in", run: "click" },
        ...choose("partner_id", "Alice Renaud"),
        ...choose("space_id", "Petit salon"),
        { trigger: ".modal [name=start] button", run: "click" },
        {
            trigger: ".modal [name=start] input",
            run({ edit }) {
                return edit(tomorrowAtTen());
            },
        },
        { trigger: ".modal [name=hours] input", run: "edit 2:00 && press Tab" },
        {
            content: "The price is said before anyone clicks",
            trigger: ".modal .alert-success:contains(/= .?16[.,]00/)",
        },
        { trigger: ".modal button[name=action_book]", run: "click" },
        { trigger: ".o_notification:contains(Petit salon)" },
        { trigger: "body:not(:has(.modal)) .o_planning_next", run: "click" },
        {
            content: "It is on the planning at the hour of the place",
            trigger: `${ITEM}:contains(10:00)`,
        },
        isInRow("Petit salon"),
        dragToRow("Salle créative"),
        {
            content: "A refused move says why",
            trigger: ".o_error_dialog:contains(Salle créative)",
        },
        { trigger: ".o_error_dialog .modal-footer .btn-primary", run: "click" },
        { trigger: `body:not(:has(.modal)) ${ITEM}` },
        isInRow("Petit salon"),
        dragToRow("Coworking 2"),
        isInRow("Coworking 2"),
        {
            content: "A slip of the hand is taken back",
            trigger: ".o_notification .o_notification_buttons button",
            run: "click",
        },
        isInRow("Petit salon"),
        dragToRow("Coworking 2"),
        { trigger: ".o_notification .o_notification_buttons button" },
        isInRow("Coworking 2"),
        {
            trigger: ITEM,
            run: "click",
        },
        { trigger: ".modal button[name=action_cancel]", run: "click" },
        {
            trigger: ".modal:not(.o_inactive_modal):not(:has(.o_form_view)) .btn-primary",
            run: "click",
        },
        {
            content: "Its slot is free again",
            trigger: `body:not(:has(.modal)) .o_planning:not(:has(${ITEM}))`,
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_host_phone", {
    steps: () => [
        { trigger: ".o_planning .vis-label:contains(Petit salon)" },
        { trigger: ".o_planning_week", run: "click" },
        { trigger: ".o_planning_week.active" },
        { trigger: ".o_planning_walk_in", run: "click" },
        { trigger: ".modal button[name=action_book]" },
        { trigger: ".modal .btn-close, .modal .oi-arrow-left", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_planning" },
    ],
});
