import type { Caller } from "../firmware/domain/caller.ts";

/** As it is shown beside a key: "Anna Meier 205". */
export function callerText({ name, number }: Caller): string {
  return [name, number].filter(Boolean).join(" ");
}

/** As it is read aloud: no screen reader says what the dots of a masked number stand for. */
export function callerSpoken(caller: Caller): string {
  const { name, number = "" } = caller;
  const [, end] = /^•+ ?(\d*)$/.exec(number) ?? [];
  if (end === undefined) return callerText(caller);
  const masked = end === "" ? "a number that is not shown" : `a number ending in ${end.split("").join(" ")}`;
  return [name, masked].filter(Boolean).join(", ");
}
