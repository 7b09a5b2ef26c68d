import { races } from "../real/asterisk/races.ts";
import { say, times } from "./record.ts";

races(times(200), say);
