import { registry } from "@web/core/registry";
import { TimelineView } from "@web_timeline/views/timeline/timeline_view.esm";
import { PlanningController } from "./planning_controller";
import { PlanningModel } from "./planning_model";
import { PlanningRenderer } from "./planning_renderer";

registry.category("views").add("tierslieu_planning", {
    ...TimelineView,
    Controller: PlanningController,
    Model: PlanningModel,
    Renderer: PlanningRenderer,
});
