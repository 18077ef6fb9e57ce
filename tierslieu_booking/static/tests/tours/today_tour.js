import { registry } from "@web/core/registry";

const ROW = (who) => `.o_today_row:contains(${who})`;

/** Press a key where the focus is, as a hand on the keyboard does. */
function press(key, content) {
    return {
        content: content || `Press ${key}`,
        trigger: ".o_today:focus-within",
        run() {
            const at = document.activeElement;
            at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            // What a browser does of Enter on a button.
            if (key === "Enter" && at.matches("button")) {
                at.click();
            }
        },
    };
}

function isFocused(what, content) {
    return { content, trigger: `${what}:focus` };
}

registry.category("web_tour.tours").add("tierslieu_today", {
    steps: () => [
        {
            content: "The screen of the day is the first of the app",
            trigger: ".o_today_tile.o_tile_late .o_today_count:contains(1)",
        },
        { trigger: ".o_menu_sections .o_nav_entry:first:contains(Today), .o_menu_sections *:contains(Today)" },
        isFocused(".o_today", "The keys work without a click"),
        press("ArrowDown"),
        isFocused(`${ROW("Bruno Costa")} .o_action_check_in`, "Who should be here comes first"),
        press("ArrowDown"),
        isFocused(`${ROW("Alice Renaud")} .o_action_check_in`, "Then who comes next"),
        press("Enter", "Check her in"),
        { trigger: `${ROW("Alice Renaud")}:contains(Is here) .o_action_check_out` },
        { trigger: ".o_notification:contains(Alice Renaud is here)" },
        isFocused(".o_today_row button", "The hand stays on the list"),
        press("u", "A slip of the hand"),
        { trigger: `${ROW("Alice Renaud")} .o_action_check_in` },
        { trigger: `${ROW("Alice Renaud")} .btn-primary:enabled`, run: "click" },
        { trigger: `${ROW("Alice Renaud")}:contains(Is here) .btn-primary:enabled` },
        press("1", "Those who are late"),
        { trigger: ".o_tile_late[aria-pressed=true]" },
        { trigger: `.o_today_list:not(:has(${ROW("Alice Renaud")})) ${ROW("Bruno Costa")}` },
        press("ArrowDown"),
        isFocused(`${ROW("Bruno Costa")} .btn-primary`),
        press("n", "He did not come"),
        { trigger: ".modal:contains(Bruno Costa did not come) .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_today_empty:contains(Everybody has come on time)" },
        { trigger: "body:not(:has(.modal)) .o_tile_gone .o_today_count:contains(1)" },
        press("Escape"),
        press("6", "What is to be paid"),
        { trigger: `${ROW("Bruno Costa")} .o_action_collect`, run: "click" },
        { trigger: ".modal button[name=action_collect]", run: "click" },
        { trigger: `body:not(:has(.modal)) .o_today_list:not(:has(${ROW("Bruno Costa")})) ${ROW("Alice Renaud")}` },
        press("5", "What is to be laid out"),
        { trigger: `${ROW("Claire Morel")}:contains(8 people):contains(Chairs in a circle) .o_action_set_up`, run: "click" },
        { trigger: ".o_today_empty:contains(Every room is ready)" },
        press("m", "A word to the next host"),
        isFocused(".o_today_note_text"),
        { trigger: ".o_today_note_text", run: "edit A parcel for Alice" },
        { trigger: ".o_today_add", run: "click" },
        { trigger: ".o_today_note:contains(A parcel for Alice):contains(Sami)" },
        { trigger: ".o_today_note:contains(A parcel for Alice) input", run: "click" },
        { trigger: ".o_today_note.o_done:contains(A parcel for Alice)" },
    ],
});

registry.category("web_tour.tours").add("tierslieu_today_phone", {
    steps: () => [
        { trigger: ".o_tile_late .o_today_count:contains(1)" },
        {
            content: "Nothing runs over the edge",
            trigger: ".o_today",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error(`${document.documentElement.scrollWidth} px wide`);
                }
                for (const button of this.anchor.querySelectorAll(".o_today_row .btn-primary, .o_today_tile")) {
                    if (button.getBoundingClientRect().height < 44) {
                        throw new Error(`Too low for a thumb: ${button.textContent}`);
                    }
                }
            },
        },
        { trigger: ".o_tile_late", run: "click" },
        { trigger: `${ROW("Bruno Costa")} .o_action_no_show`, run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_notification:contains(did not come) .o_notification_buttons button", run: "click" },
        { trigger: `body:not(:has(.modal)) ${ROW("Bruno Costa")} .o_action_check_in:enabled`, run: "click" },
        { trigger: ".o_tile_here .o_today_count:contains(1)" },
        { trigger: ".o_today_to_notes", run: "click" },
        { trigger: ".o_today_note_text", run: "edit The key is with Ana" },
        { trigger: ".o_today_add", run: "click" },
        { trigger: ".o_today_note:contains(The key is with Ana)" },
    ],
});
