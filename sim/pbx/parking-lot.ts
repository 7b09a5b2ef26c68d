import type { Millis } from "../../firmware/domain/millis.ts";
import { NOBODY_PARKED, NORMAL } from "./cause.ts";
import type { Channel } from "./channel.ts";
import type { RingProgress } from "./ring.ts";

export interface ParkingLotOptions {
  readonly slots: readonly string[];
  /**
   * What becomes of a call that is transferred to a free slot: Asterisk's dialplan ends it, since nobody is there to be
   * fetched; other PBXs park it.
   */
  readonly freeSlot: "ends" | "parks";
  /** How long a leg that waits for an answer has for its first audio, once answered. */
  readonly mediaWait: Millis;
  /** Told when a slot is taken or becomes free. */
  readonly slotChanged: (slot: string) => void;
}

/** Slots with a caller in each, who waits until somebody dials the slot. */
export class ParkingLot {
  readonly #options: ParkingLotOptions;
  readonly #parked = new Map<string, Channel>();

  constructor(options: ParkingLotOptions) {
    this.#options = options;
  }

  isTaken(slot: string): boolean {
    return this.#parked.has(slot);
  }

  get hasRoom(): boolean {
    return this.#free !== undefined;
  }

  /** Until it hangs up or is fetched. */
  async park(channel: Channel, progress?: RingProgress): Promise<void> {
    await this.#answer(channel);
    if (channel.state !== "up") return;
    const slot = this.#free;
    if (slot === undefined) {
      channel.release(NORMAL);
      progress?.ended?.();
      return;
    }
    this.#put(channel, slot);
    progress?.answered?.(channel);
  }

  /** Connects `channel` with who is parked there. */
  async fetch(slot: string, channel: Channel, progress?: RingProgress): Promise<void> {
    const transferred = channel.state === "up";
    await this.#answer(channel);
    if (channel.state !== "up") return;
    const parked = this.#parked.get(slot);
    if (parked) {
      this.#empty(slot);
      channel.pair(parked);
      channel.introduce(parked);
      void parked.connect(channel);
      progress?.answered?.(parked);
    } else if (transferred && this.#options.freeSlot === "parks") {
      this.#put(channel, slot);
      progress?.answered?.(channel);
    } else {
      channel.release(transferred ? NORMAL : NOBODY_PARKED);
      progress?.ended?.();
    }
  }

  async #answer(channel: Channel): Promise<void> {
    if (channel.state === "up") return;
    await channel.answer();
    await channel.heard(this.#options.mediaWait);
  }

  #put(channel: Channel, slot: string): void {
    this.#parked.set(slot, channel);
    channel.whenOver(() => {
      if (this.#parked.get(slot) === channel) this.#empty(slot);
    });
    this.#options.slotChanged(slot);
  }

  #empty(slot: string): void {
    this.#parked.delete(slot);
    this.#options.slotChanged(slot);
  }

  get #free(): string | undefined {
    return this.#options.slots.find((slot) => !this.isTaken(slot));
  }
}
