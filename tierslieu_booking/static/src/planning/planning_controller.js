import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { TimelineController } from "@web_timeline/views/timeline/timeline_controller.esm";
import { TIME_TO_UNDO } from "../today/today_words";
import { floor, fromWall } from "./planning_time";

/** What hands do on the planning: open, book, drag, and take a refusal back. */
export class PlanningController extends TimelineController {
    setup() {
        super.setup();
        this.notification = useService("notification");
        this.opening = false;
    }

    get rendererProps() {
        return { ...super.rendererProps, onWiden: () => this.reload() };
    }

    async reload() {
        await this.model.load(this.getSearchProps());
        this.render();
    }

    /** Open a dialog once, however often it is clicked, and draw what it changed. */
    async openDialog(action, options = {}) {
        if (this.opening) {
            return;
        }
        this.opening = true;
        try {
            await this.actionService.doAction(action, {
                ...options,
                onClose: () => this.reload(),
            });
        } finally {
            this.opening = false;
        }
    }

    openItem(id) {
        const record = this.model.data.find((each) => each.id === id);
        if (!record) {
            return;
        }
        return this.openDialog({
            type: "ir.actions.act_window",
            name: record.booking_id ? _t("Booking") : this.model.kindLabel(record.kind),
            res_model: record.booking_id ? "tierslieu.booking" : this.model.model_name,
            res_id: record.booking_id ? record.booking_id[0] : id,
            views: [[false, "form"]],
            target: "new",
            context: { dialog_size: "extra-large" },
        });
    }

    openWalkIn(context = {}) {
        return this.openDialog("tierslieu_booking.action_walk_in", {
            additionalContext: context,
        });
    }

    _onGroupClick() {}

    _onAdd(item, callback) {
        callback(null);
        const row = this.model.rows.get(item.group);
        if (row) {
            const start = floor(item.start, row.step);
            this.openWalkIn({
                default_space_id: row.space_id,
                default_unit_id: row.id,
                default_start: fromWall(start, this.model.zoneOf(row.id)),
            });
        }
    }

    /** Write what a drag changed, in the zone of the row it was dropped on. */
    _onMove(item, callback) {
        const record = item.evt;
        const zone = this.model.zoneOf(item.group);
        const data = { unit_id: item.group };
        if (record.stop) {
            data.start = fromWall(item.start, zone);
            data.stop = fromWall(item.end, zone);
        }
        const before = { unit_id: record.unit_id[0], start: record.start, stop: record.stop };
        const changed = Object.keys(data).filter((name) => data[name] !== before[name]);
        if (!changed.length) {
            return callback(item);
        }
        this.moveQueue.push({
            id: item.id,
            record,
            data: Object.fromEntries(changed.map((name) => [name, data[name]])),
            before: Object.fromEntries(changed.map((name) => [name, before[name]])),
            callback,
        });
        this.debouncedInternalMove();
    }

    /** Say a refusal, and draw the planning as it truly is either way. */
    async internalMove() {
        const moves = this.moveQueue.splice(0);
        try {
            for (const move of moves) {
                await this.model.write_completed(move.id, move.data);
                if (move.before) {
                    this.sayMoved(move);
                }
            }
        } catch (error) {
            moves.forEach((move) => move.callback(null));
            throw error;
        } finally {
            await this.reload();
        }
    }

    sayMoved(move) {
        const close = this.notification.add(_t("Moved."), {
            type: "success",
            autocloseDelay: TIME_TO_UNDO,
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: () => {
                        close();
                        const id = this.currentRow(move.record);
                        this.moveQueue.push({ ...move, id, data: move.before, before: null });
                        return this.internalMove();
                    },
                },
            ],
        });
    }

    /** A booking that moves leaves its old row as a trace and takes another. */
    currentRow({ id, booking_id: booking }) {
        const isIts = (each) => booking && each.booking_id && each.booking_id[0] === booking[0];
        return this.model.data.find(isIts)?.id || id;
    }
}
PlanningController.template = "tierslieu_booking.PlanningView";
