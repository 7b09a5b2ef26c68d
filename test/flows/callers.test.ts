import { callerFlows } from "./callers.ts";
import { simTestPbx } from "./sim-pbx.ts";

/** As the real ones: the same on them is in test/real. */
callerFlows("udp", () => simTestPbx(), { ringing: { name: "Caller Hundred", number: "100" }, talking: undefined });
callerFlows("tcp", () => simTestPbx("tcp", { habits: "kamailio" }), {
  ringing: { number: "100" },
  talking: { number: "100" },
});
callerFlows("udp", () => simTestPbx("udp", { habits: "broadworks" }), {
  ringing: { number: "100" },
  talking: { number: "100" },
});
