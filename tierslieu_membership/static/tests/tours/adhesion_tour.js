import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

function click(content, trigger) {
    return { content, trigger, run: "click", expectUnloadPage: true };
}

/** Nothing of the page runs over the edge of a phone. */
function fits() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error(`${document.documentElement.scrollWidth} px wide`);
    }
}

registry.category("web_tour.tours").add("tierslieu_adhesion_renew", {
    url: "/my/membership",
    steps: () => [
        { content: "What it brings", trigger: ".tl-empty:contains(You are not a member yet)", run: fits },
        {
            content: "Less than the floor",
            trigger: ".tl-adhesion-offer:contains(Adhésion solidaire) input[name=amount]",
            run: "edit 4",
        },
        click("Try", ".tl-adhesion-offer:contains(Adhésion solidaire) button[type=submit]"),
        {
            content: "It is refused with a sentence; give more",
            trigger: ".tl-adhesion-offer:has(.alert:contains(at least)) input[name=amount]",
            run: "edit 12,50",
        },
        click("Join", ".tl-adhesion-offer:contains(Adhésion solidaire) button[type=submit]"),
        { content: "The price is the one chosen", trigger: "body:contains(12.50)" },
        ...payWithDemo(),
        click("Until when", ".tl-done:contains(Adhésion solidaire):contains(to December 31) a[href='/my/membership']"),
        {
            content: "In order, with a receipt",
            trigger: "body:has(.tl-state.is-good:contains(In order)) a[href$='receipt.pdf']",
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

registry.category("web_tour.tours").add("tierslieu_adhesion_desk", {
    steps: () => [
        { content: "Enter one", trigger: "button:contains(Enter an adhesion)", run: "click" },
        ...choose("partner_id", "Alice Renaud"),
        { content: "What it costs", trigger: ".modal [name=amount]:contains(20.00)" },
        { content: "From when to when", trigger: ".modal .alert:contains(Alice Renaud: member from)" },
        { content: "Its number, to the bank as it stands", trigger: ".modal [name=memo] input", run: "edit Chèque 1207" },
        { content: "It is received", trigger: ".modal button:contains(Payment received)", run: "click" },
        { content: "In order", trigger: ".modal .o_form_view:contains(Alice Renaud) [name=tierslieu_status]:contains(In order)" },
    ],
});
