#!/usr/bin/env node
import { boardConfigs } from "../config/board-configs.ts";
import { check } from "./check.ts";
import { dark } from "./dark.ts";
import { EXIT, type Io } from "./io.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";

const USAGE = `blfd: telephone lines on lamps, call pickup on keys

  blfd run [-c FILE]    watch the lines, drive the panel
  blfd check [-c FILE]  every problem of the configuration, with its place
  blfd dark [-c FILE]   every output of the panel dark, after a daemon that was killed
  blfd sim [-c FILE]    a simulated panel, PBX and broker, here and in a browser; without FILE, a town of sixteen keys
  blfd sim --scenario FILE [--junit OUT.xml]   plays what FILE says on a simulated panel, and tells what happened
  blfd sim --watch [-c FILE | mqtt://HOST/TOPIC/PANEL]
                        a running panel in a browser, only to look at (--port N: where, for both)
  blfd sim sidecar      a simulated sidecar module on a serial port
  blfd schema [NAME]    the JSON Schema of settings, board, profile, scheme or scenario

Else, FILE is /etc/blfd/blfd.yaml where it is not given.
Exit: 0 good, 1 failed, 2 wrong usage, 78 wrong configuration.
`;

const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

async function main([verb, ...args]: readonly string[]): Promise<number> {
  const house = { boardConfigs: boardConfigs(), env: process.env };
  switch (verb) {
    case "run":
      return run(args, io, house);
    case "check":
      return check(args, io, house);
    case "dark":
      return dark(args, io, house);
    case "schema":
      return schema(args, io);
    case "sim": {
      if (args[0] === "sidecar") {
        const { simSidecar } = await import("./sim-sidecar.ts");
        return simSidecar(args.slice(1), io);
      }
      if (args.includes("--watch")) {
        const { simWatch } = await import("./sim-watch.ts");
        return simWatch(args, io, house);
      }
      // Only the simulator needs the broker and the terminal: the daemon does not load them.
      const { sim } = await import("./sim.ts");
      return sim(args, io, house);
    }
    case "help":
    case "--help":
    case "-h":
      io.out(USAGE);
      return EXIT.good;
    default:
      io.err(verb === undefined ? USAGE : `blfd: there is no verb "${verb}"\n\n${USAGE}`);
      return EXIT.usage;
  }
}

// Whoever read us has left: there is nobody to tell.
process.stdout.on("error", () => process.exit(EXIT.failed));
process.exitCode = await main(process.argv.slice(2));
