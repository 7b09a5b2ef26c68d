import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { FileBank } from "../../sim/file-bank.ts";
import { bankContract } from "../contract/bank.ts";
import { FileBankBack } from "../file-bank-back.ts";

function make(width: number) {
  const parent = mkdtempSync(join(tmpdir(), "blfd-bank-"));
  const directory = join(parent, "front");
  const clock = new SystemClock();
  const back = new FileBankBack(directory);
  back.plug();
  const bank = new FileBank({ name: "front", width, directory, clock });
  return { bank, back, clock, directory, dispose: () => rmSync(parent, { recursive: true, force: true }) };
}

bankContract("FileBank", () => make(32));

describe("FileBank", () => {
  let bank: FileBank;
  let back: FileBankBack;
  let directory: string;
  let dispose: () => void;
  const begin = () => {
    ({ bank, back, directory, dispose } = make(8));
    return bank.start();
  };
  afterEach(async () => {
    await bank.halt();
    dispose();
  });

  it("makes files for the outputs that are used, and for no others", async () => {
    await begin();
    bank.write(0b110, 0b010);
    expect(readdirSync(directory).sort()).toEqual(["led_1", "led_2"]);
    expect(readFileSync(join(directory, "led_1"), "utf8")).toBe("1\n");
    expect(readFileSync(join(directory, "led_2"), "utf8")).toBe("0\n");
  });

  it("hears what a shell writes, and takes half-written files for nothing", async () => {
    const levels: number[] = [];
    await begin();
    bank.onEdges((now) => levels.push(now));
    writeFileSync(join(directory, "key_3"), "1");
    await vi.waitFor(() => expect(levels).toEqual([8]), { interval: 1 });
    writeFileSync(join(directory, "key_3"), "");
    writeFileSync(join(directory, "key_9"), "1");
    writeFileSync(join(directory, "key_2"), "1");
    await vi.waitFor(() => expect(levels).toEqual([8, 12]), { interval: 1 });
    rmSync(join(directory, "key_3"));
    await vi.waitFor(() => expect(levels).toEqual([8, 12, 4]), { interval: 1 });
  });

  it("shows its light to whoever watches the directory", async () => {
    await begin();
    const light: string[] = [];
    const end = back.onLight((bit, lit) => light.push(`${bit} ${lit}`));
    bank.write(0b1, 0b1);
    await vi.waitFor(() => expect(light.at(-1)).toBe("0 true"), { interval: 1 });
    bank.write(0b1, 0);
    await vi.waitFor(() => expect(light.at(-1)).toBe("0 false"), { interval: 1 });
    end();
  });
});
