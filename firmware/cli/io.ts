/** Where a verb writes. Whole lines, with their line ends. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
}

/** Where the package puts it. */
export const DEFAULT_SETTINGS = "/etc/blfd/blfd.yaml";

/** What a verb finds around it. */
export interface House {
  /** The folder with the boards, profiles and schemes that come with blfd. */
  readonly boardConfigs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a verb's promise resolves to, and the process exits with. */
export const EXIT = { good: 0, failed: 1, usage: 2, config: 78 } as const;
