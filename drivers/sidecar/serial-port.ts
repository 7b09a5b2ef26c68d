import { constants } from "node:fs";
import { access, readdir, readFile, stat } from "node:fs/promises";
import type { SerialPort } from "serialport";
import { type OpenPort, type Port, PortImpossible } from "./port.ts";

/** The part of the package that is used. Loaded when the first port is opened: a panel without sidecars does not need it. */
export type LoadSerial = () => Promise<{ readonly SerialPort: typeof SerialPort }>;

const BY_ID = "/dev/serial/by-id";

/**
 * Opens ports by the package serialport. Never by its list(), which ends the process where udevadm is missing; its close event is
 * passed on but not relied on. Modem lines are left as the kernel sets them, also on closing: a board that starts anew with DTR
 * should do so once, and a line without them is as good.
 */
export function serialPorts(load: LoadSerial = () => import("serialport")): OpenPort {
  return async (path, baud) => {
    const { SerialPort } = await loaded(load);
    const missing = await whyNot(path);
    if (missing !== undefined) throw new Error(missing);
    const port = new SerialPort({ path, baudRate: baud, hupcl: false, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(new Error(sentence(path, error), { cause: error })) : resolve()));
    });
    return new OpenedPort(path, port);
  };
}

class OpenedPort implements Port {
  readonly #path: string;
  readonly #port: SerialPort;
  #lost: (why: Error) => void = () => {};
  #over = false;
  #written: Promise<void> = Promise.resolve();

  constructor(path: string, port: SerialPort) {
    this.#path = path;
    this.#port = port;
    port.on("close", (cause: Error | null) => this.#lose(cause));
    port.on("error", (cause) => this.#lose(cause));
  }

  write(bytes: Uint8Array): void {
    if (this.#over || !this.#port.writable) return;
    this.#written = new Promise((resolve) => this.#port.write(bytes, () => resolve()));
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#port.on("data", listener);
  }

  onLost(listener: (why: Error) => void): void {
    this.#lost = listener;
  }

  flushed(): Promise<void> {
    return this.#written;
  }

  async close(): Promise<void> {
    this.#over = true;
    if (this.#port.isOpen) await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  #lose(cause: Error | null): void {
    if (this.#over) return;
    this.#over = true;
    const reason = cause === null ? "" : ` (${cause.message})`;
    this.#lost(new Error(`${this.#path} went away${reason}`, { cause }));
  }
}

async function loaded(load: LoadSerial): ReturnType<LoadSerial> {
  try {
    return await load();
  } catch (cause) {
    const why = "sidecars need the package serialport, which is not installed or does not fit this machine";
    throw new PortImpossible(`${why}; run: npm install serialport@13.0.0`, { cause });
  }
}

/** What can be told without opening it. */
async function whyNot(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isCharacterDevice()) return `${path} is not a serial port; name another one`;
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return `there is no ${path}; ${await whatThereIs()}`;
    if (code === "EACCES" || code === "EPERM") return forbidden(path, await groupOf(path));
    return undefined; // Opening will tell.
  }
}

export function forbidden(path: string, group: string): string {
  return `no permission for ${path}; add the user that runs blfd to the group ${group} (usermod -aG ${group} USER), and start blfd anew`;
}

function sentence(path: string, { message }: Error): string {
  if (/lock/i.test(message)) return `${path} is in use by another program; end that one`;
  return `${path} cannot be opened: ${message.replace(/^Error:? /, "").replace(/, cannot open .*$/, "")}`;
}

async function whatThereIs(): Promise<string> {
  const names = await readdir(BY_ID).catch(() => []);
  return names.length === 0
    ? `no serial adapter is plugged in by USB (nothing in ${BY_ID})`
    : `in ${BY_ID} there is ${names.join(", ")}`;
}

/** The group that may use a port: dialout on Debian, where it cannot be found out. */
async function groupOf(path: string): Promise<string> {
  try {
    const { gid } = await stat(path);
    const lines = (await readFile("/etc/group", "utf8")).split("\n");
    const name = lines.map((line) => line.split(":")).find(([, , id]) => id === String(gid))?.[0];
    return name === undefined || name === "root" ? "dialout" : name;
  } catch {
    return "dialout";
  }
}
