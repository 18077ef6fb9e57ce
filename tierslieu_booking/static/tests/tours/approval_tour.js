import { registry } from "@web/core/registry";

const ROW = (who) => `.o_today_row:contains(${who})`;

function press(key, content) {
    return {
        content,
        trigger: ".o_today:focus-within",
        run() {
            document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
            );
        },
    };
}

/** Two requests on the screen of the day: one is refused with a reason, the other agreed to. */
registry.category("web_tour.tours").add("tierslieu_approval", {
    steps: () => [
        { trigger: ".o_tile_to_approve .o_today_count:contains(2)" },
        press("9", "What waits for an answer"),
        { trigger: ".o_tile_to_approve[aria-pressed=true]" },
        { trigger: `${ROW("Bruno Costa")}:contains(Asked) .o_action_refuse` },
        { trigger: `.o_today_row:first:contains(Alice Renaud) .btn-primary.o_action_approve:contains(Agree)` },
        press("ArrowDown", "To the first of them"),
        { trigger: `${ROW("Alice Renaud")} .o_action_approve:focus` },
        press("r", "Refuse it"),
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit The caretaker is away" },
        { trigger: ".modal button[name=action_refuse]", run: "click" },
        { trigger: `body:not(:has(.modal)) .o_today_list:not(:has(${ROW("Alice Renaud")})) ${ROW("Bruno Costa")}` },
        { trigger: `${ROW("Bruno Costa")} .o_action_approve:enabled`, run: "click" },
        { trigger: ".o_notification:contains(Agreed: Bruno Costa is told)" },
        { trigger: ".o_today_empty:contains(Nobody waits for an answer)" },
    ],
});
