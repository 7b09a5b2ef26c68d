/** Sixteen keys, and a desk phone that has none: lamp of key n on bit n - 1, its button sixteen bits above. */
export const KEYS: readonly number[] = Array.from({ length: 16 }, (_, i) => i + 1);
export const PHONE = "300";
export const INTERCOM = "*80300";

export const lineOf = (key: number): string => String(200 + key);
export const lampBit = (key: number): number => key - 1;
export const buttonBit = (key: number): number => key + 15;
