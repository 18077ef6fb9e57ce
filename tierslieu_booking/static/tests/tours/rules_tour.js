import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

function click(content, trigger) {
    return { content, trigger, run: "click", expectUnloadPage: true };
}

function within(content, trigger) {
    return {
        content,
        trigger,
        run() {
            if (document.documentElement.scrollWidth > window.innerWidth) {
                throw new Error(`${document.documentElement.scrollWidth} px wide`);
            }
        },
    };
}

function cancel(space, sentence, after) {
    return [
        click(`Open ${space}`, `.tl-ticket__link:contains(${space})`),
        click("Ask to cancel", "a[href$='/cancel']"),
        within("What it costs is said before it is done", `main:contains(${sentence})`),
        click("Cancel", "form[action$='/cancel'] button[type=submit]"),
        click(
            "What it came to is said; back to the list",
            `body:has(main:contains(${after})) ol.breadcrumb a[href='/my/bookings']`
        ),
    ];
}

registry.category("web_tour.tours").add("tierslieu_cancel_in_and_out_of_time", {
    url: "/my/bookings",
    steps: () => [
        ...cancel("Petit salon", "4.00", "4.00"),
        ...cancel("Coworking", "6.00", "6.00"),
        { content: "Nothing is left to come", trigger: "main:not(:has(.tl-ticket))" },
    ],
});

registry.category("web_tour.tours").add("tierslieu_machine_refused", {
    url: "/book",
    steps: () => [
        click("Choose the machine", ".tl-card a:contains(Laser)"),
        within(
            "The rule is named, with the way out and what can be had instead",
            "body:has(main:contains(asks for the habilitation Laser):contains(An hour with Driss)) main a:contains(Printer)"
        ),
    ],
});

registry.category("web_tour.tours").add("tierslieu_machine_booked", {
    url: "/book",
    steps: () => [
        click("Choose the machine", ".tl-card a:contains(Laser)"),
        click("Half an hour", "body:not(:has(main:contains(asks for the habilitation))) .tl-chip:contains(30 min)"),
        click("Nine days ahead", "body:has(.tl-chip.is-chosen:contains(30 min)) .tl-day.is-free:nth-child(9)"),
        {
            content: "A time",
            trigger: "body:has(.tl-day.is-chosen:nth-child(9)) .tl-slot__face:contains(3:00)",
            run: "click",
        },
        click("Book", ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(12.00)"),
        ...payWithDemo(),
        click("See the booking", ".tl-done a[href='/my/bookings']"),
        { content: "There it is", trigger: ".tl-ticket:contains(Laser)" },
    ],
});

registry.category("web_tour.tours").add("tierslieu_floor_and_room", {
    url: "/book",
    steps: () => [
        click("Choose the whole floor", ".tl-card a:contains(Whole floor)"),
        click("A day", ".tl-chip:contains(Day)"),
        click("Nine days ahead", "body:has(.tl-chip.is-chosen:contains(Day)) .tl-day.is-free:nth-child(9)"),
        { content: "The day", trigger: "body:has(.tl-day.is-chosen:nth-child(9)) .tl-slot__face", run: "click" },
        click("Book", ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(70.00)"),
        ...payWithDemo(),
        {
            content: "Booked",
            trigger: ".tl-done a[href='/my/bookings']",
            run: () => window.location.assign("/book"),
            expectUnloadPage: true,
        },
        click("A room of that floor", ".tl-card a:contains(Petit salon)"),
        click("Nine days ahead", ".tl-day:nth-child(9)"),
        within("It is taken all that day", "body:has(.tl-day.is-chosen:nth-child(9)) main:not(:has(.tl-slot__radio:not(:disabled)))"),
    ],
});
