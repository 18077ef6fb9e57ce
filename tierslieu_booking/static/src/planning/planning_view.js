import { registry } from "@web/core/registry";
import { TimelineArchParser } from "@web_timeline/views/timeline/timeline_arch_parser.esm";
import { TimelineView } from "@web_timeline/views/timeline/timeline_view.esm";
import { PlanningController } from "./planning_controller";
import { PlanningModel } from "./planning_model";
import { PlanningRenderer } from "./planning_renderer";

/** Rows are always units: said here, since in the view it would show as a facet of the search. */
class PlanningArchParser extends TimelineArchParser {
    parse(arch, fields) {
        const grouped = arch.cloneNode(true);
        grouped.setAttribute("default_group_by", "unit_id");
        return super.parse(grouped, fields);
    }
}

registry.category("views").add("tierslieu_planning", {
    ...TimelineView,
    ArchParser: PlanningArchParser,
    Controller: PlanningController,
    Model: PlanningModel,
    Renderer: PlanningRenderer,
});
