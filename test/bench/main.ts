import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { inspect } from "node:util";
import { BrokerProcess } from "./broker-process.ts";
import {
  digits,
  headings,
  median,
  type Name,
  noSamples,
  pause,
  type Row,
  ratio,
  type Samples,
  table,
} from "./figures.ts";
import { allAtOnce, calm, type Flood, idle, oneAtATime, presses } from "./load.ts";
import { Measured } from "./process.ts";
import { type Bench, type Subject, start } from "./subject.ts";
import { watchCost } from "./watch-cost.ts";

/* Arguments: the built daemon, a folder for the files of the bits, and where baresip would be unpacked. */
const [, , bundle = "", bits = "", baresip = ""] = process.argv;
const bench: Bench = { bundle: resolve(bundle), work: import.meta.dirname, bits, baresip };
/** How long all lines at once are kept up, in ms. */
const FLOOD = 1500;
/** How long they are left alone, in ms: V8 tidies up for some seconds after work. */
const TIDYING = 20_000;
const IDLE = 20_000;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The daemon, the floor, the daemon, the floor …: whatever else this machine does, it does to all. */
async function inTurn<F extends { readonly [K in keyof F]: readonly number[] }>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject) => Promise<F>,
): Promise<{ readonly [K in keyof F]: Samples }> {
  const all: Record<string, Samples> = {};
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      for (const [figure, samples] of Object.entries<readonly number[]>(await measure(subject))) {
        all[figure] ??= noSamples();
        all[figure][subject.name].push(...samples);
      }
    }
  }
  return all as { readonly [K in keyof F]: Samples };
}

async function startUps(rounds: number): Promise<{ subscribed: Samples; told: Samples; node: number[] }> {
  const node: number[] = [];
  const subscribed: Samples = noSamples();
  const told: Samples = noSamples();
  for (let round = 0; round < rounds; round++) {
    node.push(await new Measured(["-e", "0"]).lifetime());
    for (const name of ["floor", "blfd"] as const) {
      const subject = await start(name, bench);
      subscribed[name].push(subject.subscribedAfter);
      told[name].push(subject.trueAfter);
      await subject.stop();
    }
  }
  return { subscribed, told, node };
}

async function withBroker(floor: Subject): Promise<readonly Row[]> {
  const broker = new BrokerProcess();
  const blfd = await start("blfd", bench, await broker.start());
  try {
    await calm(blfd);
    await allAtOnce(blfd, 1000);
    await calm(blfd);
    const paced = await inTurn([blfd, floor], 3, (one) =>
      oneAtATime(one, 96, one.name === "blfd" ? (key) => broker.nextLamp(key) : undefined),
    );
    return [
      { what: "with a broker: NOTIFY → lamp", unit: "µs", ...paced.lamp },
      { what: "with a broker: NOTIFY → lamp message at the broker", unit: "µs", ...paced.published },
      { what: "with a broker: CPU per NOTIFY", unit: "µs", ...paced.cpu },
    ];
  } finally {
    await blfd.stop();
    broker.stop();
  }
}

/** What is measured beside the two that are always there; says what could not be had. */
function others(): readonly Name[] {
  const programs: readonly (readonly [Name, string, string])[] = [
    ["cFloor", join(bench.work, "floor"), "it takes a C compiler, cc"],
    ["baresip", join(baresip, "bin", "baresip"), "make test-real PART=asterisk brings it"],
  ];
  return programs.flatMap(([name, program, how]) => {
    if (existsSync(program)) return [name];
    say(`${headings[name]}: could not be had; ${how}`);
    return [];
  });
}

/**
 * Baresip slows down under load, to a sixth within some seconds, and is itself again after half a minute: it seems to keep
 * what it answered for 32 s (RFC 3261 §17.2.2). Each of its floods begins anew; else blfd would seem the faster one.
 */
async function flooded(subject: Subject): Promise<Flood> {
  if (subject.name !== "baresip") return allAtOnce(subject, FLOOD);
  const fresh = await start("baresip", bench);
  try {
    return await allAtOnce(fresh, FLOOD);
  } finally {
    await fresh.stop();
  }
}

