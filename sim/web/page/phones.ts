import type { PhoneVerb, PhoneView, Wish } from "../message.ts";
import { button, card, element } from "./element.ts";

const VERBS: Readonly<Record<PhoneVerb, string>> = {
  answer: "Answer",
  "hang-up": "Hang up",
  hold: "Hold",
  resume: "Resume",
  park: "Park",
  transfer: "Transfer…",
};

const ANYBODY = "";

/** Every telephone of the simulation, and what can be done with it now. */
export class Phones {
  readonly element: HTMLElement;
  readonly #send: (wish: Wish) => void;
  readonly #list = element("ul", { class: "phones" });
  readonly #caller = element("select", { id: "caller" });
  readonly #rows = new Map<string, Row>();

  constructor(send: (wish: Wish) => void) {
    this.#send = send;
    const caller = element("label", { for: "caller" }, "Who rings");
    this.element = card(
      "telephones",
      "Telephones",
      element("div", { class: "caller" }, caller, this.#caller),
      this.#list,
    );
  }

  show(phones: readonly PhoneView[]): void {
    this.element.hidden = phones.length === 0;
    this.#offerCallers(phones.filter(({ role }) => role === "caller"));
    const here = new Set(phones.map(({ number }) => number));
    for (const [number, row] of this.#rows) {
      if (here.has(number)) continue;
      row.element.remove();
      this.#rows.delete(number);
    }
    for (const phone of phones) {
      const row = this.#rows.get(phone.number) ?? this.#newRow(phone.number);
      row.show(phone, phones);
    }
  }

  #newRow(number: string): Row {
    const row = new Row(this.#send, () => this.#caller.value);
    this.#rows.set(number, row);
    this.#list.append(row.element);
    return row;
  }

  #offerCallers(callers: readonly PhoneView[]): void {
    if (this.#caller.options.length === callers.length + 1) return;
    const offers = callers.map(({ number, name }) => element("option", { value: number }, `${name} (${number})`));
    this.#caller.replaceChildren(element("option", { value: ANYBODY }, "Anybody who is free"), ...offers);
  }
}

class Row {
  readonly element = element("li");
  readonly #send: (wish: Wish) => void;
  readonly #caller: () => string;
  #shown = "";

  constructor(send: (wish: Wish) => void, caller: () => string) {
    this.#send = send;
    this.#caller = caller;
  }

  show(phone: PhoneView, all: readonly PhoneView[]): void {
    const drawn = JSON.stringify(phone);
    if (drawn === this.#shown) return;
    this.#shown = drawn;
    const { number, name, state, role } = phone;
    // Whoever works here by keyboard keeps the place when a button turns into another.
    const focused = this.element.contains(document.activeElement);
    this.element.dataset.state = state;
    this.element.dataset.role = role;
    this.element.replaceChildren(
      element(
        "span",
        { class: "who" },
        element("strong", { class: "person" }, name),
        " ",
        element("span", { class: "number" }, number),
        element("span", { class: "what" }, sentence(phone, all)),
      ),
      element("span", { class: "verbs" }, ...this.#buttons(phone, all)),
    );
    if (focused) this.element.querySelector("button")?.focus();
  }

  #buttons(phone: PhoneView, all: readonly PhoneView[]): HTMLElement[] {
    const { number, name, verbs, state, role } = phone;
    if (state === "idle") {
      if (role === "caller") return [];
      const ring = () => {
        const from = this.#caller();
        this.#send({ wish: "call", to: number, ...(from !== ANYBODY && { from }) });
      };
      return [button("Ring", { "aria-label": `Ring ${name}` }, ring)];
    }
    return verbs.map((verb) => {
      const act =
        verb === "transfer" ? () => this.#askWhereTo(phone, all) : () => this.#send({ wish: verb, phone: number });
      return button(VERBS[verb], { "aria-label": `${VERBS[verb]} ${name}`, class: verb }, act);
    });
  }

  #askWhereTo({ number, name }: PhoneView, all: readonly PhoneView[]): void {
    const targets = all.filter((other) => other.number !== number && other.role !== "caller");
    const options = targets.map((other) =>
      element("option", { value: other.number }, `${other.name} (${other.number})`),
    );
    const select = element("select", { "aria-label": `Where to transfer the call of ${name}` }, ...options);
    const back = () => {
      asked.remove();
      this.element.querySelector("button")?.focus();
    };
    const transfer = () => {
      this.#send({ wish: "transfer", phone: number, to: select.value });
      back();
    };
    const asked = element(
      "span",
      { class: "ask" },
      select,
      button("Transfer", {}, transfer),
      button("Cancel", {}, back),
    );
    this.element.querySelector(".ask")?.remove();
    this.element.append(asked);
    select.focus();
  }
}

function sentence({ state, peer }: PhoneView, all: readonly PhoneView[]): string {
  const name = all.find(({ number }) => number === peer)?.name ?? peer;
  switch (state) {
    case "idle":
      return "";
    case "calling":
      return name === undefined ? "calls" : `calls ${name}`;
    case "ringing":
      return name === undefined ? "rings" : `rings: ${name}`;
    case "talking":
      return name === undefined ? "talks" : `talks to ${name}`;
    case "held":
      return name === undefined ? "on hold" : `holds ${name}`;
  }
}
