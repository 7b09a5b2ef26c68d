import { simTestPbx } from "./sim-pbx.ts";
import { flows } from "./suite.ts";

flows("udp", () => simTestPbx());
flows("tcp", () => simTestPbx());
