import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

registry.category("web_tour.tours").add("tierslieu_extras", {
    url: "/book",
    steps: () => [
        {
            content: "Choose the small lounge",
            trigger: ".tl-card a:contains(Petit salon)",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "Two hours", trigger: ".tl-chip:contains(2 h)", run: "click", expectUnloadPage: true },
        {
            content: "Nine days ahead",
            trigger: "body:has(.tl-chip.is-chosen:contains(2 h)) .tl-day.is-free:nth-child(9)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A time",
            trigger: "body:has(.tl-day.is-chosen:nth-child(9)) .tl-slot__face:contains(3:00)",
            run: "click",
        },
        {
            content: "There is more to choose",
            trigger: ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(Continue):contains(16.00)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Without a script only",
            trigger: "body:not(:has(.tl-extras__again:visible)) .tl-bar__button:contains(16.00)",
        },
        {
            content: "One projector",
            trigger: ".tl-extra:contains(Projector):contains(2 free) .tl-stepper__more",
            run: "click",
        },
        { content: "Its price is in the button", trigger: ".tl-bar__button:contains(26.00)" },
        {
            content: "A second one",
            trigger: ".tl-extras:not(.is-waiting) .tl-extra:contains(Projector) .tl-stepper__more",
            run: "click",
        },
        {
            content: "There is no third",
            trigger: ".tl-extra:contains(Projector) .tl-stepper__more:disabled",
        },
        { content: "Both are in the price", trigger: ".tl-extras:not(.is-waiting) .tl-bar__button:contains(36.00)" },
        {
            content: "Coffee, by tapping anywhere on its card",
            trigger: ".tl-extra__name:contains(Coffee)",
            run: "click",
        },
        {
            content: "Nothing runs over the edge",
            trigger: ".tl-extras:not(.is-waiting):has(.tl-prices:contains(Coffee)) .tl-bar__button:contains(39.50)",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error(`${document.documentElement.scrollWidth} px wide`);
                }
            },
        },
        {
            content: "Book",
            trigger: ".tl-bar__button:contains(39.50)",
            run: "click",
            expectUnloadPage: true,
        },
        ...payWithDemo(),
        {
            content: "See the booking",
            trigger: ".tl-done a[href='/my/bookings']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It says what comes with it",
            trigger: ".tl-ticket:contains(Petit salon):contains(2 × Projector):contains(Coffee)",
        },
    ],
});
