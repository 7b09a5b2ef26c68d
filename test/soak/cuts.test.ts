import { cuts } from "../real/link/cuts.ts";

// What CI has no time for: it cuts for 3 s.
cuts("silence", [30, 90], ["udp", "tcp"]);
cuts("cable", [30, 90], ["udp", "tcp"]);
