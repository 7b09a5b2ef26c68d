import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

/**
 * How the panel loses its way to the PBX: its own interface goes down; the cable comes out at the other end; or
 * everything is thrown away in between, without a word to either side.
 */
export type Cut = "interface" | "cable" | "silence";

const PBX = { address: "192.0.2.2", router: "192.0.2.1" };
const PANEL = { address: "198.51.100.2", router: "198.51.100.1" };

/**
 * A network of a test's own, in network namespaces (root only): a place for the PBX, a place for the panel, and a router in
 * between, as in a building with more than one subnet.
 *
 *   pbx 192.0.2.2 ── router ── 198.51.100.2 panel
 */
export class Network {
  readonly pbxAddress = PBX.address;
  readonly #id = `blfd-${process.pid}-${randomBytes(3).toString("hex")}`;
  #there = false;

  /** What runs a command at the PBX's place. */
  get atPbx(): readonly string[] {
    return ["ip", "netns", "exec", this.#name("pbx")];
  }

  get atPanel(): readonly string[] {
    return ["ip", "netns", "exec", this.#name("panel")];
  }

  /** Rejects with what is missing: root, iproute2, or a kernel with network namespaces. */
  async start(): Promise<void> {
    const [pbx, router, panel] = [this.#name("pbx"), this.#name("router"), this.#name("panel")];
    this.#there = true;
    try {
      await sweep();
      for (const place of [pbx, router, panel]) {
        await ip(`netns add ${place}`);
        await ip(`-n ${place} link set lo up`);
      }
      await ip(`link add eth0 netns ${pbx} type veth peer name to-pbx netns ${router}`);
      await ip(`link add eth0 netns ${panel} type veth peer name to-panel netns ${router}`);
      await ip(`-n ${pbx} addr add ${PBX.address}/24 dev eth0`);
      await ip(`-n ${panel} addr add ${PANEL.address}/24 dev eth0`);
      await ip(`-n ${router} addr add ${PBX.router}/24 dev to-pbx`);
      await ip(`-n ${router} addr add ${PANEL.router}/24 dev to-panel`);
      await ip(`netns exec ${router} sh -c`, "echo 1 > /proc/sys/net/ipv4/ip_forward");
      for (const name of ["to-pbx", "to-panel"]) await ip(`-n ${router} link set ${name} up`);
      await ip(`-n ${pbx} link set eth0 up`);
      await ip(`-n ${pbx} route add default via ${PBX.router}`);
      await this.#panelUp();
    } catch (cause) {
      await this.stop();
      throw new Error(`no network namespaces here: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }

  async cut(how: Cut): Promise<void> {
    if (how === "interface") await ip(`-n ${this.#name("panel")} link set eth0 down`);
    if (how === "cable") await ip(`-n ${this.#name("router")} link set to-panel down`);
    if (how === "silence") await this.#blackholes("add");
  }

  async mend(how: Cut): Promise<void> {
    if (how === "interface") await this.#panelUp();
    if (how === "cable") await ip(`-n ${this.#name("router")} link set to-panel up`);
    if (how === "silence") await this.#blackholes("del");
  }

  /** What runs there has to be ended before. */
  async stop(): Promise<void> {
    if (!this.#there) return;
    this.#there = false;
    for (const place of ["panel", "router", "pbx"]) await ip(`netns del ${this.#name(place)}`).catch(() => undefined);
  }

  #name(place: string): string {
    return `${this.#id}-${place}`;
  }

  /** An interface that was down has lost its routes. */
  async #panelUp(): Promise<void> {
    const panel = this.#name("panel");
    await ip(`-n ${panel} link set eth0 up`);
    await ip(`-n ${panel} route replace default via ${PANEL.router}`);
  }

  async #blackholes(what: "add" | "del"): Promise<void> {
    for (const { address } of [PBX, PANEL])
      await ip(`-n ${this.#name("router")} route ${what} blackhole ${address}/32`);
  }
}

/** What tests left behind that were killed: nobody else takes it away. */
async function sweep(): Promise<void> {
  const { stdout } = await promisify(execFile)("ip", ["netns", "list"]);
  for (const [name, pid] of stdout.matchAll(/^blfd-(\d+)-\w+-\w+/gm)) {
    if (!existsSync(`/proc/${pid}`)) await ip(`netns del ${name}`).catch(() => undefined);
  }
}

async function ip(args: string, ...more: readonly string[]): Promise<void> {
  await promisify(execFile)("ip", [...args.split(" "), ...more]);
}
