import { registry } from "@web/core/registry";

let strokes = 0;
let started = 0;

/** Strike a key where the focus is, as a hand on the keyboard does. */
function strike(key) {
    const at = document.activeElement;
    strokes += 1;
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    if (at.dispatchEvent(event) && key.length === 1 && at.matches("input")) {
        at.value += key;
        at.dispatchEvent(new InputEvent("input", { bubbles: true }));
    } else if (key === "Enter" && !event.defaultPrevented && at.matches("button")) {
        at.click();
    }
}

function type(words, content) {
    return { content, trigger: ".o_desk_words:focus", run: () => [...words].forEach(strike) };
}

const enter = (content) => ({ content, trigger: ".o_desk_search:focus-within", run: () => strike("Enter") });
const booked = (words) => ({ trigger: `.o_notification:contains(${words})` });

registry.category("web_tour.tours").add("tierslieu_ask", {
    steps: () => [
        {
            content: "A walk-in, by hand from the first key to the last",
            trigger: ".o_today:focus",
            run() {
                [strokes, started] = [0, performance.now()];
                strike("/");
            },
        },
        type("cow 2h ali"),
        enter("Enter, faster than the answer"),
        {
            trigger: ".o_notification:contains(Alice Renaud: Coworking)",
            run() {
                const seconds = (performance.now() - started) / 1000;
                if (strokes > 12 || seconds > 10) {
                    throw new Error(`${strokes} key strokes, ${seconds} s`);
                }
                console.log(`A walk-in from the search bar: ${strokes} key strokes, ${seconds.toFixed(1)} s.`);
            },
        },
        { content: "The next question can be typed", trigger: ".o_desk_words:focus:value()" },
        { trigger: ".o_notification .o_notification_buttons button:contains(Undo)", run: "click" },
        { trigger: "body:not(:has(.o_notification:contains(Alice Renaud: Coworking)))" },
        { trigger: ".o_desk_words", run: "edit cowork demain 14h zo" },
        { trigger: ".o_desk_people:contains(Zoé Lambert):contains(Zoé Petit)" },
        { trigger: ".o_desk_words", run: () => document.querySelector(".o_desk_words").focus() },
        enter("Two people have this name: which one?"),
        { trigger: ".o_desk_doubt:contains(Which one)" },
        { trigger: ".o_desk_person:focus", run: () => strike("Enter") },
        { trigger: ".o_desk_person[aria-pressed=true]" },
        { trigger: ".o_desk_words:focus" },
        enter("Now it is known"),
        booked("Coworking"),
        { trigger: ".o_desk_words", run: "edit petit salon demain 14h Éloïse Nouvelle" },
        { trigger: ".o_desk_person:contains(Add Éloïse Nouvelle and book)" },
        { trigger: ".o_desk_words", run: () => document.querySelector(".o_desk_words").focus() },
        enter("Nobody has this name: a slip of the hand makes no card"),
        { trigger: ".o_desk_person:focus:contains(Éloïse Nouvelle)", run: () => strike("Enter") },
        booked("Éloïse Nouvelle: Petit salon"),
        { content: "Taken: what is near is offered, and never booked by haste", trigger: ".o_desk_words", run: "edit petit salon demain 14h Bruno" },
        { trigger: ".o_desk_line .o_desk_differs" },
        { trigger: ".o_desk_panel:not(:has([aria-selected=true])) .o_desk_sentence" },
        { trigger: ".o_desk_words", run: () => document.querySelector(".o_desk_words").focus() },
        enter(),
        { trigger: ".o_desk_panel .o_desk_line", run: () => strike("ArrowDown") },
        { trigger: ".o_desk_line[aria-selected=true]" },
        enter("Chosen, so booked"),
        booked("Bruno Costa"),
        { content: "A name alone", trigger: ".o_desk_words", run: "edit bruno" },
        { trigger: ".o_desk_line:contains(Bruno Costa)" },
        { content: "Nothing that is meant", trigger: ".o_desk_words", run: "edit petit salon 31/02" },
        { trigger: ".o_desk_sentence:contains(Not understood)" },
        { trigger: ".o_desk_words", run: () => strike("Escape") },
        { trigger: ".o_desk_search:not(:has(.o_desk_panel))" },
    ],
});

registry.category("web_tour.tours").add("tierslieu_ask_phone", {
    steps: () => [
        { trigger: ".o_desk_words", run: "edit cowork demain 14h Alice" },
        {
            trigger: ".o_desk_line .o_desk_do",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error(`${document.documentElement.scrollWidth} px wide`);
                }
            },
        },
        { trigger: ".o_desk_line .o_desk_do", run: "click" },
        booked("Alice Renaud: Coworking"),
        { content: "Nobody named: the form asks", trigger: ".o_desk_words", run: "edit cowork demain 15h" },
        { trigger: ".o_desk_line .o_desk_do", run: "click" },
        { trigger: ".modal .o_field_widget[name=space_id] input:value(Coworking)" },
    ],
});
