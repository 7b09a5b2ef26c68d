import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { certify } from "../asterisk/certificates.ts";

const template = fileURLToPath(new URL("kamailio.cfg", import.meta.url));
const tables = ["standard", "usrloc", "dialog", "presence"];
const accounts = ["100", "101", "102", "103", "104", "105", "panel1"];

export const databaseName = "kamailio.db";

/** Nobody may watch this one. */
export const forbiddenLine = "104";

export interface Ports {
  /** UDP and TCP. */
  readonly sip: number;
  /** TLS, and WebSocket in it. */
  readonly tls: number;
  /** WebSocket, and questions of the tests. */
  readonly http: number;
}

/** What is still known after a kill -9. */
export type Kept = "nothing" | "subscriptions" | "everything";

/** How it behaves; what is left out is as it is by default. */
export interface Habits {
  /** `subscriptions`: registrations too. `everything`: calls and their publications too. */
  readonly keeps?: Kept;
  /** An idle line is one terminated dialog instead of no body. */
  readonly dummy?: boolean;
  /** The callee's line tells of a call before its phone rings. */
  readonly calleeTrying?: boolean;
  /** False: a subscription to an idle line is accepted, and that is all. */
  readonly fastNotify?: boolean;
  /** Bounds of a subscription's time, in seconds. What is shorter is refused with 423. */
  readonly minExpires?: number;
  readonly maxExpires?: number;
  /** How long any call is told of, in seconds; by default an hour. It ends ghosts, and hides calls that last longer. */
  readonly lifetime?: number;
}

/** 0: in memory, 1: written through. Publications: 2 is memory, 0 the database. */
const keeping: Readonly<Record<Kept, Readonly<Record<string, number>>>> = {
  nothing: { LOCATIONS: 0, SUBSCRIPTIONS: 0, PUBLICATIONS: 2, DIALOGS: 0 },
  subscriptions: { LOCATIONS: 1, SUBSCRIPTIONS: 1, PUBLICATIONS: 2, DIALOGS: 0 },
  everything: { LOCATIONS: 1, SUBSCRIPTIONS: 1, PUBLICATIONS: 0, DIALOGS: 1 },
};

/** Lays out a folder for one Kamailio: its configuration, its keys, its empty database. */
export async function layOut(folder: string, root: string, host: string, ports: Ports, habits: Habits): Promise<void> {
  await certify(host, join(folder, "keys"));
  await mkdir(join(folder, "run"));
  await createTables(folder, root);
  const values: Readonly<Record<string, string | number>> = {
    RUN: folder,
    MODULES: join(root, "kamailio-modules"),
    DATABASE: `sqlite:///${join(folder, databaseName)}`,
    HOST: host,
    SIP: ports.sip,
    TLS: ports.tls,
    HTTP: ports.http,
    FORBIDDEN: forbiddenLine,
    ACCOUNTS: accounts.map((account) => `\t$sht(accounts=>${account}) = "pw${account}";`).join("\n"),
    ...keeping[habits.keeps ?? "nothing"],
    DUMMY: Number(habits.dummy ?? false),
    CALLEE_TRYING: Number(habits.calleeTrying ?? false),
    FAST_NOTIFY: Number(habits.fastNotify ?? true),
    MIN_EXPIRES: habits.minExpires ?? 60,
    MAX_EXPIRES: habits.maxExpires ?? 3600,
    LIFETIME: habits.lifetime ?? 0,
  };
  const text = await readFile(template, "utf8");
  await writeFile(
    join(folder, "kamailio.cfg"),
    text.replace(/@([A-Z_]+)@/g, (mark, name: string) => String(values[name] ?? mark)),
  );
}

async function createTables(folder: string, root: string): Promise<void> {
  const database = join(folder, databaseName);
  await rm(database, { force: true });
  const scripts = await Promise.all(
    tables.map((name) => readFile(join(root, "kamailio-tables", `${name}-create.sql`), "utf8")),
  );
  const sql = ["PRAGMA journal_mode=WAL;", "BEGIN;", ...scripts, "COMMIT;"].join("\n");
  await promisify(execFile)(join(root, "bin", "sqlite3"), [database, sql]);
}
