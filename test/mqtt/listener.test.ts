import { Broker } from "../../sim/broker.ts";
import { listenerContract } from "../contract/listener.ts";

listenerContract("the embedded broker", () => new Broker());
