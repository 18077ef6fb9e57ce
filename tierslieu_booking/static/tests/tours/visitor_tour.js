import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

// Nine days ahead: open and free whatever the hour at which the tour runs.
function chooseSlot(hour) {
    return [
        {
            content: "Choose the small lounge",
            trigger: ".tl-card a:contains(Petit salon)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "For two hours",
            trigger: ".tl-chip:contains(2 h)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The two hours are kept while the day changes",
            trigger: ".tl-chip.is-chosen:contains(2 h)",
        },
        {
            content: "Choose a day",
            trigger: ".tl-day.is-free:nth-child(9)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "No bar before a time is chosen",
            trigger: "body:not(:has(.tl-bar:visible)) .tl-day.is-chosen:nth-child(9)",
        },
        {
            content: "Choose a time",
            trigger: `.tl-slot__face:contains(${hour})`,
            run: "click",
        },
        {
            content: "The price is in the button",
            trigger: ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(16.00)",
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

/** From the page of spaces to the page of payment, a name and an e-mail on the way. */
function bookAsAVisitor() {
    return [
        ...chooseSlot("3:00"),
        {
            content: "It is kept while the address is asked",
            trigger: ".tl-kept:contains(Kept for you until)",
        },
        {
            content: "Look at the cart",
            trigger: "a[href='/shop/cart']:contains(Back to cart)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is there, once, at its price, and its length cannot be changed",
            trigger:
                ".o_cart_product:contains(Petit salon):contains(16.00):not(:has(.css_quantity:visible))",
        },
        {
            content: "Go on",
            trigger: "a[name='website_sale_main_button']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A name",
            trigger: "form.address_autoformat input[name=name]",
            run: "edit Camille Passage",
        },
        {
            content: "An e-mail",
            trigger: "form.address_autoformat input[name=email]",
            run: "edit camille.passage@lequai.example",
        },
        {
            content: "Nothing else is asked",
            trigger: "form.address_autoformat:not(:has(input[name=city]:visible))",
        },
        {
            content: "Go on to the payment",
            trigger: "a[name='website_sale_main_button']",
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

registry.category("web_tour.tours").add("tierslieu_visitor", {
    url: "/book",
    steps: () => [
        ...bookAsAVisitor(),
        ...payWithDemo(),
        {
            content: "What was booked, and where the message went",
            trigger:
                ".tl-done:contains(Petit salon):contains(camille.passage@lequai.example) a[href='/book/calendar.ics']",
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_visitor_reception", {
    url: "/book",
    steps: () => [
        ...bookAsAVisitor(),
        {
            content: "It is paid at the reception: the only way there is",
            trigger: "#o_payment_form_options:contains(At the reception), #o_payment_form:contains(At the reception)",
        },
        {
            content: "Nothing runs over the edge",
            trigger: "button[name=o_payment_submit_button]:not([disabled])",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error(`${document.documentElement.scrollWidth} px wide`);
                }
            },
        },
        {
            content: "Confirm",
            trigger: "button[name=o_payment_submit_button]:not([disabled])",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is booked, and the page says where to pay",
            trigger: "#wrap:contains(You pay at the reception when you come) .tl-done:contains(Petit salon)",
            timeout: 30000,
        },
        {
            content: "Where the message went",
            trigger: ".tl-done:contains(camille.passage@lequai.example) a[href='/book/calendar.ics']",
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_member", {
    url: "/book",
    steps: () => [
        ...chooseSlot("10:00"),
        ...payWithDemo(),
        {
            content: "Go to my bookings",
            trigger: ".tl-done a[href='/my/bookings']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open it",
            trigger: ".tl-ticket__link:contains(Petit salon)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Its invoice is there; cancel",
            trigger: "body:has(a:contains(Your invoice)) .tl-cancel",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What comes back is said before",
            trigger: ".tl-said:contains(16.00)",
        },
        {
            content: "Confirm",
            trigger: ".tl-portal form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is cancelled, and the money is on its way",
            trigger: ".tl-sentence:contains(16.00):contains(go back to your means of payment)",
        },
        {
            content: "It has its place in the list",
            trigger: "ol.breadcrumb a[href='/my/bookings']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Among the cancelled ones",
            trigger: ".tl-chip:contains(Cancelled bookings)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "There",
            trigger: ".tl-ticket:contains(Petit salon):contains(Cancelled)",
        },
    ],
});
