import { callerFlows } from "../../flows/callers.ts";
import { Asterisk } from "./asterisk.ts";

/** It names who rings, by the phone's own `callerid`, and nobody once the call is answered. */
const told = { ringing: { name: "Caller", number: "100" }, talking: undefined, withheld: "*67" };

callerFlows("udp", () => new Asterisk(), told);
callerFlows("tcp", () => new Asterisk(), told);
