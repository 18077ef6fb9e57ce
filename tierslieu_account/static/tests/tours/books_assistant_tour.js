import { registry } from "@web/core/registry";

function choose(field, words) {
    return [
        { content: field, trigger: `[name=${field}] input`, run: "click" },
        { content: words, trigger: `.o_select_menu_item:contains(${words})`, run: "click" },
    ];
}

registry.category("web_tour.tours").add("tierslieu_books_assistant", {
    steps: () => [
        { content: "It asks first", trigger: ".o_form_view .alert:contains(rien n'est écrit)" },
        ...choose("legal_form", "Association"),
        ...choose("vat_regime", "Franchise"),
        {
            content: "It shows what it would do, and for what",
            trigger: ".o_data_row:contains(756100):contains(À créer):contains(hors TVA)",
        },
        { content: "Nothing is done yet", trigger: ".alert-info:contains(Rien n'est encore écrit)" },
        { content: "Do it", trigger: "button[name=action_apply]", run: "click" },
        { content: "It is done, all of it", trigger: ".alert-success:contains(C'est fait)" },
        { content: "Nothing is left to do", trigger: ".o_form_view:not(:has(button[name=action_apply]))" },
        { content: "What waits for a name", trigger: ".o_notebook a[name=points]", run: "click" },
        {
            content: "Fees first",
            trigger: ".o_data_row:contains(Cotisations au 756100) button[name=action_confirm]",
            run: "click",
        },
        { content: "It says what is confirmed", trigger: ".modal [name=said]:contains(hors TVA)" },
        {
            content: "A name",
            trigger: ".modal [name=confirmed_by] input",
            run: "edit Maud Le Goff, expert-comptable",
        },
        { content: "Yes", trigger: ".modal button[name=action_done]", run: "click" },
        {
            content: "It says who, and can be taken back",
            trigger: ".o_data_row:contains(Maud Le Goff):contains(Cotisations au 756100) button[name=action_take_back]",
        },
    ],
});
