import { registry } from "@web/core/registry";

function click(content, trigger) {
    return { content, trigger, run: "click", expectUnloadPage: true };
}

/** Nothing of the page runs over the edge of a phone. */
function fits() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error(`${document.documentElement.scrollWidth} px wide`);
    }
}

registry.category("web_tour.tours").add("tierslieu_plan_use", {
    url: "/my/membership",
    steps: () => [
        {
            content: "What the plan gives this month; a desk",
            trigger: ".tl-plan-facts:contains(Left of this period):contains(× Ticket)",
            run: () => window.location.assign("/book"),
            expectUnloadPage: true,
        },
        click("The desks", ".tl-card a:contains(Coworking)"),
        click("For an hour", ".tl-chip:contains(1 h)"),
        click("A day", "body:has(.tl-chip.is-chosen:contains(1 h)) .tl-day.is-free:not(.is-chosen)"),
        {
            content: "What is left is said; an hour",
            trigger: "body:has(.tl-purse:contains(× Ticket)) .tl-slot__face:contains(1 × Ticket)",
            run: "click",
        },
        click("Book it", ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(1 × Ticket)"),
        {
            content: "It is booked, nothing is to be paid",
            trigger: ".tl-sentence:contains(It is booked, for 1 × Ticket)",
            run: () => window.location.assign("/my/credits"),
            expectUnloadPage: true,
        },
        { content: "What it was for", trigger: ".tl-move-row:contains(Booked: Coworking)", run: fits },
    ],
});

registry.category("web_tour.tours").add("tierslieu_plan_change", {
    url: "/my/membership",
    steps: () => [
        click("Another plan", "a[href$='/change']:contains(Change plan)"),
        { content: "Which one", trigger: "#change-plan", run: "selectByLabel Poste résident" },
        click("What it costs", "button:contains(See what it costs)"),
        {
            content: "To the cent, before anything is done",
            trigger: "section:contains(Poste résident, from):contains(First invoice of the new plan):contains(To pay)",
            run: fits,
        },
        click("Change", "section button[type=submit]:contains(Change)"),
        {
            content: "The new plan, with a desk",
            trigger: "body:has(.alert-success) section:contains(Poste résident):contains(Your place)",
            run: fits,
        },
    ],
});

function choose(field, text) {
    return [
        { trigger: `.modal [name=${field}] input`, isActive: ["desktop"], run: `edit ${text}` },
        { trigger: `.o-autocomplete--dropdown-item:contains(${text})`, isActive: ["desktop"], run: "click" },
        // A phone looks among cards.
        { trigger: `.modal [name=${field}] input`, isActive: ["mobile"], run: "click" },
        { trigger: `.modal .o_kanban_record:contains(${text})`, isActive: ["mobile"], run: "click" },
    ];
}

registry.category("web_tour.tours").add("tierslieu_plan_desk", {
    steps: () => [
        ...choose("partner_id", "Alice Renaud"),
        ...choose("plan_id", "Poste résident"),
        { content: "What it costs each month", trigger: ".modal [name=price]:contains(310.00)" },
        { content: "What is due today", trigger: ".modal [name=first_said]:not(:empty)" },
        { content: "She subscribes", trigger: ".modal button:contains(Subscribe)", run: "click" },
        {
            content: "The subscription, with its desk",
            trigger: "body:not(:has(.modal)) .o_form_view [name=tierslieu_plan_id]:contains(Poste résident)",
        },
    ],
});
