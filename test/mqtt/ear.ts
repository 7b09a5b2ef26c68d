import { connectAsync, type MqttClient } from "mqtt";

export interface Heard {
  readonly topic: string;
  readonly text: string;
  /** It was kept by the broker from before we listened. */
  readonly retained: boolean;
}

/** A subscriber of everything, on a connection of its own. */
export class Ear {
  readonly heard: Heard[] = [];
  #client: MqttClient | undefined;

  async start(port: number): Promise<void> {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, protocolVersion: 4 });
    this.#client = client;
    client.on("error", () => {});
    client.on("message", (topic, payload, { retain }) =>
      this.heard.push({ topic, text: payload.toString(), retained: retain }),
    );
    await client.subscribeAsync("#", { qos: 1 });
  }

  /** Publishes something; resolves when the broker has it. */
  async say(topic: string, text: string, retain = false): Promise<void> {
    await this.#client?.publishAsync(topic, text, { qos: 1, retain });
  }

  on(topic: string): string[] {
    return this.heard.filter((one) => one.topic === topic).map(({ text }) => text);
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync(true);
  }
}

/** Reads what the broker keeps, as a subscriber that comes late. */
export async function retainedAt(port: number, expected: number): Promise<ReadonlyMap<string, string>> {
  const ear = new Ear();
  await ear.start(port);
  try {
    const end = Date.now() + 15_000;
    while (ear.heard.length < expected && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 2));
    return new Map(ear.heard.filter(({ retained }) => retained).map(({ topic, text }) => [topic, text]));
  } finally {
    await ear.stop();
  }
}
