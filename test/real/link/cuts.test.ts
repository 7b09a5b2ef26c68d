import { TRANSPORTS } from "../asterisk/watch.ts";
import { cuts } from "./cuts.ts";

// What takes longer is for `make soak`.
cuts("interface", [3], TRANSPORTS);
cuts("cable", [3], TRANSPORTS);
cuts("silence", [3, 30], TRANSPORTS);
