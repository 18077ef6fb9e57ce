import { registry } from "@web/core/registry";

const DRAFTS = ".o_kanban_record:contains(Brouillons de plus d'un mois)";

/** Nothing runs over the edge of the screen. */
function fits() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error(`${document.documentElement.scrollWidth} px wide`);
    }
}

registry.category("web_tour.tours").add("tierslieu_books_home", {
    steps: () => [
        { content: "The books come first", trigger: ".o_form_view h1 [name=company_name]", run: fits },
        { content: "What is new", trigger: "h2:contains(Ce qui est nouveau)" },
        { content: "Nothing of the team's", trigger: "body:not(:has(.o_menu_sections:contains(Planning)))" },
        { content: "What was forgotten", trigger: `[name=look_ids] ${DRAFTS} button[name=action_open]`, run: "click" },
        {
            content: "It is listed, and nothing else",
            trigger: ".o_list_view .o_data_row:contains(Alice Renaud) td[name=journal_id]",
            run: "click",
        },
        { content: "Post it", trigger: "button[name=action_post]:visible", run: "click" },
        { content: "It is posted", trigger: ".o_statusbar_status .o_arrow_button_current[data-value=posted]" },
        { content: "Back", trigger: ".breadcrumb-item:first a, .o_back_button:first", run: "click" },
        { content: "It is in order", trigger: `[name=look_ids] ${DRAFTS}:contains(En ordre)` },
        { content: "All of it has been seen", trigger: "button[name=action_seen]", run: "click" },
        { content: "Nothing is new", trigger: ".o_form_view:contains(Rien n'a été passé ni modifié depuis)", run: fits },
    ],
});
