import { registry } from "@web/core/registry";

const HOUR = ".o_tierslieu_grid input[aria-label^='Petit salon, Hour']:first";

registry.category("web_tour.tours").add("tierslieu_price_grid", {
    steps: () => [
        { content: "The hour of the small lounge", trigger: HOUR, run: "edit 10" },
        {
            content: "The change shows, with the price it replaces",
            trigger: ".o_tierslieu_grid td.o_changed s:contains(8)",
        },
        { trigger: "button:contains(Simulate)", run: "click" },
        {
            content: "Two bookings of two hours would have brought eight more",
            trigger: ".o_tierslieu_simulation strong:contains(8.00), .o_tierslieu_simulation strong:contains('8,00')",
        },
        { trigger: ".o_tierslieu_simulation .text-muted:contains(2 bookings priced again)" },
        {
            content: "A slip of the finger is refused",
            trigger: HOUR,
            run: "edit ten",
        },
        { trigger: "button:contains(Save the prices)", run: "click" },
        { trigger: ".o_notification:contains(correct it first)" },
        { trigger: HOUR, run: "edit 9.50" },
        { trigger: "button:contains(Save the prices):not([disabled])", run: "click" },
        { trigger: ".o_notification:contains(The prices are saved)" },
        { trigger: ".o_tierslieu_grid:not(:has(td.o_changed))" },
        {
            content: "Half-days, from now on",
            trigger: ".o_tierslieu_grid tbody:contains(Petit salon) button:contains(half-day)",
            run: "click",
        },
        {
            trigger: ".o_tierslieu_grid input[aria-label^='Petit salon, Half-day']:first",
            run: "edit 25",
        },
        { trigger: "button:contains(Save the prices):not([disabled])", run: "click" },
        { trigger: ".o_tierslieu_grid:not(:has(td.o_changed))" },
    ],
});
