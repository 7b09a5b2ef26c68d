import { randomUUID } from "node:crypto";
import type { Millis } from "../domain/millis.ts";
import type { PbxSettings } from "../domain/settings.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { AccountGate } from "./account-gate.ts";
import type { Agent, Leg as AgentLeg, LegEvents, Notify, RequestSpec, Response, Unsolicited } from "./agent.ts";
import type { Account } from "./credentials.ts";
import { Dispatch } from "./dispatch.ts";
import type { Dns } from "./dns.ts";
import { Exchange } from "./exchange.ts";
import { installGrammar } from "./grammar.ts";
import { Leg, type LegHost } from "./leg.ts";
import { Link } from "./link.ts";
import { type Draft, messageOf, VIA_PLACEHOLDER } from "./message.ts";
import { randomDigits } from "./random-digits.ts";
import { Resolver } from "./resolver.ts";
import { localResponse } from "./response.ts";
import { Stack, widenBranches } from "./stack.ts";
import { transportFor, uriParameter } from "./transport/selection.ts";
import { steadyPort } from "./transport/steady-port.ts";
import type { SipTransport } from "./transport/transport.ts";
import { uriHost } from "./transport/via.ts";
import { escapedUser, userIn } from "./uri.ts";

/** How long stop() waits for legs to end, and then for the transport to close. */
const FAREWELL: Millis = 800;

export interface UserAgentOptions {
  readonly pbx: Pick<
    PbxSettings,
    "host" | "port" | "transport" | "path" | "tls" | "digest" | "user" | "password" | "alive"
  >;
  readonly clock: Clock;
  readonly log: Log;
  /** Address of this machine to use; by default the one that the route to the PBX has. */
  readonly localAddress?: string;
  readonly dns?: Dns;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Makes the transport; by default the one that the settings name. */
  readonly transport?: typeof transportFor;
}

/** The panel as the PBX knows it: one account, one connection, kept up by a Link. */
export class UserAgent implements Agent {
  readonly aor: string;
  readonly #options: UserAgentOptions;
  readonly #account: Account;
  readonly #resolver: Resolver;
  readonly #transport: SipTransport;
  readonly #stack: Stack;
  readonly #dispatch: Dispatch;
  readonly #gate: AccountGate;
  readonly #link: Link;
  readonly #listeners = new Set<(up: boolean, why?: string) => void>();
  readonly #pending = new Set<Exchange>();
  readonly #legs = new Map<AgentLeg, Cancel>();
  readonly #legHost: LegHost;
  /** Host and port, and what a URI says of the transport. */
  readonly #hostPort: string;
  readonly #transportParameter: string;
  /** Of the questions for a sign of life. */
  readonly #askIdentity = { callId: randomUUID(), localTag: newTag() };
  #asks = 0;
  #wasTroubled = false;
  #unlisten: Cancel | undefined;
  #onLegOver: () => void = () => undefined;

