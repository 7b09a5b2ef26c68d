import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { PhoneCalls, type PhoneManners } from "../../sim/phone/calls.ts";
import { RtpPort } from "../../sim/phone/rtp.ts";
import { UserAgent } from "../../sim/phone/user-agent.ts";
import { tagOf } from "../../sim/sip/address.ts";
import { Lifetime } from "../../sim/sip/lifetime.ts";
import { type Message, parse } from "../../sim/sip/message.ts";
import { Transactions } from "../../sim/sip/transactions.ts";
import { Wire } from "../../sim/sip/wire.ts";
import { Panel } from "./panel.ts";

const HOST = "127.0.0.1";

/** A phone without a PBX: what it calls is another one, directly. */
class Handset {
  readonly received: Message[] = [];
  readonly rtp: RtpPort;
  readonly #number: string;
  readonly #clock = new Lifetime(new SystemClock());
  readonly #wire = new Wire({
    host: HOST,
    trace: (direction, text) => {
      const message = direction === "in" ? parse(Buffer.from(text)) : undefined;
      if (message) this.received.push(message);
    },
  });
  #calls: PhoneCalls | undefined;

  constructor(number: string) {
    this.#number = number;
    this.rtp = new RtpPort(HOST, this.#clock);
  }

  get address(): { readonly host: string; readonly port: number } {
    return { host: HOST, port: this.#wire.port };
  }

  get state(): string {
    return this.#calls?.current?.state ?? "idle";
  }

  get calls(): PhoneCalls {
    if (!this.#calls) throw new Error(`${this.#number} is not started`);
    return this.#calls;
  }

  async open(): Promise<void> {
    await Promise.all([this.#wire.start(), this.rtp.start()]);
  }

  start(calls: Handset, manners: PhoneManners): void {
    const transactions = new Transactions({ wire: this.#wire, clock: this.#clock, product: "handset" });
    const parts = { clock: this.#clock, wire: this.#wire, transactions };
    const agent = new UserAgent(parts, this.#number, calls.address, { user: this.#number, password: "" });
    const phone = new PhoneCalls(agent, this.rtp, manners, () => undefined);
    this.#calls = phone;
    transactions.start((transaction) => phone.receive(transaction));
  }

  async stop(): Promise<void> {
    await Promise.all(this.calls.all.map((call) => call.hangUp()));
    this.#clock.end();
    await Promise.all([this.#wire.stop(), this.rtp.stop()]);
  }
}

describe("a phone that is asked to take over a call", () => {
  let phones: readonly Handset[];
  let caller: Handset;
  let called: Handset;
  let desk: Handset;
  let panels: Panel[];

  /** The caller has called; the phone rings. */
  async function ringing(callers: PhoneManners = { replaces: true }, desks: PhoneManners = {}): Promise<void> {
    caller.start(called, callers);
    called.start(caller, { replaces: true });
    desk.start(caller, { habit: "answers", ...desks });
    await caller.calls.place("101");
    await expect.poll(() => called.state).toBe("ringing");
  }

  beforeEach(async () => {
    phones = ["100", "101", "102"].map((number) => new Handset(number));
    [caller, called, desk] = phones as [Handset, Handset, Handset];
    panels = [];
    await Promise.all(phones.map((phone) => phone.open()));
  });
  afterEach(async () => {
    await Promise.all(phones.map((phone) => phone.stop()));
    await Promise.all(panels.map((panel) => panel.stop()));
  });

  async function panelAt(handset: Handset): Promise<Panel> {
    const panel = new Panel(new SystemClock(), handset.address);
    panels.push(panel);
    await panel.start();
    return panel;
  }

  /** Names the call to the caller: To is itself. */
  function named(flags = ""): string {
    const rang = caller.received.find((message) => message.kind === "response" && message.status === 180);
    const [to, from] = ["From", "To"].map((name) => tagOf(rang?.headers.get(name)));
    return `${rang?.headers.get("Call-ID")};to-tag=${to};from-tag=${from}${flags}`;
  }

  const require = ["Require", "replaces"] as const;
  const replacing = async (handset: Handset, replaces: string, ...more: readonly (readonly [string, string])[]) =>
    (await panelAt(handset)).call("100", "sendrecv", [...more, ["Replaces", replaces]]);

  it("gives the panel its own call that nobody has answered, and cancels that", async () => {
    await ringing();
    const leg = await replacing(caller, named(";early-only"), require);
    expect(leg.response.status).toBe(200);
    expect(leg.response.headers.get("Supported")).toBe("replaces");
    await expect.poll(() => [caller.state, called.state]).toEqual(["talking", "idle"]);
    await leg.bye();
    await expect.poll(() => caller.calls.all).toEqual([]);
  });

  it.each([
    ["with swapped tags", () => named().replace(/to-tag=(.*);from-tag=(.*)/, "to-tag=$2;from-tag=$1")],
    ["of nothing", () => "nosuch;to-tag=1;from-tag=2"],
    ["that is malformed", () => "nosuch"],
  ])("knows no call by a Replaces %s", async (_, replaces) => {
    await ringing();
    expect((await replacing(caller, replaces())).response.status).toBe(481);
    expect([caller.state, called.state]).toEqual(["calling", "ringing"]);
  });

  it("does not give away a call that rings at it", async () => {
    await ringing();
    const swapped = named().replace(/to-tag=(.*);from-tag=(.*)/, "to-tag=$2;from-tag=$1");
    expect((await replacing(called, swapped)).response.status).toBe(481);
    expect(called.state).toBe("ringing");
  });

  it("keeps an answered call where only an early one was meant, and gives it away otherwise", async () => {
    await ringing();
    called.calls.current?.answer();
    await expect.poll(() => caller.state).toBe("talking");
    expect((await replacing(caller, named(";early-only"))).response.status).toBe(486);
    expect(called.state).toBe("talking");
    expect((await replacing(caller, named())).response.status).toBe(200);
    await expect.poll(() => [caller.state, called.state]).toEqual(["talking", "idle"]);
  });

  it("refuses what it does not know where that is required, and otherwise takes it for a second call", async () => {
    await ringing({ callWaiting: true });
    const refused = await replacing(caller, named(), require);
    expect([refused.response.status, refused.response.headers.get("Unsupported")]).toEqual([420, "replaces"]);
    void replacing(caller, named());
    await expect.poll(() => caller.calls.all.map(({ state }) => state)).toEqual(["calling", "ringing"]);
  });

  describe("by REFER", () => {
    const referTo = (): string =>
      `sip:100@${HOST}:${caller.address.port}?Replaces=${encodeURIComponent(named(";early-only"))}&Require=replaces`;

    it("takes the caller, tells so, and goes on without who asked for it", async () => {
      await ringing(undefined, { refer: "obeys" });
      const leg = await (await panelAt(desk)).call("102", "inactive");
      expect((await leg.refer(referTo())).status).toBe(202);
      expect(await leg.referred()).toBe(200);
      expect(leg.sipfrags.map(({ status }) => status)).toEqual([100, 200]);
      await expect.poll(() => [caller.state, called.state, desk.state]).toEqual(["talking", "idle", "talking"]);
      await leg.bye();
      const heard = (one: Handset, other: Handset) => one.rtp.heard.get(`${HOST}:${other.rtp.port}`) ?? 0;
      await expect.poll(() => heard(caller, desk) > 3 && heard(desk, caller) > 3).toBe(true);
      expect(desk.calls.all).toHaveLength(1);
    });

    it("stays with who asked for it when the call has gone", async () => {
      await ringing(undefined, { refer: "obeys" });
      const target = referTo();
      await caller.calls.current?.hangUp();
      const leg = await (await panelAt(desk)).call("102");
      await leg.refer(target);
      expect(await leg.referred()).toBe(481);
      expect([desk.state, desk.calls.all.length]).toEqual(["talking", 1]);
    });

    it("may overlook what it should replace", async () => {
      await ringing(undefined, { refer: "drops-replaces" });
      const leg = await (await panelAt(desk)).call("102");
      await leg.refer(referTo());
      expect(await leg.referred()).toBe(486);
      expect([called.state, desk.state]).toEqual(["ringing", "talking"]);
    });

    it("may not know that", async () => {
      await ringing();
      const leg = await (await panelAt(desk)).call("102");
      expect((await leg.refer(referTo())).status).toBe(501);
      expect(leg.sipfrags).toEqual([]);
    });
  });
});

describe("a phone that refuses", () => {
  it.each([
    ["all calls", { refuses: { status: 486, calls: "all" } } as const, 486, 486],
    ["to answer by itself", { refuses: { status: 603, calls: "intercom" } } as const, 603, undefined],
  ])("%s", async (_, manners, intercom, plain) => {
    const phone = new Handset("102");
    await phone.open();
    phone.start(phone, manners);
    const panel = new Panel(new SystemClock(), phone.address);
    await panel.start();
    const asked = await panel.call("102", "sendrecv", [["Call-Info", "<sip:localhost>;answer-after=0"]]);
    expect(asked.response.status).toBe(intercom);
    const call = panel.call("102");
    if (plain !== undefined) expect((await call).response.status).toBe(plain);
    else await expect.poll(() => phone.state).toBe("ringing");
    await Promise.all([phone.stop(), panel.stop()]);
  });
});
