import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

function click(content, trigger) {
    return { content, trigger, run: "click", expectUnloadPage: true };
}

registry.category("web_tour.tours").add("tierslieu_credits", {
    url: "/book",
    steps: () => [
        click("Choose the desks", ".tl-card a:contains(Coworking)"),
        click("For a day", ".tl-chip:contains(Day)"),
        click("Choose a day", "body:has(.tl-chip.is-chosen:contains(Day)) .tl-day.is-free:nth-child(9)"),
        {
            content: "What is left is said; choose the day",
            trigger: "body:has(.tl-purse:contains(1 × Ticket)):has(.tl-day.is-chosen:nth-child(9)) .tl-slot__face:contains(1 × Ticket)",
            run: "click",
        },
        {
            content: "Money is one tap away, and nothing runs over the edge",
            trigger: ".tl-slot__radio:checked ~ .tl-bar button[value=money]:contains(15.00)",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error(`${document.documentElement.scrollWidth} px wide`);
                }
            },
        },
        click(
            "Book with a ticket",
            ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(1 × Ticket)"
        ),
        click(
            "It is booked: the list of bookings",
            "body:has(.tl-sentence:contains(It is booked, for 1 × Ticket)) ol.breadcrumb a[href='/my/bookings']"
        ),
        click("It says what it cost; home", "body:has(.tl-ticket:contains(1 × Ticket)) ol.breadcrumb a[href^='/my']"),
        click("My credits", "a[href='/my/credits']"),
        click(
            "They are used up, by a desk; ten more",
            "body:has(.tl-move-row:contains(Booked: Coworking)) .tl-pack a:contains(Carnet de dix)"
        ),
        {
            content: "What it holds",
            trigger: ".tl-pack-facts:contains(10 × Ticket)",
        },
        { content: "Take it", trigger: "#add_to_cart", run: "click" },
        {
            content: "It is in the cart",
            trigger: "sup.my_cart_quantity:contains(1)",
            run: () => window.location.assign("/shop/checkout?try_skip_step=true"),
            expectUnloadPage: true,
        },
        ...payWithDemo(),
        click("How many, until when", ".tl-done:contains(10 × Ticket, good until) a[href='/my/credits']"),
        { content: "There they are", trigger: ".tl-lot.is-valid:contains(10):contains(Ticket)" },
    ],
});
