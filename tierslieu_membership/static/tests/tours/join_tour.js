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

/** What is paid opens a subscription, its invoice and its receipt: a slow machine takes its time. */
function payPatiently() {
    return payWithDemo().map((step) => ({ ...step, timeout: 60000 }));
}

function who(name, email) {
    return [
        click("Begin", "#wrap a[href='/join/who']:contains(Begin)"),
        { content: "A name", trigger: "input[name=name]", run: `edit ${name}` },
        { content: "An e-mail", trigger: "input[name=email]", run: `edit ${email}` },
        { content: "Nothing runs over", trigger: "h1:contains(Who are you)", run: fits },
        click("Go on", "#wrap form button[type=submit]"),
        { content: "The charter is there to read", trigger: ".tl-join__charter:contains(On range sa tasse)", run: fits },
        { content: "Accept it", trigger: "input[name=accept]", run: "check" },
        click("Go on", "#wrap form button[type=submit]"),
    ];
}

function readyToPay(amount) {
    return [
        { content: "What is paid now", trigger: `.tl-join__total:contains(${amount})`, run: fits },
        click("Pay", "#wrap form button[type=submit]:contains(Pay)"),
    ];
}

registry.category("web_tour.tours").add("tierslieu_join", {
    url: "/join",
    steps: () => [
        ...who("Maya Delmas", "maya.tour@lequai.example"),
        {
            content: "Less than the floor",
            trigger: ".tl-adhesion-offer:contains(Adhésion solidaire) input[name=amount]",
            run: "edit 4",
        },
        click("Try", ".tl-adhesion-offer:contains(Adhésion solidaire) button[type=submit]"),
        {
            content: "A sentence says why, what was typed is there; give more",
            trigger: "body:has(.alert:contains(at least)) .tl-adhesion-offer:contains(Adhésion solidaire) input[name=amount]:value(4)",
            run: "edit 12",
        },
        click("Choose it", ".tl-adhesion-offer:contains(Adhésion solidaire) button[type=submit]"),
        { content: "Plans", trigger: ".tl-plan-offer:contains(Nomade)", run: fits },
        click("Not now", "button[name=skip]"),
        ...readyToPay("12.00"),
        {
            content: "The bank says no",
            trigger: "select[name=simulated_payment_state], #simulated_payment_state",
            run: "select error",
        },
        click("Pay", "button[name=o_payment_submit_button]:not([disabled])"),
        {
            content: "Back to the payment: nothing is lost",
            trigger: "#o_payment_form, form[name=o_payment_form], #payment_method",
            run: () => window.location.assign("/join"),
            expectUnloadPage: true,
        },
        click("Go on from where one was", "#wrap a[href='/join/ready']:contains(Go on)"),
        ...readyToPay("12.00"),
        ...payPatiently(),
        {
            content: "A member; the link to the account is on its way",
            trigger: "#wrap:contains(maya.tour@lequai.example):contains(link to your account)",
            run: fits,
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_join_desk", {
    url: "/join",
    steps: () => [
        ...who("Rose Marchand", "rose.tour@lequai.example"),
        click("An adhesion", ".tl-adhesion-offer:contains(Adhésion de douze mois) button[type=submit]"),
        {
            content: "What a desk costs, gives and asks",
            trigger: ".tl-plan-offer:contains(Poste résident):contains(310.00):contains(Caution):contains(150.00)",
            run: fits,
        },
        click("Take it", ".tl-plan-offer:contains(Poste résident) button[type=submit]"),
        {
            content: "The plan, its caution and the adhesion, each on its line",
            trigger: "body:has(.tl-join__line:contains(Caution):contains(150.00)) .tl-join__line:contains(Poste résident)",
            run: fits,
        },
        click("Pay", "#wrap form button[type=submit]:contains(Pay)"),
        ...payPatiently(),
        { content: "The desk is said", trigger: ".tl-done .tl-ticket:contains(Poste résident)", run: fits },
    ],
});
