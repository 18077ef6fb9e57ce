import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("tierslieu_books_assistant", {
    steps: () => [
        { content: "It asks first", trigger: ".o_form_view .alert:contains(rien n'est écrit)" },
        {
            content: "An association",
            trigger: "[name=legal_form] .o_select_menu_toggler, [name=legal_form] select",
            run: "click",
        },
    ],
});
