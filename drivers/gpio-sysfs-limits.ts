import type { Wiring } from "../firmware/domain/wiring.ts";

const listOf = (bits: readonly { readonly bit: number }[]): string => bits.map(({ bit }) => bit).join(", ");

/** What would be dangerous or wrong to go without. */
export function refusal({ outputs, inputs }: Wiring): string | undefined {
  const open = outputs.filter(({ openDrain }) => openDrain);
  if (open.length > 0) {
    return `sysfs cannot leave an output open: use chardev for bits ${listOf(open)}, or a transistor and drive: push-pull`;
  }
  const debounced = inputs.filter(({ kernelDebounce }) => kernelDebounce > 0);
  if (debounced.length > 0) {
    return `sysfs has no debounce in the kernel: use chardev for bits ${listOf(debounced)}, or take out debounceIn: kernel`;
  }
  return undefined;
}

/** What somebody else has to see to. */
export function shortcomings({ inputs }: Wiring): readonly string[] {
  const resistors = { up: { to: "3.3 V", pin: "pu" }, down: { to: "ground", pin: "pd" } } as const;
  return (["up", "down"] as const).flatMap((pull) => {
    const bits = inputs.filter((input) => input.pull === pull);
    if (bits.length === 0) return [];
    const { to, pin } = resistors[pull];
    const line = `gpio=${bits.map(({ bit }) => bit).join(",")}=ip,${pin}`;
    return `sysfs cannot pull bits ${listOf(bits)} ${pull}: put 10 kOhm to ${to} at each, or write ${line} to config.txt of a Raspberry Pi, or bias-pull-${pull} to the device tree`;
  });
}