  constructor(options: UserAgentOptions) {
    const { pbx, clock, log, localAddress, random = Math.random, transport: make = transportFor } = options;
    const { host, port, transport } = pbx;
    this.#options = options;
    const { user, password, digest } = pbx;
    this.#account = { user, password, ...(digest === undefined ? {} : { digest }) };
    this.aor = `sip:${escapedUser(pbx.user)}@${uriHost(host)}`;
    this.#hostPort = `${uriHost(host)}${port === undefined ? "" : `:${port}`}`;
    this.#transportParameter = uriParameter(transport);
    const place = { host, ...(port === undefined ? {} : { port }), ...(localAddress ? { localAddress } : {}) };
    const dns = options.dns ? { dns: options.dns } : {};
    this.#resolver = new Resolver({ ...place, transport, random, ...dns });
    this.#transport = make(pbx, {
      ...place,
      steadyPort: steadyPort(user, host),
      clock,
      log,
      targets: this.#resolver,
      viaPlaceholder: VIA_PLACEHOLDER,
    });
    this.#stack = new Stack(this.#transport, this.aor);
    this.#dispatch = new Dispatch(this.#stack);
    this.#gate = new AccountGate(() => clock.now(), random);
    this.#link = new Link(clock, this.#linkPort(), pbx.alive, random);
    this.#legHost = this.#hostForLegs();
  }

  get up(): boolean {
    return this.#link.up;
  }

  get contact(): string {
    const { localAddress = "0.0.0.0", localPort = 0 } = this.#transport;
    const user = escapedUser(this.#options.pbx.user);
    return `<sip:${user}@${uriHost(localAddress)}:${localPort}${this.#transportParameter}>`;
  }

  get mediaAddress(): string {
    return this.#transport.localAddress ?? "0.0.0.0";
  }

  /** Resolves when the connection is supervised, not when it is there; onLink() tells that. */
  async start(): Promise<void> {
    if (this.#unlisten) return;
    installGrammar();
    widenBranches();
    this.#transport.onMessage = (text) => this.#dispatch.receive(text);
    this.#transport.onDisconnect = (error) => this.#link.lost(error?.message ?? "the connection was closed");
    this.#unlisten = this.#transport.onActivity(() => this.#link.sign());
    this.#link.start();
  }

  /** Ends all calls, as far as the PBX answers in time, and lets go of everything. At most 2 s. */
  async stop(): Promise<void> {
    if (!this.#unlisten) return;
    for (const leg of this.#legs.keys()) leg.end();
    await this.#within(FAREWELL, this.#noLegs());
    await this.#within(FAREWELL, this.#link.stop());
    this.#unlisten();
    this.#unlisten = undefined;
    this.#transport.onMessage = undefined;
    this.#transport.onDisconnect = undefined;
    for (const leave of this.#legs.values()) leave();
    this.#legs.clear();
    this.#stack.reset();
  }

  onLink(listener: (up: boolean, why?: string) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  uri(user: string): string {
    return `sip:${escapedUser(user)}@${this.#hostPort}${this.#transportParameter}`;
  }

  newCallId(): string {
    return randomUUID();
  }

  newTag(): string {
    return newTag();
  }

  request(spec: RequestSpec, final: (response: Response) => void): void {
    const { identity, target, to = target, method, headers, body } = spec;
    const { callId, localTag, remoteTag, routes } = identity;
    let cseq = identity.cseq;
    const draft = { method, target, from: this.aor, to, callId, localTag, remoteTag, routes, headers, body };
    // Calls are not held up by it: what belongs to them has to go out.
    this.#gate.pass(
      () =>
        this.#exchange(
          draft,
          () => cseq++,
          (response) => {
            this.#gate.ended(response.status);
            final(response);
          },
        ),
      () => this.#failLater(401, "Unauthorized", cseq, final),
    );
  }

  claim(callId: string, handle: (notify: Notify) => void): Cancel {
    return this.#dispatch.claim(callId, handle);
  }

  onUnsolicited(event: string, listener: (notify: Unsolicited) => void): Cancel {
    return this.#dispatch.onUnsolicited(event, listener);
  }

  invite(target: string, headers: readonly string[], sdp: string, events: LegEvents): AgentLeg {
    const here = target === this.uri(userIn(target) ?? "");
    const routes = here ? [] : [`<sip:${this.#hostPort}${this.#transportParameter};lr>`];
    const spec = { callId: this.newCallId(), localTag: newTag(), target, routes, headers, sdp };
    const leg = new Leg(this.#legHost, spec, events);
    this.#legs.set(leg, this.#dispatch.own(spec.callId, spec.localTag, leg));
    leg.start();
    return leg;
  }

  #exchange(draft: Omit<Draft, "cseq">, nextCseq: () => number, final: (response: Response) => void): void {
    if (!this.up) {
      this.#failLater(503, "Service Unavailable", nextCseq(), final);
      return;
    }
    const exchange = new Exchange(this.#stack, this.#account, draft, nextCseq, (response) => {
      this.#pending.delete(exchange);
      final(response);
    });
    this.#pending.add(exchange);
    exchange.start();
  }

  #failLater(status: number, phrase: string, cseq: number, final: (response: Response) => void): void {
    queueMicrotask(() => final(localResponse(status, phrase, cseq)));
  }

  /** Any answer will do, a refusal too; so credentials are not offered. */
  #ask(): void {
    const target = `sip:${this.#hostPort}${this.#transportParameter}`;
    const draft = { method: "OPTIONS", target, from: this.aor, to: target, remoteTag: undefined, routes: [] };
    const message = messageOf({ ...draft, ...this.#askIdentity, cseq: ++this.#asks, headers: [], body: undefined });
    this.#stack.request(message, {});
  }

  #linkPort(): ConstructorParameters<typeof Link>[1] {
    const { log, pbx } = this.#options;
    return {
      open: () => this.#transport.connect(),
      close: () => this.#transport.disconnect().catch(() => undefined),
      ask: () => this.#ask(),
      changed: (up, why) => this.#changed(up, why),
      retrying: (why, wait) => {
        const fields = { host: pbx.host, port: pbx.port, transport: pbx.transport, why, wait: Math.round(wait) };
        log[this.#wasTroubled ? "debug" : "warn"](fields, "PBX not reached, trying again");
        this.#wasTroubled = true;
      },
    };
  }

  #changed(up: boolean, why?: string): void {
    const { log, pbx } = this.#options;
    this.#wasTroubled = !up;
    // Before the listeners: what they ask for then is asked of the new link.
    this.#gate.reset();
    if (up) this.#resolver.reached();
    if (up) log.info({ host: pbx.host, transport: pbx.transport }, "PBX link up");
    else log.warn({ host: pbx.host, transport: pbx.transport, why }, "PBX link down");
    for (const listener of [...this.#listeners]) {
      if (why === undefined) listener(up);
      else listener(up, why);
    }
    if (up) return;
    for (const leg of [...this.#legs.keys()]) if (leg instanceof Leg) leg.lost();
    for (const exchange of [...this.#pending]) exchange.fail(503, "Service Unavailable");
  }

  #hostForLegs(): LegHost {
    const agent = this;
    return {
      clock: this.#options.clock,
      stack: this.#stack,
      account: this.#account,
      aor: this.aor,
      get contact() {
        return agent.contact;
      },
      get up() {
        return agent.up;
      },
      onLink: (listener) => this.onLink(listener),
      exchange: (draft, nextCseq, final) => this.#exchange(draft, nextCseq, final),
      release: (leg) => {
        this.#legs.get(leg)?.();
        this.#legs.delete(leg);
        this.#onLegOver();
      },
    };
  }

  #noLegs(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLegOver = () => (this.#legs.size === 0 || !this.up) && resolve();
      this.#onLegOver();
    });
  }

  /** Waits for something, but not longer than that. */
  #within(limit: Millis, wanted: Promise<void>): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + limit, resolve);
      void wanted.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

function newTag(): string {
  return randomDigits(16);
}
