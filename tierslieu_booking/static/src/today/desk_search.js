import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const PLACE = "tierslieu.place";
const PAUSE = 200;
const NOTHING = { read: "", sentence: false, offers: [], people: [], new: false, bookings: [], form: {} };

/**
 * The question at the reception: “petit salon demain 17h”. What is free is
 * under it as one types; Enter books it for whoever was named.
 */
export class DeskSearch extends Component {
    static template = "tierslieu_booking.DeskSearch";
    static props = { placeId: Number, booked: Function, open: Function, walkIn: Function };

    setup() {
        this.orm = useService("orm");
        this.words = useRef("words");
        this.panel = useRef("panel");
        // The answer to what is in the field, once it is there.
        this.answered = Promise.resolve();
        this.asked = 0;
        this.state = useState({ text: "", answer: NOTHING, at: 0, partnerId: false, doubt: false, busy: false });
        this.later = useDebounced(() => this.pending && this.ask(), PAUSE);
        // Which of several people: the keyboard is taken to the question.
        useEffect(
            (doubt) => doubt && this.panel.el?.querySelector(".o_desk_person")?.focus(),
            () => [this.state.doubt]
        );
    }

    // -- Questions and answers

    get answer() {
        return this.state.answer;
    }

    get person() {
        const { people } = this.answer;
        return people.find(({ id }) => id === this.state.partnerId) || (people.length === 1 && people[0]);
    }

    /** What the arrows go through. */
    get lines() {
        return this.answer.offers.length ? this.answer.offers : this.answer.bookings;
    }

    get isEmpty() {
        const { sentence, people } = this.answer;
        return Boolean(this.answer.read || people.length || this.answer.new) && !sentence && !this.lines.length;
    }

    onInput() {
        Object.assign(this.state, { partnerId: false, doubt: false });
        this.pending = true;
        this.later();
    }

    ask() {
        this.pending = false;
        const nth = ++this.asked;
        const text = this.state.text.trim();
        const answer = text
            ? this.orm.silent.call(PLACE, "ask", [text, this.props.placeId, this.state.partnerId])
            : Promise.resolve(NOTHING);
        this.answered = answer.then((said) => {
            // A slow answer never covers a newer one.
            if (nth === this.asked) {
                // What differs from the question is booked by choice, never by haste.
                const at = said.offers.length && said.offers[0].difference ? -1 : 0;
                Object.assign(this.state, { answer: said, at });
            }
        });
        return this.answered;
    }

    /** Wait until the answer is that of the words in the field. */
    async settled() {
        let last;
        do {
            last = this.pending ? this.ask() : this.answered;
            await last;
        } while (this.pending || last !== this.answered);
    }

    // -- Booking

    /** Enter may come before the answer: what is done is what was asked. */
    async submit() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.settled();
            const line = this.lines[this.state.at];
            if (line) {
                await this.take(line);
            }
        } finally {
            this.state.busy = false;
        }
    }

    async choose(index) {
        this.state.at = index;
        await this.submit();
    }

    async take(line) {
        if (!line.space_id) {
            return this.props.open(line);
        }
        if (this.person) {
            return this.book(line, this.person.id);
        }
        if (this.answer.people.length || this.answer.new) {
            this.state.doubt = true;
            return;
        }
        const hours = (Date.parse(line.stop) - Date.parse(line.start)) / 3600000;
        this.form({ default_space_id: line.space_id, default_start: line.start, default_hours: hours });
    }

    async book(line, partnerId, name = false) {
        const { space_id, start, stop, people, price } = line;
        const offer = { space_id, start, stop, people, price };
        let result;
        try {
            result = await this.orm.call(PLACE, "book_asked", [offer, partnerId, name]);
        } catch (error) {
            // Someone was faster: what is left is shown under the sentence that says so.
            await this.ask();
            throw error;
        }
        this.clear();
        await this.props.booked(result);
    }

    async choosePerson(person) {
        Object.assign(this.state, { partnerId: person.id, doubt: false });
        // The price is that person's.
        await this.ask();
        this.words.el.focus();
    }

    async bookNew() {
        const line = this.lines[Math.max(this.state.at, 0)];
        if (line && !this.state.busy) {
            this.state.busy = true;
            try {
                await this.book(line, false, this.answer.new);
            } finally {
                this.state.busy = false;
            }
        }
    }

    form(known) {
        this.clear();
        this.props.walkIn(known);
    }

    clear() {
        this.asked++;
        Object.assign(this.state, { text: "", answer: NOTHING, partnerId: false, doubt: false });
    }

    // -- Keys and words

    onKeydown(ev) {
        if (ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (step && this.lines.length) {
            this.state.at = Math.min(Math.max(this.state.at + step, 0), this.lines.length - 1);
        } else if (ev.key === "Enter" && ev.target === this.words.el) {
            this.submit();
        } else if (ev.key === "Escape" && this.state.text) {
            this.clear();
            this.words.el.focus();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    label(line) {
        if (!line.space_id) {
            return _t("Open");
        }
        return this.person || !(this.answer.people.length || this.answer.new) ? _t("Book") : _t("For whom?");
    }
}
