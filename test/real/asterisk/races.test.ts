import { races } from "./races.ts";

races(20, (line) => process.stdout.write(`${line}\n`));
