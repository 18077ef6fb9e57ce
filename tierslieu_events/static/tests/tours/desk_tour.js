import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const { XMLHttpRequest } = browser;

/** A request that no network carries. */
class Lost extends window.XMLHttpRequest {
    send() {
        setTimeout(() => this.dispatchEvent(new Event("error")));
    }
}

/** Type a name, and choose the only person it finds. */
function letIn(name) {
    return [
        { content: `Look for ${name}`, trigger: ".o_tl_door_read input", run: `edit ${name}` },
        { content: `Choose ${name}`, trigger: `.o_tl_door_person:contains(${name})`, run: "click" },
    ];
}

tours.add("tierslieu_door", {
    steps: () => [
        { content: "Three are expected", trigger: ".o_tl_door_count:contains(0 / 3)" },
        ...letIn("Ana"),
        { content: "She is in", trigger: ".o_tl_door_answer.is-good.is-last:contains(Ana):contains(Welcome)" },
        { content: "And counted", trigger: ".o_tl_door_count:contains(1 / 3)" },
        ...letIn("Ana"),
        { content: "Only once", trigger: ".o_tl_door_answer.is-bad.is-last:contains(In already)" },
        {
            content: "The network is lost",
            trigger: ".o_tl_door",
            run() {
                browser.XMLHttpRequest = Lost;
            },
        },
        ...letIn("Luc"),
        {
            content: "He comes in all the same, and is sent later",
            trigger: ".o_tl_door:has(.alert:contains(No network):contains(1)) .o_tl_door_answer.is-last:contains(Luc)",
        },
        {
            content: "The network is back",
            trigger: ".o_tl_door",
            run() {
                browser.XMLHttpRequest = XMLHttpRequest;
            },
        },
        { content: "Send", trigger: ".o_tl_door .alert button", run: "click" },
        { content: "He is counted", trigger: ".o_tl_door:not(:has(.alert)) .o_tl_door_count:contains(2 / 3)" },
        { content: "Sell a seat", trigger: ".o_tl_door_foot button:contains(Sell a seat)", run: "click" },
        { trigger: ".modal [name=ticket_id] label:contains(Full)", run: "click" },
        { trigger: ".modal [name=name] input", run: "edit Passante" },
        { content: "What it costs", trigger: ".modal [name=amount]:contains(12.00)" },
        { content: "Paid", trigger: ".modal button[name=action_sell]:contains(Payment received)", run: "click" },
        { content: "She is in", trigger: "body:not(:has(.modal)) .o_tl_door_count:contains(3 / 4)" },
    ],
});

tours.add("tierslieu_event_room_conflict", {
    steps: () => [
        { content: "Its room is free at once", trigger: ".o_form_view [name=name] textarea, .o_form_view [name=name] input", run: "edit Veillée" },
        { trigger: "[name=tierslieu_space_ids] input", run: "edit Petit salon" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Petit salon)", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "Who has it, and what is free instead",
            trigger: ".modal:contains(cannot have its rooms):contains(Free at that time):contains(Salle créative)",
        },
        { trigger: ".modal button:contains(Close)", run: "click" },
        { content: "Take the other", trigger: "[name=tierslieu_space_ids] .o_delete", run: "click" },
        { trigger: "[name=tierslieu_space_ids] input", run: "edit Salle créative" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Salle créative)", run: "click" },
        ...stepUtils.saveForm(),
    ],
});
