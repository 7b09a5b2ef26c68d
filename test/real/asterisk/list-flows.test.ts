import { listFlows } from "../../flows/list.ts";
import { Asterisk } from "./asterisk.ts";

// Sixty members, 29 KB in one NOTIFY.
listFlows("tcp", () => new Asterisk());
