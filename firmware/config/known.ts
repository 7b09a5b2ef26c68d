import type { Board } from "../domain/board.ts";
import type { Profile } from "../domain/profile.ts";
import type { RemoteControl } from "../domain/settings.ts";
import type { SettingsParts } from "./settings-file.ts";

/** The good parts of the settings, and the files that they name as far as those are good. */
export interface Known {
  readonly parts: SettingsParts;
  readonly board: Board | undefined;
  readonly profile: Profile | undefined;
  readonly remote: RemoteControl | undefined;
}
