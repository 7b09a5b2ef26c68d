import { Broker } from "../../sim/broker.ts";
import { now } from "./figures.ts";

/** What the broker's process tells the load generator. */
export type BrokerNews = { readonly port: number } | { readonly topic: string; readonly at: number };

/* The embedded broker in a process of its own: its work must not count as the daemon's, nor hold up the load generator. */
const broker = new Broker();
broker.onPublish((topic) => process.send?.({ topic, at: now() } satisfies BrokerNews));
process.send?.({ port: await broker.start() } satisfies BrokerNews);
process.on("disconnect", () => process.exit(0));
