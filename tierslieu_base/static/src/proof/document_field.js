import { Component, useEffect, useRef } from "@odoo/owl";
import { hidePDFJSButtons } from "@web/core/utils/pdfjs";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shows a document that the server only ever gives to be saved: a picture as
 * one, a PDF through PDF.js, which runs nothing of what is inside.
 */
export class DocumentField extends Component {
    static template = "tierslieu_base.DocumentField";
    static props = { ...standardFieldProps };

    setup() {
        this.frame = useRef("frame");
        useEffect(
            (frame) => frame && hidePDFJSButtons(frame, { hideDownload: true, hidePrint: true }),
            () => [this.frame.el]
        );
    }

    get address() {
        return this.props.record.data[this.props.name];
    }

    get isPicture() {
        return (this.props.record.data.file_type || "").startsWith("image/");
    }

    get name() {
        return this.props.record.data.file_name || "";
    }

    get viewer() {
        return `/web/static/lib/pdfjs/web/viewer.html?file=${encodeURIComponent(this.address)}#pagemode=none`;
    }
}

registry.category("fields").add("tierslieu_document", {
    component: DocumentField,
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "file_type", type: "char" },
        { name: "file_name", type: "char" },
    ],
});
