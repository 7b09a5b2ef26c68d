import { describe, expect, it } from "vitest";
import { Panel } from "../../firmware/panel/panel.ts";
import { simBank } from "../../sim/bank.ts";
import { moduleContract } from "../contract/module.ts";
import { BOARD, panelOnSimBanks, panelUnderTest } from "./board.ts";

moduleContract("Panel over SimBanks", panelUnderTest);

describe("Panel", () => {
  it("is up only while all its banks are, and names those that are not", async () => {
    const { front, back, panel } = panelOnSimBanks();
    const story: string[] = [];
    panel.onState((state, why) => story.push(why ? `${state}: ${why.message}` : state));
    back.unplug(new Error("no such chip"));
    await panel.start();
    front.unplug(new Error("cable off"));
    back.plug();
    front.plug();
    expect(story).toEqual([
      "absent: bank back: no such chip",
      "absent: bank front: cable off; bank back: no such chip",
      "absent: bank front: cable off",
      "up",
    ]);
  });

  it("tells which keys are out of reach without a bank", async () => {
    const { front, back, panel } = panelOnSimBanks();
    const gone: string[][] = [];
    panel.onState((_state, _why, keys) => gone.push([...keys]));
    await panel.start();
    back.unplug();
    front.unplug();
    back.plug();
    front.plug();
    expect(gone).toEqual([[], ["3"], ["1", "2", "3"], ["1", "2", "3"], []]);
  });

  it("keeps the lamps of a bank that is there when another is not", async () => {
    const { front, back, panel } = panelOnSimBanks();
    await panel.start();
    back.unplug();
    panel.show("2", { colour: "green", cadence: "steady" });
    panel.show("3", { colour: "green", cadence: "steady" });
    expect([front.outputs, back.outputs]).toEqual([0b100, 0]);
    back.plug();
    expect(back.outputs).toBe(1 << 7);
  });

  it("does not start when a bank cannot, and says which", async () => {
    const { back, panel } = panelOnSimBanks();
    back.refuse(new Error("no permission"));
    const failure = await panel.start().catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: "bank back of panel cannot start", cause: { message: "no permission" } });
    await panel.halt();
  });

  it("refuses a board whose banks it was not given", () => {
    const { clock } = panelOnSimBanks();
    const { bank } = simBank({ name: "front", width: 32, clock });
    const banks = new Map([["front", bank]]);
    expect(() => new Panel({ name: "panel", board: BOARD, banks, clock })).toThrow(
      "board bench names a bank that it was not given: back",
    );
  });
});
