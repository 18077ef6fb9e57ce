import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

function openBooking(space) {
    return [
        {
            content: "Open my booking",
            trigger: `.tl-ticket__link:contains(${space})`,
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

function askToMove() {
    return [
        ...openBooking("Petit salon"),
        {
            content: "Move it",
            trigger: ".tl-move",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It stays mine meanwhile, and nothing is chosen for me",
            trigger:
                "body:not(:has(.tl-bar:visible)) .tl-to-move:contains(It stays yours):contains(16.00)",
        },
    ];
}

function chooseTime(hour, difference) {
    return [
        {
            content: "Choose a time",
            trigger: `.tl-slot__face:contains(${hour})`,
            run: "click",
        },
        {
            content: "What it changes to pay is in the button",
            trigger: `.tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(${difference})`,
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

registry.category("web_tour.tours").add("tierslieu_move_dearer", {
    url: "/my/bookings",
    steps: () => [
        ...askToMove(),
        {
            content: "An hour more",
            trigger: ".tl-chip:contains(3 h)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The three hours are chosen",
            trigger: ".tl-chip.is-chosen:contains(3 h)",
        },
        ...chooseTime("3:00", "+ 8.00"),
        {
            content: "The difference is to be paid, while the slot is kept",
            trigger: "body:has(.tl-kept) [name=o_payment_submit_button]",
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_move_pay", {
    url: "/my/bookings",
    steps: () => [
        ...openBooking("Petit salon"),
        {
            content: "It has not moved yet; pay now",
            trigger:
                ".tl-portal:has(.tl-ticket__when:contains(10:00)) .tl-sentence:contains(3:00) .tl-pay:contains(8.00)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What it replaces is taken off, and leaves the cart with it only",
            trigger:
                ".o_cart_product:contains(Instead of):contains(16.00):not(:has(.js_delete_product)):not(:has(img))",
        },
        {
            content: "Go on",
            trigger: "a[name='website_sale_main_button']",
            run: "click",
            expectUnloadPage: true,
        },
        ...payWithDemo(),
        {
            content: "It is moved",
            trigger: "body:has(h3:contains(It is moved)) .tl-done:contains(Petit salon):contains(3:00)",
        },
        {
            content: "See my bookings",
            trigger: ".tl-done a[href='/my/bookings']",
            run: "click",
            expectUnloadPage: true,
        },
        ...openBooking("Petit salon"),
        {
            content: "The new time and price, nothing left to pay",
            trigger:
                ".tl-portal:not(:has(.tl-pay)):has(.tl-ticket__when:contains(3:00)) .tl-prices__total:contains(24.00)",
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_move_cheaper", {
    url: "/my/bookings",
    steps: () => [
        ...askToMove(),
        {
            content: "To a desk",
            trigger: ".tl-chip:contains(Coworking)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The desks are chosen, the length is kept",
            trigger: "body:has(.tl-chip.is-chosen:contains(Coworking)) .tl-chip.is-chosen:contains(2 h)",
        },
        ...chooseTime("3:00", "10.00"),
        {
            content: "It is moved at once, and the money is on its way",
            trigger:
                ".tl-sentence:contains(It is moved):contains(10.00):contains(go back to your means of payment)",
        },
        {
            content: "The new place and price, and the credit note",
            trigger:
                ".tl-portal:has(.tl-title:contains(Coworking)):has(.tl-prices__total:contains(6.00)) a:contains(Your credit note)",
        },
    ],
});
