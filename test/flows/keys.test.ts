import { keyFlows } from "./keys.ts";
import { simTestPbx } from "./sim-pbx.ts";

keyFlows(() => simTestPbx());
