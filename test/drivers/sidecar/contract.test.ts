import { moduleContract } from "../../contract/module.ts";
import { type RigOptions, rig } from "./rig.ts";

function contract(name: string, options: RigOptions): void {
  moduleContract(name, () => {
    const { clock, sim, sidecar, elapse, unplug, plug } = rig(options);
    return {
      clock,
      module: sidecar,
      elapse,
      back: {
        // What it shows without a host is no lamp of the host's.
        lit: (lamp) => sim.hosted && sim.lit(Number(lamp)).length > 0,
        close: (key) => sim.close(Number(key)),
        open: (key) => sim.open(Number(key)),
        unplug,
        plug,
      },
    };
  });
}

contract("Sidecar, alone on its line", {});
contract("Sidecar on a bus", { id: 7 });
contract("Sidecar that only switches lamps", { cadences: [] });
contract("Sidecar with some cadences and one colour", { cadences: ["flash", "dip"], colours: ["white"] });
