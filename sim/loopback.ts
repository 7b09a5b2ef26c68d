import type { Settings } from "../firmware/domain/settings.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Log } from "../firmware/hal/log.ts";
import { Reporter } from "../firmware/mqtt/reporter.ts";
import { Broker } from "./broker.ts";
import type { Heard, Medium, Site } from "./medium.ts";

const HOST = "127.0.0.1";

/** Real sockets of this machine, reached from nowhere else, and a broker on them. */
export class Loopback implements Medium {
  readonly pbx: Site = { host: HOST };
  readonly agent = {};
  readonly #broker = new Broker();

  phone(): Site {
    return { host: HOST };
  }

  async start(heard: Heard): Promise<string> {
    this.#broker.onPublish(heard);
    return `mqtt://${HOST}:${await this.#broker.start()}`;
  }

  stop(): Promise<void> {
    return this.#broker.stop();
  }

  reporter({ mqtt, panel }: Settings, clock: Clock, log: Log): Reporter {
    if (!mqtt) throw new Error("a simulated panel has a broker");
    return new Reporter({ settings: mqtt, panel, clock, log });
  }
}
