import { registry } from "@web/core/registry";

const LINES = ".o_field_widget[name='line_ids']";

/** An accountant checks the year, mends a line without a label, writes a test file, then the official one. */
registry.category("web_tour.tours").add("tierslieu_fec", {
    steps: () => [
        { content: "A new export", trigger: ".o_list_button_add", run: "click" },
        { content: "What a check does is said", trigger: ".o_form_view:contains(rien n'est écrit)" },
        { content: "Check", trigger: "button[name='action_check']:contains(Vérifier)", run: "click" },
        {
            content: "What is wrong",
            trigger: ".o_field_widget[name='finding_ids'] .o_data_row:contains(Lignes sans libellé)",
        },
        {
            content: "Open the entry",
            trigger: ".o_field_widget[name='problem_ids'] .o_data_row:contains(sans libellé) button[name='action_open']",
            run: "click",
        },
        { content: "Back to draft", trigger: "button[name='button_draft']", run: "click" },
        { trigger: "button[name='action_post']" },
        {
            content: "The line without a label",
            trigger: `${LINES} .o_data_row:contains(606) td[name='name']`,
            run: "click",
        },
        {
            trigger: `${LINES} .o_selected_row td[name='name'] :is(input, textarea)`,
            run: "edit Café du matin",
        },
        { content: "Post it again", trigger: "button[name='action_post']", run: "click" },
        { trigger: "button[name='button_draft']" },
        { content: "Back to the export", trigger: ".o_back_button, .breadcrumb-item:last a", run: "click" },
        { content: "Check again", trigger: "button[name='action_check']:contains(Vérifier à nouveau)", run: "click" },
        { content: "All is in order", trigger: ".alert-success:contains(Tout est en ordre)" },
        { trigger: "button[name='action_write']:contains(Écrire le fichier d'essai)", run: "click" },
        { content: "It is written", trigger: "button[name='action_download']:contains(Télécharger le FEC)" },
        { trigger: ".o_field_widget[name='file_name']:contains(-TEST.txt)" },
        { content: "On to the official one", trigger: "button[name='action_make_official']", run: "click" },
        { trigger: "button[name='action_write']:contains(Écrire le fichier officiel)", run: "click" },
        { content: "What happens is said", trigger: ".modal:contains(conservé dix ans)" },
        { content: "Lock the year too", trigger: ".modal .o_field_widget[name='lock'] input", run: "click" },
        { trigger: ".modal button[name='action_write']", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "It is kept", trigger: ".o_field_widget[name='kept_until']" },
        { trigger: ".o_field_widget[name='locked'] input:checked" },
        { trigger: "button[name='action_archive']" },
    ],
});
