import { Component, onMounted, onPatched, onWillDestroy, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { SetupField } from "./setup_field";

const MODEL = "tierslieu.setup";
// How long after the last key what was typed is kept, in milliseconds.
const PAUSE = 600;
export const STATES = {
    done: { icon: "fa-check", word: _t("Done") },
    skipped: { icon: "fa-clock-o", word: _t("For later") },
    todo: { icon: "fa-circle-o", word: _t("To do") },
};

/**
 * The assistant that opens a place: one question at a time, each of which can
 * wait. What is asked and what the answers do is the models' business.
 */
export class Setup extends Component {
    static template = "tierslieu_base.Setup";
    static components = { Layout, SetupField };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.display = {};
        this.states = STATES;
        this.top = useRef("top");
        this.state = useState({ screen: null, values: {}, error: "", busy: false });
        this.turned = false;
        // What was typed and is on its way to be kept: a page is read after it.
        this.touched = false;
        this.keeping = Promise.resolve();
        // Back, a menu, a reload: what was typed is found again.
        useSetupAction({ beforeLeave: () => this.run(() => this.leave()) });
        onWillDestroy(() => clearTimeout(this.timer));
        onWillStart(async () => this.show(await this.orm.call(MODEL, "open", [])));
        onMounted(() => this.toTop());
        onPatched(() => this.turned && this.toTop());
        this.env.config.setDisplayName?.(_t("Set-up"));
    }

    // -- What is on the screen

    show(screen) {
        // The answers are this screen's own: a page that is asked for again is as the server says.
        const values = JSON.parse(JSON.stringify(screen.page.values || {}));
        Object.assign(this.state, { screen, values, error: "" });
        this.turned = true;
        this.touched = false;
    }

    toTop() {
        this.turned = false;
        const title = this.top.el?.querySelector("h1");
        title?.focus({ preventScroll: true });
        this.top.el?.scrollTo?.({ top: 0 });
        // On a phone the steps are a strip.
        const current = this.top.el?.querySelector(".o_setup_step[aria-current]");
        const strip = current?.closest("ol");
        strip?.scrollTo({ left: current.offsetLeft - strip.offsetLeft - 48 });
    }

    get page() {
        return this.state.screen.page;
    }

    get isEnd() {
        return this.state.screen.key === "end";
    }

    /** The questions that the other answers call for. */
    get fields() {
        return this.page.fields.filter(({ when }) =>
            Object.entries(when || {}).every(([name, values]) => values.includes(this.state.values[name]))
        );
    }

    get progress() {
        const { done, total } = this.state.screen;
        return `width: ${Math.round((100 * done) / total)}%`;
    }

    get progressSaid() {
        const { done, total } = this.state.screen;
        return _t("Done: %(done)s of %(total)s", { done, total });
    }

    change(name, value) {
        this.state.values[name] = value;
        this.state.error = "";
        this.touched = true;
        this.keepSoon();
    }

    keepSoon() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.keepQuietly(), PAUSE);
    }

    /** Keep what was typed so far; a picture, which is heavy, goes with the page. */
    keepQuietly() {
        const { key } = this.state.screen;
        const pictures = this.page.fields.filter(({ kind }) => kind === "image").map(({ name }) => name);
        const values = Object.fromEntries(
            Object.entries(this.state.values).filter(([name]) => !pictures.includes(name))
        );
        this.keeping = this.orm.silent.call(MODEL, "keep", [[this.state.screen.id], key, values]).catch(() => {});
    }

    // -- Going from one to the other

    /** Say what the server refuses where the answers are, in its words. */
    async run(call) {
        if (this.state.busy) {
            return;
        }
        Object.assign(this.state, { busy: true, error: "" });
        clearTimeout(this.timer);
        try {
            // What is being kept must not come after what replaces it.
            await this.keeping;
            await call();
        } catch (error) {
            if (this.touched) {
                this.keepSoon();
            }
            if (error instanceof RPCError && error.data?.message) {
                this.state.error = error.data.message;
            } else if (error instanceof ConnectionLostError) {
                this.state.error = _t("No connection: nothing is lost, try again in a moment.");
            } else {
                throw error;
            }
        } finally {
            this.state.busy = false;
        }
    }

    call(method, ...args) {
        return this.orm.call(MODEL, method, [[this.state.screen.id], ...args]);
    }

    next() {
        const { key } = this.state.screen;
        return this.run(async () => this.show(await this.call("apply", key, this.state.values)));
    }

    skip() {
        const { key } = this.state.screen;
        return this.run(async () => this.show(await this.call("skip", key, this.touched ? this.state.values : null)));
    }

    async leave() {
        if (this.touched && !this.isEnd) {
            await this.call("keep", this.state.screen.key, this.state.values);
            this.touched = false;
        }
    }

    goTo(key) {
        // The step that is open stays as it is, with what is being typed in it.
        if (key === this.state.screen.key) {
            return;
        }
        return this.run(async () => {
            await this.leave();
            this.show(await this.call("page", key));
        });
    }

    get previous() {
        const keys = this.state.screen.steps.map((step) => step.key);
        const at = this.isEnd ? keys.length : keys.indexOf(this.state.screen.key);
        return keys[at - 1];
    }

    onPlaceChange(ev) {
        const id = Number(ev.target.value);
        return this.run(async () => {
            await this.leave();
            this.show(await this.orm.call(MODEL, "open", [id]));
        });
    }

    another() {
        return this.run(async () => {
            await this.leave();
            this.show(await this.orm.call(MODEL, "another", []));
        });
    }

    // -- Links

    /** What takes a while and changes what is there: the page is loaded anew. */
    offer(method) {
        return this.run(async () => {
            await this.leave();
            await this.call(method);
            window.location.reload();
        });
    }

    async follow(link) {
        await this.run(() => this.leave());
        if (link.url) {
            window.location.assign(link.url);
        } else {
            return this.action.doAction(link.action);
        }
    }
}

registry.category("actions").add("tierslieu_base.setup", Setup);
