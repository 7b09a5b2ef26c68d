import { callerSpoken } from "../../caller-text.ts";
import type { KeyNews, Link, Message, Plan, Wish } from "../message.ts";
import { Announcer } from "./announcer.ts";
import { element } from "./element.ts";
import { Faults } from "./faults.ts";
import { Live } from "./live.ts";
import { Motion } from "./motion.ts";
import { Phones } from "./phones.ts";
import { Plate } from "./plate.ts";
import { Status } from "./status.ts";
import { Story } from "./story.ts";
import { TrafficLog } from "./traffic-log.ts";

type Hello = Extract<Message, { type: "hello" }>;

const WATCHED =
  "Only to look at: this page presses nothing. Lamps are drawn from the patterns that the panel reports, on this page's own beat, not in phase with the panel's.";
const TYPED = "A press is as long as it is held: by mouse, touch, or the letter in the key's corner.";

/** The whole page: what the server says goes to its parts. */
class Page {
  readonly #motion = new Motion();
  readonly #live: Live;
  readonly #status = new Status();
  readonly #announcer = new Announcer();
  readonly #story = new Story();
  readonly #traffic = new TrafficLog();
  readonly #phones: Phones;
  readonly #faults: Faults;
  readonly #main = element("main");
  readonly #strokes = element("input", { type: "checkbox", id: "strokes", checked: "" });
  readonly #typing: HTMLElement;
  readonly #hint = element("p", { class: "hint" });
  readonly #ringing = new Set<string>();
  #plate: Plate | undefined;
  #page: string | undefined;
  #hello: Hello | undefined;

  constructor() {
    const send = (wish: Wish) => void this.#live.send(wish);
    this.#live = new Live(
      (message) => this.#heard(message),
      () => this.#lost(),
    );
    this.#phones = new Phones(send);
    this.#faults = new Faults(send);
    this.#typing = element("label", { class: "typing" }, this.#strokes, "Press keys by typing their letter");
    this.#motion.onChange(() => this.#plate?.draw());
  }

  start(): void {
    const below = element("div", { class: "below" }, this.#hint, this.#typing);
    const panel = element("div", { class: "panel" }, below);
    const side = element("div", { class: "side" }, this.#phones.element, this.#faults.element);
    this.#main.append(panel, side, this.#traffic.element);
    document
      .querySelector("#page")
      ?.replaceChildren(this.#status.element, this.#status.notice, this.#announcer.element);
    this.#status.notify("Looking for the panel …");
    document.addEventListener("keydown", (event) => this.#typed(event, true));
    document.addEventListener("keyup", (event) => this.#typed(event, false));
    window.addEventListener("blur", () => this.#plate?.release());
    this.#live.start();
  }

  #heard(message: Message): void {
    switch (message.type) {
      case "hello":
        this.#met(message);
        break;
      case "light":
        this.#plate?.light(message.lit);
        break;
      case "buzzer":
        this.#plate?.buzz(message.on);
        break;
      case "key":
        this.#announceRing(message.key, message.news);
        if (this.#hello) this.#hello = { ...this.#hello, news: { ...this.#hello.news, [message.key]: message.news } };
        if (this.#believed()) this.#plate?.key(message.key, message.news);
        break;
      case "link":
        this.#linked(message.link);
        break;
      case "phones":
        this.#phones.show(message.phones);
        break;
      case "faults":
        this.#faults.show(message.faults);
        break;
      case "told":
        if (message.told.kind !== "call") this.#announcer.say(message.told.title);
        this.#story.add(message.told);
        break;
      case "traffic":
        this.#traffic.add(message.traffic);
        break;
    }
  }

  #met(hello: Hello): void {
    // The server has been built anew since this page was loaded: what it says may not be what this page understands.
    if (this.#page !== undefined && this.#page !== hello.page) {
      location.reload();
      return;
    }
    this.#page = hello.page;
    this.#hello = hello;
    this.#status.plan(hello.plan);
    // Not before there is a panel to show: what was drawn without one would jump from under the pointer.
    if (!this.#main.isConnected) this.#status.notice.after(this.#main);
    this.#build(hello.plan);
    this.#plate?.light(hello.lit);
    this.#plate?.buzz(hello.buzzing);
    this.#linked(hello.link);
    this.#phones.show(hello.phones);
    this.#faults.show(hello.faults);
    for (const part of [this.#phones, this.#faults]) part.element.inert = false;
    this.#story.show(hello.told);
    this.#traffic.show(hello.traffic);
  }

  /** The same panel keeps its keys, and so whoever is on one of them by keyboard. */
  #build(plan: Plan): void {
    if (this.#plate !== undefined && JSON.stringify(plan) === JSON.stringify(this.#plate.plan)) return;
    this.#plate?.element.remove();
    this.#plate = new Plate(plan, this.#motion, (wish) => void this.#live.send(wish));
    this.#main.querySelector(".panel")?.prepend(this.#plate.element);
    // Beside a panel that is only watched there is nothing else.
    this.#main.querySelector(plan.watched ? ".side" : ".panel")?.append(this.#story.element);
    this.#hint.textContent = plan.watched ? WATCHED : TYPED;
    this.#typing.hidden = plan.watched;
  }

  #linked(link: Link): void {
    if (this.#hello === undefined) return;
    this.#hello = { ...this.#hello, link };
    this.#status.link(link);
    this.#status.notify(trouble(link));
    if (!this.#believed()) this.#plate?.lose();
    else for (const [key, news] of Object.entries(this.#hello.news)) this.#plate?.key(key, news);
  }

  /** What is watched is what was last reported: true only while the panel says that it is there. */
  #believed(): boolean {
    if (this.#hello === undefined) return false;
    const { plan, link } = this.#hello;
    return !plan.watched || (link.broker && link.status === "online");
  }

  #lost(): void {
    this.#status.link({ broker: false });
    for (const part of [this.#phones, this.#faults]) part.element.inert = true;
    this.#status.notify("No connection to the simulator. This page tries again by itself.");
    this.#hello = undefined;
    this.#plate?.lose();
  }

  #announceRing(key: string, { label, state, caller }: KeyNews): void {
    if (state !== "ringing") {
      this.#ringing.delete(key);
      return;
    }
    const from = caller ? `, from ${callerSpoken(caller)}` : "";
    if (!this.#ringing.has(key)) this.#announcer.say(`${label || `key ${key}`} rings${from}`);
    this.#ringing.add(key);
  }

  #typed(event: KeyboardEvent, closed: boolean): void {
    const { target, key, repeat, ctrlKey, metaKey, altKey } = event;
    if (closed && (!this.#strokes.checked || ctrlKey || metaKey || altKey || isField(target))) return;
    if (repeat || !this.#plate?.stroke(key.toLowerCase(), closed)) return;
    event.preventDefault();
  }
}

/** Where what is typed is text. */
function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea");
}

function trouble({ broker, status }: Link): string | undefined {
  if (!broker) return "No connection to the MQTT broker: nothing is known of the panel now.";
  if (status === "offline") return "The panel is offline: nothing is known of its lines now.";
  return undefined;
}

new Page().start();
