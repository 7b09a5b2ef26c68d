import { Bus } from "../../drivers/sidecar/bus.ts";
import type { OpenPort } from "../../drivers/sidecar/port.ts";
import { Sidecar } from "../../drivers/sidecar/sidecar.ts";
import type { Board } from "../domain/board.ts";
import type { KeyId } from "../domain/key.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Module } from "../hal/module.ts";

/** The sidecars of a board, each with the keys that name it. Those on one port share it. */
export function sidecarsOf(board: Board, open: OpenPort, clock: Clock, log: Log): readonly Module[] {
  const buses = new Map<string, Bus>();
  return board.banks.flatMap((spec): Module[] => {
    if (spec.driver !== "sidecar") return [];
    const { name, port, baud, module, brightness } = spec;
    const bus = buses.get(port) ?? new Bus({ path: port, baud, open, clock });
    buses.set(port, bus);
    const keys = new Map<KeyId, number>();
    for (const { id, sidecar } of board.keys) if (sidecar?.bank === name) keys.set(id, sidecar.number);
    const unable = (): void =>
      log.warn({ bank: name }, "this sidecar cannot be dimmed; take brightness out of its bank in the board file");
    const dim = brightness === undefined ? {} : { dim: { percent: brightness, unable } };
    return [new Sidecar({ name: `sidecar ${name}`, id: module, keys, bus, clock, ...dim })];
  });
}
