import { _t } from "@web/core/l10n/translation";

/** What each tile is called, what it says when nothing is in it, and which action it is for. */
export const TILES = {
    late: {
        name: _t("Late"),
        title: _t("They should be here"),
        icon: "fa-exclamation-triangle",
        empty: _t("Everybody has come on time."),
    },
    expected: {
        name: _t("To come"),
        title: _t("They come today"),
        icon: "fa-clock-o",
        empty: _t("Nobody else is expected today."),
        action: "action_check_in",
    },
    here: {
        name: _t("Here"),
        title: _t("They are here"),
        icon: "fa-user",
        empty: _t("Nobody is here yet."),
        action: "action_check_out",
    },
    leaving: {
        name: _t("Leaving"),
        title: _t("They leave within the hour, or should have left"),
        icon: "fa-sign-out",
        empty: _t("Nobody leaves within the hour."),
        action: "action_check_out",
    },
    rooms: {
        name: _t("To set up"),
        title: _t("Rooms to set up today"),
        icon: "fa-cubes",
        empty: _t("Every room is ready."),
        action: "action_set_up",
    },
    unpaid: {
        name: _t("Unpaid"),
        title: _t("Payments to take"),
        icon: "fa-credit-card",
        empty: _t("All of today is paid."),
        action: "action_collect",
    },
    lapsed: {
        name: _t("Called off"),
        title: _t("Cancelled, or not paid in time"),
        icon: "fa-ban",
        empty: _t("Nobody has called off today."),
        action: "action_confirm",
    },
    gone: {
        name: _t("Over"),
        title: _t("They have left, or did not come"),
        icon: "fa-check",
        empty: _t("Nobody has left yet."),
    },
    to_approve: {
        name: _t("To approve"),
        title: _t("They wait for your answer"),
        icon: "fa-handshake-o",
        empty: _t("Nobody waits for an answer."),
        action: "action_approve",
    },
};

/** The colour and the icon that go with the words of a status. */
export const STATUS = {
    soon: { tone: "quiet", icon: "fa-clock-o" },
    awaited: { tone: "sun", icon: "fa-clock-o" },
    late: { tone: "brick", icon: "fa-exclamation-triangle" },
    missed: { tone: "brick", icon: "fa-exclamation-triangle" },
    here: { tone: "sage", icon: "fa-check" },
    overdue: { tone: "sun", icon: "fa-sign-out" },
    done: { tone: "quiet", icon: "fa-check" },
    no_show: { tone: "quiet", icon: "fa-question" },
    expired: { tone: "quiet", icon: "fa-ban" },
    lapsed: { tone: "quiet", icon: "fa-ban" },
    cancelled: { tone: "quiet", icon: "fa-ban" },
    asked: { tone: "sun", icon: "fa-handshake-o" },
};

/** The methods of a booking, in words; `undo` is the one that takes it back. */
export const ACTIONS = {
    action_check_in: {
        label: _t("Check in"),
        done: ({ who }) => _t("%s is here.", who),
        undo: "action_step_back",
    },
    action_check_out: {
        label: _t("Check out"),
        done: ({ who }) => _t("%s has left.", who),
        undo: "action_step_back",
    },
    action_no_show: {
        label: _t("No-show"),
        key: "N",
        confirm: ({ who, space }) =>
            _t(
                "%(who)s did not come? The rest of the slot (%(space)s) is free at once; the price stays due.",
                { who, space }
            ),
        confirmLabel: _t("Nobody came"),
        done: ({ who }) => _t("%s did not come: the slot is free.", who),
        undo: "action_step_back",
    },
    action_collect: { label: _t("Take the payment"), key: "P" },
    action_set_up: {
        label: _t("Room ready"),
        done: ({ space }) => _t("%s is ready.", space),
        undo: "action_not_set_up",
    },
    action_not_set_up: {
        label: _t("Not ready after all"),
        done: ({ space }) => _t("%s is to be set up.", space),
    },
    action_confirm: {
        label: _t("Confirm anyway"),
        done: ({ who }) => _t("%s is expected.", who),
    },
    action_approve: {
        label: _t("Agree"),
        key: "A",
        done: ({ who }) => _t("Agreed: %s is told.", who),
    },
    action_refuse: { label: _t("Refuse"), key: "R" },
    action_step_back: {
        label: _t("Take back the last step"),
        done: ({ who }) => _t("Taken back for %s.", who),
    },
};

/** How long a way back is shown, in milliseconds: time to see a slip of the hand. */
export const TIME_TO_UNDO = 10000;
