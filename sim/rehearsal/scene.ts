import type { KeyId } from "../../firmware/domain/key.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Course } from "./course.ts";
import type { Watched } from "./witness.ts";

/** A telephone and whoever sits there. */
export interface ScenePhone {
  readonly number: string;
  readonly state: "idle" | "calling" | "ringing" | "talking";
  /** Resolves when it is placed. */
  call(number: string): Promise<void>;
  answer(): Promise<void>;
  hangUp(): Promise<void>;
  hold(): Promise<void>;
  resume(): Promise<void>;
  /** Without asking anybody there. */
  transfer(number: string): Promise<void>;
}

/** A panel, its PBX, and people with telephones: simulated, or real. What a scene cannot do it throws an error for, which says so. */
export interface Scene extends Watched {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly course: Course;
  readonly phones: ReadonlyMap<string, ScenePhone>;
  readonly buzzing: boolean;
  close(key: KeyId): void;
  open(key: KeyId): void;
  unplug(bank: string): void;
  replug(bank: string): void;
  /** Between the panel and everybody else. */
  cut(on: boolean): void;
  /** Resolves when the PBX has it, or is well again. */
  fault(name: string, on: boolean): Promise<void>;
  stop(): Promise<void>;
}