async function main(): Promise<void> {
  say(`blfd beside floors, a bare Node process and one in C that do the least by hand, and beside baresip, which takes
presence and has no lamps: measured in turn in one run
node ${process.version} on ${process.platform} ${process.arch}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(2)} before`);
  const watching = digits(median(await watchCost(bits)));
  say(`lamps and keys are files; the writes are seen by inotify, which takes ${watching} µs of each lamp figure (p50)
`);

  const startUp = await startUps(5);
  const blfd = await start("blfd", bench);
  const floor = await start("floor", bench);
  const both = [blfd, floor];
  const all = [...both];
  try {
    for (const name of others()) all.push(await start(name, bench));
    await pause(1000);
    const rss = async (one: Subject) => ({ rss: [one.process.rss()] });
    const { rss: atFirst } = await inTurn(all, 1, rss);
    for (const one of all) await calm(one);
    const first = await inTurn(all, 1, (one) => oneAtATime(one, 32));
    // Compiled as far as it will be.
    const lasting = all.filter(({ name }) => name !== "baresip");
    await inTurn(lasting, 1, (one) => allAtOnce(one, FLOOD));
    for (const one of all) await calm(one);
    const paced = await inTurn(all, 6, (one) => oneAtATime(one, 96));
    const pressing = all.filter(({ name }) => name !== "cFloor");
    const pressed = await inTurn(pressing, 4, async (one) => ({ invite: await presses(one, 48) }));
    const flood = await inTurn(all, 3, flooded);
    const { rss: loaded } = await inTurn(lasting, 1, rss);
    for (const one of all) await calm(one);
    await pause(TIDYING);
    // At the same time: one that sleeps disturbs no other.
    const idling = new Map(await Promise.all(all.map(async (one) => [one, await idle(one, IDLE)] as const)));
    const left = await inTurn(all, 1, async (one) => idling.get(one) ?? { wakeUps: [], keepalives: [], beyond: [] });
    await blfd.stop();
    const brokered = await withBroker(floor);

    const lamp: Row = { what: "NOTIFY → lamp", unit: "µs", ...paced.lamp };
    const answer: Row = { what: "NOTIFY → 200", unit: "µs", ...paced.answer };
    const invite: Row = { what: "edge → INVITE", unit: "µs", ...pressed.invite };
    const cpu: Row = { what: "CPU per NOTIFY, 16 lines at once", unit: "µs", ...flood.cpu };
    const memory: Row = { what: "memory after load (RSS)", unit: "MB", ...loaded };
    const lampsTrue: Row = { what: "spawn → all lamps true", unit: "ms", ...startUp.told };
    const bare: Row = {
      what: "  beside node -e 0, whole",
      unit: "ms",
      ...noSamples(),
      blfd: startUp.told.blfd,
      floor: startUp.node,
    };
    const rows: Row[] = [
      lamp,
      { what: "NOTIFY → lamp, the first 32 after start", unit: "µs", ...first.lamp },
      answer,
      { what: "NOTIFY → 200, 16 lines at once", unit: "µs", ...flood.answer },
      invite,
      { what: "CPU per NOTIFY, one at a time", unit: "µs", ...paced.cpu },
      cpu,
      { what: "NOTIFYs answered, 16 lines at once", unit: "1/s", ...flood.perSecond },
      { what: "  the load generator itself is busy", unit: "%", ...flood.generator },
      { what: "idle, nothing flashes: wake-ups", unit: "1/min", ...left.wakeUps },
      { what: "  keepalives, which take three each", unit: "1/min", ...left.keepalives },
      { what: "  wake-ups beyond those", unit: "1/min", ...left.beyond },
      ...brokered,
      { what: "spawn → first SUBSCRIBE", unit: "ms", ...startUp.subscribed },
      lampsTrue,
      bare,
      { what: "memory after start (RSS)", unit: "MB", ...atFirst },
      memory,
    ];
    say(table(rows));
    const main: readonly (readonly [string, Row])[] = [
      ["NOTIFY→lamp", lamp],
      ["NOTIFY→200", answer],
      ["edge→INVITE", invite],
      ["CPU/NOTIFY", cpu],
      ["memory", memory],
      ["start-up (to node -e 0)", bare],
    ];
    say(`\nratios to the Node floor: ${main.map(([name, row]) => `${name} ${digits(ratio(row))}`).join(", ")}`);
    const toBaresip = [
      `CPU/NOTIFY ${digits(ratio(cpu, "baresip"))}`,
      `edge→INVITE ${digits(ratio(invite, "baresip"))}`,
    ];
    say(`ratios to baresip: ${toBaresip.join(", ")}`);
  } finally {
    for (const one of all) await one.stop();
  }
}

// Leaving by exit() takes the processes under test along.
process.once("SIGINT", () => process.exit(130));
try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${inspect(error)}\n`);
  process.exitCode = 1;
}
