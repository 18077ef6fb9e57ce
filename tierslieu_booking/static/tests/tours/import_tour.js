import { registry } from "@web/core/registry";

const HEADINGS = "Numéro;Membre;Espace;Début;Fin;Paiement";

/** Put a csv in the field of the file, as choosing it does. */
function choose(name, lines) {
    return {
        content: `Choose ${name}`,
        trigger: ".o_field_binary input[type='file']:not(:visible), .o_field_binary input[type='file']",
        run() {
            const day = luxon.DateTime.now().plus({ days: 3 }).toFormat("dd/MM/yyyy");
            const text = [HEADINGS, ...lines].join("\r\n").replaceAll("DAY", day);
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name, { type: "text/csv" }));
            this.anchor.files = transfer.files;
            this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

registry.category("web_tour.tours").add("tierslieu_import", {
    steps: () => [
        { trigger: ".o_list_button_add, .o-kanban-button-new", run: "click" },
        { content: "Bookings to come", trigger: ".o_field_radio label:contains(Bookings to come)", run: "click" },
        { content: "What to know is said", trigger: ".o_form_view:contains(One line each booking)" },
        { trigger: ".o_form_view button:contains(Spreadsheet)" },
        choose("wrong.csv", [
            "R-1;alice@lequai.example;Petit salon;DAY 10:00;12:00;payé",
            "R-2;personne@lequai.example;Petit salon;DAY 14:00;15:00;payé",
            "R-3;alice@lequai.example;Petit salon;DAY 11:00;13:00;payé",
        ]),
        { trigger: ".o_form_view:contains(wrong.csv), .o_field_binary input[value='wrong.csv'], .o_field_binary" },
        {
            content: "Check it",
            trigger: ".o_statusbar_buttons button[name='action_check']:contains(Check), .o_cp_action_menus button",
            run: "click",
        },
        { content: "Two lines are to mend", trigger: ".alert-danger:contains(2 problems)" },
        { trigger: ".o_field_one2many:contains(Nobody here is personne@lequai.example)" },
        { trigger: ".o_field_one2many:contains(Petit salon is taken on)" },
        { content: "Nothing can be brought in yet", trigger: "body:not(:has(button[name='action_import']:visible))" },
        { content: "Take the file out", trigger: ".o_field_binary .o_clear_file_button", run: "click" },
        choose("right.csv", [
            "R-1;alice@lequai.example;Petit salon;DAY 10:00;12:00;payé",
            "R-3;alice@lequai.example;Petit salon;DAY 13:00;14:00;à facturer",
        ]),
        {
            content: "Check the other one",
            trigger: ".o_statusbar_buttons button[name='action_check']",
            run: "click",
        },
        { content: "It is in order", trigger: ".alert-success:contains(2 lines, nothing to mend)" },
        { content: "Bring it in", trigger: "button[name='action_import']", run: "click" },
        { trigger: ".alert-success:contains(Brought in: 2 lines. New: 2)" },
        { content: "See what is new", trigger: "button[name='action_open_made']", run: "click" },
        { trigger: ".o_list_view .o_data_row, .o_kanban_view .o_kanban_record:contains(Alice)" },
    ],
});
