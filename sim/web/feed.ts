import type { KeyId } from "../../firmware/domain/key.ts";
import type { KeyNews, Link, Lit, Message, Told, Traffic, Wish } from "./message.ts";
import { type Fields, readingOf } from "./reading.ts";
import type { Change, Stage } from "./stage.ts";
import { toldOfEvent } from "./telling.ts";

/** So much of what happened a page is told that opens later. */
const MEMORY = 120;
/** Of a payload; a stranger's broker may carry anything. */
const LONGEST_PAYLOAD = 4096;

/** Makes of a stage what pages are told: everything when they come, and then each change. */
export class Feed {
  readonly #stage: Stage;
  readonly #page: string;
  readonly #news = new Map<KeyId, KeyNews>();
  readonly #told: Told[] = [];
  readonly #traffic: Traffic[] = [];
  #link: Link;
  #lit: Lit = {};
  #lightWaits = false;
  #listener: (message: Message) => void = () => {};

  /** @param page says which page is served, so that an older one in a browser notices */
  constructor(stage: Stage, page: string) {
    this.#stage = stage;
    this.#page = page;
    this.#link = { broker: stage.broker };
  }

  start(): void {
    this.#lit = this.#stage.lit;
    this.#stage.onChange((change) => this.#changed(change));
  }

  get hello(): Message {
    const { plan, buzzing, phones, faults } = this.#stage;
    return {
      type: "hello",
      page: this.#page,
      plan,
      news: Object.fromEntries(this.#news),
      lit: this.#lit,
      buzzing,
      link: this.#link,
      phones,
      faults,
      told: this.#told,
      traffic: this.#traffic,
    };
  }

  /** One listener. */
  onMessage(listener: (message: Message) => void): void {
    this.#listener = listener;
  }

  /** False where there is nothing to touch. */
  grant(wish: Wish): boolean {
    this.#stage.grant?.(wish);
    return this.#stage.grant !== undefined;
  }

  #changed(change: Change): void {
    const stage = this.#stage;
    switch (change.kind) {
      case "plan":
        this.#listener(this.hello);
        break;
      case "light":
        this.#lightSoon();
        break;
      case "buzzer":
        this.#listener({ type: "buzzer", on: stage.buzzing });
        break;
      case "phones":
        this.#listener({ type: "phones", phones: stage.phones });
        break;
      case "faults":
        this.#listener({ type: "faults", faults: stage.faults });
        break;
      case "told":
        this.#tell(change.told);
        break;
      case "broker":
        this.#reached(change.up);
        break;
      case "published":
        this.#published(change);
        break;
    }
  }

  /** What changes in one step of the panel, in several banks, is one message; no change is left out. */
  #lightSoon(): void {
    if (this.#lightWaits) return;
    this.#lightWaits = true;
    queueMicrotask(() => {
      this.#lightWaits = false;
      const before = this.#lit;
      this.#lit = this.#stage.lit;
      const other = Object.entries(this.#lit).filter(([lamp, lit]) => before[lamp]?.join() !== lit.join());
      if (other.length > 0) this.#listener({ type: "light", lit: Object.fromEntries(other) });
    });
  }

  #published({ topic, payload, place }: Extract<Change, { kind: "published" }>): void {
    const at = this.#stage.wall().toISOString();
    const reading = place && readingOf(place, payload);
    const kept = reading?.kind === "key" && reading.news.caller ? withoutCaller(payload) : payload;
    const shown = kept.length > LONGEST_PAYLOAD ? `${kept.slice(0, LONGEST_PAYLOAD)}…` : kept;
    const traffic = { at, topic, payload: shown };
    remember(this.#traffic, traffic);
    this.#listener({ type: "traffic", traffic });
    switch (reading?.kind) {
      case "key":
        this.#news.set(reading.key, reading.news);
        this.#listener({ type: "key", key: reading.key, news: reading.news });
        break;
      case "status":
        this.#linked({ status: reading.status });
        break;
      case "pbx":
        this.#linked({ pbx: reading.state });
        break;
      case "event": {
        const label = (key: KeyId): string => this.#labelOf(key);
        const told = toldOfEvent(reading.event, label, at);
        if (told) this.#tell(told);
      }
    }
  }

  #labelOf(key: KeyId): string {
    return this.#news.get(key)?.label ?? this.#stage.plan.keys.find(({ id }) => id === key)?.label ?? "";
  }

  #tell(told: Told): void {
    remember(this.#told, told);
    this.#listener({ type: "told", told });
  }

  /** A broker that is back tells again all that it retains, before it is told to be back or after. Until then nothing is known. */
  #reached(up: boolean): void {
    if (!up) this.#news.clear();
    this.#link = up ? { ...this.#link, broker: true } : { broker: false };
    this.#listener(this.hello);
  }

  #linked(link: Partial<Link>): void {
    this.#link = { ...this.#link, ...link };
    this.#listener({ type: "link", link: this.#link });
  }
}

/** Who calls is shown with the key while the call lasts; a log would be a list of who called today. */
function withoutCaller(payload: string): string {
  return JSON.stringify({ ...(JSON.parse(payload) as Fields), caller: "…" });
}

function remember<Entry>(memory: Entry[], entry: Entry): void {
  memory.push(entry);
  if (memory.length > MEMORY) memory.shift();
}
