import { browser } from "@web/core/browser/browser";

/** What was scanned and the server has not taken yet: it outlives a reload of the page. */
export class Queue {
    constructor(eventId) {
        this.key = `tierslieu.door.${eventId}`;
        this.people = `tierslieu.door.${eventId}.people`;
        this.scans = JSON.parse(browser.localStorage.getItem(this.key) || "[]");
    }

    get length() {
        return this.scans.length;
    }

    keep() {
        browser.localStorage.setItem(this.key, JSON.stringify(this.scans));
    }

    add(scan) {
        this.scans.push(scan);
        this.keep();
    }

    has(nonce) {
        return this.scans.some((scan) => scan.nonce === nonce);
    }

    /** As many as the server takes at a time. */
    all() {
        return this.scans.slice(0, 500);
    }

    drop(sent) {
        const gone = new Set(sent.map((scan) => scan.nonce));
        this.scans = this.scans.filter((scan) => !gone.has(scan.nonce));
        this.keep();
    }

    /** They are sent after a loss of network: the server lists what it finds twice. */
    late() {
        this.scans = this.scans.map((scan) => ({ ...scan, late: true }));
        this.keep();
    }

    remember(door) {
        browser.localStorage.setItem(this.people, JSON.stringify(door));
    }

    remembered() {
        return JSON.parse(browser.localStorage.getItem(this.people) || "null");
    }
}

export function nonce() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Text as it is looked for: no accents, no capitals. */
export function fold(text) {
    return (text || "")
        .normalize("NFD")
        .replace(/\p{Diacritic}/gu, "")
        .toLowerCase();
}
