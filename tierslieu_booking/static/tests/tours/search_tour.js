import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

function said(name, value) {
    return () => {
        const found = new URL(browser.location.href).searchParams.get(name);
        if (found !== value) {
            throw new Error(`The address says ${found} for ${name}, not ${value}`);
        }
    };
}

registry.category("web_tour.tours").add("tierslieu_search", {
    url: "/book",
    steps: () => [
        {
            content: "Two people",
            trigger: ".tl-search.is-live .tl-stepper button[value='1']",
            run: "click",
        },
        {
            content: "What is free for two",
            trigger: ".tl-found:not(.is-waiting) .tl-offer",
        },
        {
            content: "Two hours",
            trigger: ".tl-chip:contains(/^2 h$/)",
            run: "click",
        },
        {
            content: "A week from now",
            trigger: ".tl-day:nth-child(9)",
            run: "click",
        },
        {
            content: "In the afternoon",
            trigger: ".tl-chip:contains(Afternoon)",
            run: "click",
        },
        {
            content: "The time, the price and why",
            trigger:
                ".tl-found:not(.is-waiting) .tl-offer:contains(Petit salon):contains(2:00 PM to 4:00 PM) .tl-offer__why:contains(2 h)",
        },
        { content: "Kept in the address", trigger: ".tl-search", run: said("length", "120") },
        { content: "Kept in the address", trigger: ".tl-search", run: said("part", "afternoon") },
        { content: "Kept in the address", trigger: ".tl-search", run: said("people", "2") },
        {
            content: "How many there are",
            trigger: ".tl-found__head:contains(free)",
        },
        {
            content: "Book",
            trigger: ".tl-offer:contains(Petit salon) .btn-primary:contains(16.00)",
            run: "click",
            expectUnloadPage: true,
        },
        ...payWithDemo(),
        {
            content: "Booked",
            trigger: ".tl-done:contains(Petit salon)",
            run: () => browser.location.assign("/book"),
            expectUnloadPage: true,
        },
        {
            content: "The same again, a week later, in one tap",
            trigger: ".tl-again:contains(Petit salon):contains(16.00) button",
            run: "click",
            expectUnloadPage: true,
        },
        ...payWithDemo(),
        {
            content: "Booked again",
            trigger: ".tl-done:contains(Petit salon)",
        },
    ],
});
