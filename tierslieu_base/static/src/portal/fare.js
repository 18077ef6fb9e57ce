import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Says at once that a file is too large, and sends one only once. The page
 * works without it: the server says the same.
 */
export class FareSend extends Interaction {
    static selector = ".tl-fare__send";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        "input[type=file]": {
            "t-on-change": this.onChoose,
            "t-att-class": () => ({ "is-invalid": this.tooLarge }),
            "t-att-aria-invalid": () => (this.tooLarge ? "true" : "false"),
        },
        "button[type=submit]": { "t-att-disabled": () => this.tooLarge || this.busy },
        _window: { "t-on-pageshow": this.onShow },
    };

    setup() {
        this.tooLarge = false;
        this.busy = false;
    }

    onChoose(ev) {
        const [file] = ev.currentTarget.files;
        this.tooLarge = Boolean(file) && file.size > Number(ev.currentTarget.dataset.mostBytes);
    }

    /** A hurried second tap must not send it twice. */
    onSubmit() {
        this.waitForTimeout(() => {
            this.busy = true;
        }, 0);
    }

    /** A page brought back by "back" can be sent again. */
    onShow() {
        this.busy = false;
    }
}

registry.category("public.interactions").add("tierslieu_base.fare_send", FareSend);
