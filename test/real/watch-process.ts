import { type WatchOptions, WatchPanel } from "./watch-panel.ts";

/** A watched panel in a process of its own: told what to watch by its argument, it writes one line of JSON for each note. */
const [, , options = "{}"] = process.argv;
const panel = new WatchPanel(JSON.parse(options) as WatchOptions, (note) => {
  process.stdout.write(`${JSON.stringify(note)}\n`);
});
process.once("SIGTERM", () => void panel.stop().then(() => process.exit(0)));
await panel.start();
