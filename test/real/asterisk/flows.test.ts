import { flows } from "../../flows/suite.ts";
import { Asterisk } from "./asterisk.ts";

flows("udp", () => new Asterisk());
flows("tcp", () => new Asterisk());
