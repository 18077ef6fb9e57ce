import { registry } from "@web/core/registry";
import { payWithDemo } from "@website_sale/js/tours/tour_utils";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return { content, trigger, run: "click", expectUnloadPage: true };
}

/** What is there, and fits the width of the screen. */
function fits(content, trigger) {
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

/** How many of a ticket. */
function choose(ticket, number) {
    return {
        content: `${number} of ${ticket}`,
        trigger: `.tl-seats__ticket:contains(${ticket}) select`,
        run: `select ${number}`,
    };
}

const who = (name, email) => [
    { trigger: "#seats-name", run: `edit ${name}` },
    { trigger: "#seats-email", run: `edit ${email}` },
];

tours.add("tierslieu_seats_without_account", {
    steps: () => [
        fits("No account is asked for", ".tl-seats:contains(No account is needed)"),
        choose("Free entry", "2"),
        ...who("Ana Voisine", "ana@example.org"),
        {
            content: "With others",
            trigger: ".tl-seats details:contains(I come with others) summary",
            run() {
                this.anchor.parentElement.open = true;
            },
        },
        { trigger: "#seats-others", run: "edit Luc Voisin" },
        click("Have them", ".tl-seats form button.tl-wide"),
        fits("They are there", ".tl-tickets:contains(Ana Voisine):contains(Luc Voisin)"),
        click("The first of them", ".tl-tickets li:contains(Luc Voisin) a"),
        fits("Its code can be shown", ".tl-seat:contains(Luc Voisin) img.tl-seat__code"),
    ],
});

tours.add("tierslieu_seats_two_fares_and_a_free_price", {
    steps: () => [
        fits("What each costs", ".tl-seats__ticket:contains(Full) .tl-seats__price:contains(12.00)"),
        fits("What giving up costs is said before", ".tl-seats:contains(Cancelling is free)"),
        choose("Full", "1"),
        choose("Reduced", "1"),
        choose("Support", "1"),
        { content: "A price of one's own", trigger: ".tl-seats__ticket:contains(Support) input", run: "edit 2" },
        click("Below the least", ".tl-seats form button.tl-wide"),
        fits("One sentence", ".tl-seats .tl-sentence:contains(at least)"),
        {
            content: "Nothing is lost",
            trigger: ".tl-seats__ticket:contains(Full) select",
            run() {
                if (this.anchor.value !== "1") {
                    throw new Error(`${this.anchor.value} seats`);
                }
            },
        },
        { content: "A price of one's own", trigger: ".tl-seats__ticket:contains(Support) input", run: "edit 7.50" },
        click("Go on", ".tl-seats form button.tl-wide"),
        fits("All of it is in the cart", "#cart_products:contains(Full):contains(Reduced):contains(Support)"),
        click("Pay", "a[name='website_sale_main_button']"),
        ...payWithDemo(),
        fits("Paid", "main:contains(25.50)"),
    ],
});

tours.add("tierslieu_seats_members_first", {
    steps: () => [
        fits("Members first, and from when for all", ".tl-seats__ticket:contains(Full):contains(members first, everybody from):not(:has(select))"),
        click("Log in", ".tl-seats a[href^='/web/login']"),
        { trigger: "input[name='login']", run: "edit tour_member" },
        { trigger: "input[name='password']", run: "edit tour_member_password" },
        click("Log in", "button[type='submit']:contains(Log in)"),
        choose("Full", "1"),
        click("Have it", ".tl-seats form button.tl-wide"),
        fits("It is theirs", ".tl-tickets"),
    ],
});

tours.add("tierslieu_seat_given_up", {
    steps: () => [
        fits("A seat, from the link of its mail", ".tl-seat:contains(Ana Voisine) img.tl-seat__code"),
        click("Give it up", "a[href$='/cancel']"),
        fits("What that brings", ".tl-said:contains(You will owe nothing)"),
        click("Give it up", ".tl-seats form button[type=submit]"),
        fits("It is somebody else's", ".tl-seat:contains(Given up)"),
    ],
});

tours.add("tierslieu_event_proposed", {
    steps: () => [
        fits("Nothing proposed yet", ".tl-empty"),
        click("Propose", "a[href='/my/proposals/new']"),
        { trigger: "#proposal-name", run: "edit Chorale" },
        { trigger: "#proposal-description", run: "edit Une heure pour chanter." },
        { trigger: "#proposal-people", run: "edit 15" },
        click("Send it", "main form button[type=submit]"),
        fits("It waits for an answer", ".tl-ticket:contains(Chorale):contains(The team reads it)"),
    ],
});
