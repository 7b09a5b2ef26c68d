import { keyFlows } from "../../flows/keys.ts";
import { Asterisk } from "./asterisk.ts";

keyFlows(() => new Asterisk());
