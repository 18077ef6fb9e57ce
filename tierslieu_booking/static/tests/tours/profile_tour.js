import { registry } from "@web/core/registry";

/** Gives a file input a picture, drawn here: what a phone's camera would. */
async function takePicture(input) {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 200;
    canvas.getContext("2d").fillRect(20, 20, 280, 160);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const files = new DataTransfer();
    files.items.add(new File([blob], "carte.png", { type: "image/png" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("tierslieu_fare_send", {
    url: "/my/fare",
    steps: () => [
        {
            content: "Full price, for now",
            trigger: ".tl-fare__today .tl-fare__name:contains(Full price)",
        },
        {
            content: "Nothing to fill in before a fare is chosen",
            trigger: ".tl-fare__offer:contains(Student) summary",
            run: "click",
        },
        {
            content: "What to send is said; take a picture of it",
            trigger: ".tl-fare__offer:contains(Your student card) input[type=file]",
            run() {
                return takePicture(this.anchor);
            },
        },
        {
            content: "Send it",
            trigger: ".tl-fare__offer:contains(Student) button:contains(Send the document):enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is being checked, and can be taken back",
            trigger:
                ".tl-fare__offer:contains(Student):contains(Being checked):has(button:contains(Withdraw)) a:contains(carte.png)",
        },
        {
            content: "Nothing has changed yet",
            trigger: ".tl-fare__today .tl-fare__name:contains(Full price)",
        },
    ],
});

registry.category("web_tour.tours").add("tierslieu_fare_accept", {
    steps: () => [
        {
            content: "What waits, in a list or on cards",
            trigger:
                ".o_data_row .o_data_cell:contains(Alix Membre), .o_kanban_record:contains(Alix Membre)",
            run: "click",
        },
        {
            content: "The document is shown",
            trigger: ".o_form_view .o_tierslieu_document img",
            async run() {
                await this.anchor.decode();
                if (this.anchor.naturalWidth !== 320) {
                    throw new Error("The picture is not the one that was sent.");
                }
            },
        },
        {
            content: "Accept",
            trigger: ".o_form_statusbar button[name=action_open_accept]",
            run: "click",
        },
        {
            content: "Until when is proposed",
            trigger: ".modal [name=valid_until] input, .modal [name=valid_until] button",
        },
        {
            content: "Accept until then",
            trigger: ".modal button[name=action_accept]:contains(Accept)",
            run: "click",
        },
        {
            content: "The document is gone, the verdict stays",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(.o_tierslieu_document img)):contains(only the verdict is kept)",
        },
    ],
});

/** The price of an hour on the page of a space, whatever the day asked. */
function priceIs(price) {
    return [
        {
            content: "Choose a time",
            trigger: ".tl-slot__face:contains(10:00)",
            run: "click",
        },
        {
            content: `It costs ${price}`,
            trigger: `.tl-slot__radio:checked ~ .tl-bar .tl-bar__button:contains(${price})`,
        },
    ];
}

registry.category("web_tour.tours").add("tierslieu_fare_reduced", {
    steps: () => priceIs("4.80"),
});

registry.category("web_tour.tours").add("tierslieu_fare_full", {
    steps: () => priceIs("8.00"),
});

registry.category("web_tour.tours").add("tierslieu_fare_ended", {
    url: "/my/fare",
    steps: () => [
        {
            content: "Back to the full price",
            trigger: ".tl-fare__today .tl-fare__name:contains(Full price)",
        },
        {
            content: "The student's has ended; another document is the next thing to send",
            trigger:
                ".tl-fare__offer:contains(Student):contains(Ended) button:contains(Send the document):visible",
        },
    ],
});
