import { registry } from "@web/core/registry";

const page = (key) => `.o_setup_page[data-page=${key}]`;
const step = (key) => `.o_setup_step[data-step=${key}]`;
const field = (name) => `[data-field=${name}]`;

const next = { content: "Go on", trigger: ".o_setup_next:not([disabled])", run: "click" };
const KEYS = ["who", "hours", "spaces", "prices", "taxes", "payment", "page"];

function skipEach() {
    return KEYS.flatMap((key) => [
        { content: `The step ${key}`, trigger: page(key) },
        { content: "Not now", trigger: ".o_setup_skip:not([disabled])", run: "click" },
        { content: "It is said to be for later", trigger: `${step(key)}.o_step_skipped` },
    ]);
}

function findAgain(key) {
    return [
        { content: `Find ${key} again`, trigger: `${step(key)}:not([disabled])`, run: "click" },
        { content: "It is open", trigger: page(key) },
    ];
}

function done(key) {
    return [next, { content: `${key} is settled`, trigger: `${step(key)}.o_step_done` }];
}

registry.category("web_tour.tours").add("tierslieu_setup", {
    steps: () => [
        { content: "Nothing is there: the assistant opens by itself", trigger: page("who") },
        ...skipEach(),
        { content: "The end says what is missing", trigger: `${page("end")}:contains(Almost there)` },

        ...findAgain("who"),
        { trigger: `${field("name")} input`, run: "edit La Grange" },
        { trigger: `${field("legal_form")} select`, run: "select association" },
        { trigger: `${field("siret")} input`, run: "edit 123 456 782 00011" },
        { trigger: `${field("street")} input`, run: "edit 2 rue des Prés" },
        { trigger: `${field("city")} input`, run: "edit Nantes" },
        { trigger: `${field("email")} input`, run: "edit bonjour@lagrange.example" },
        next,
        { content: "A wrong SIRET is refused where it was typed", trigger: ".o_setup_error:contains(SIRET)" },
        {
            content: "Elsewhere and back: nothing typed is lost",
            trigger: step("hours"),
            run: "click",
        },
        { trigger: page("hours") },
        { content: "Back", trigger: ".o_setup_back", run: "click" },
        { trigger: `${page("who")} ${field("name")} input:value(La Grange)` },
        { trigger: `${field("siret")} input:value(123 456 782 00011)`, run: "edit 123 456 782 00010" },
        ...done("who"),

        ...findAgain("hours"),
        { content: "Every day", trigger: ".o_setup_chip:contains(Every day)", run: "click" },
        { trigger: ".o_setup_day[data-day='6'] input[type=time]" },
        ...done("hours"),

        ...findAgain("spaces"),
        {
            content: "No desk at all",
            trigger: "[data-row=nomad] .o_cell_unit_count input",
            run: "edit 0",
        },
        next,
        { content: "It is refused in a sentence", trigger: ".o_setup_error:contains(how many)" },
        { trigger: "[data-row=nomad] .o_cell_unit_count input", run: "edit 8" },
        { content: "A hall, too", trigger: "[data-row=hall] .o_setup_tick input", run: "click" },
        {
            content: "And a second meeting room",
            trigger: ".o_setup_add",
            run: "select meeting",
        },
        { trigger: "[data-row=meeting-2] .o_cell_name input", run: "edit Upstairs" },
        ...done("spaces"),

        ...findAgain("prices"),
        { trigger: "tbody:contains(Small lounge) .o_cell_hour input", run: "edit 9" },
        { content: "A reduced fare", trigger: `${field("reduced")} input`, run: "click" },
        { trigger: `${field("percent")} input`, run: "edit 40" },
        ...done("prices"),

        ...findAgain("taxes"),
        { trigger: `${field("regime")} .o_setup_card:contains(Yes) input`, run: "click" },
        { trigger: `${field("percent")} select`, run: "select 20" },
        ...done("taxes"),

        ...findAgain("payment"),
        { trigger: `${field("reception")} input:checked` },
        ...done("payment"),

        ...findAgain("page"),
        { trigger: `${field("name")} input`, run: "edit La Grange" },
        { trigger: `${field("title")} input`, run: "edit Work, meet, learn" },
        ...done("page"),

        { content: "All is there", trigger: `${page("end")}:contains(Your place is ready)` },
        {
            content: "A first booking",
            trigger: ".o_setup_links button:contains(first booking)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The small lounge",
            trigger: ".tl-card a:contains(Small lounge)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "For two hours",
            trigger: ".tl-chip:contains(2 h)",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".tl-chip.is-chosen:contains(2 h)" },
        {
            content: "On an open day",
            trigger: ".tl-day.is-free:not(.is-chosen):eq(6)",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "At three", trigger: ".tl-slot__face:contains(3:00)", run: "click" },
        {
            content: "The price of the grid is in the button",
            trigger: ".tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(18.00)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It waits for its payment",
            trigger: ".tl-kept:contains(Kept for you until)",
        },
        {
            content: "It is paid at the reception",
            trigger: "#o_payment_form_options:contains(At the reception), #o_payment_form:contains(At the reception)",
        },
        {
            content: "Confirm",
            trigger: "button[name=o_payment_submit_button]:not([disabled])",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "It is booked", trigger: ".tl-done:contains(Small lounge)", timeout: 30000 },
    ],
});
