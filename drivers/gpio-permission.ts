import { readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { GpioTrouble } from "./gpio-trouble.ts";

const RULES = "/etc/udev/rules.d/60-gpio.rules";
/** For both interfaces: the files under /sys/class/gpio get their group and mode by hand, each time one is exported. */
const RULE = {
  "/dev": 'SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"',
  "/sys":
    `SUBSYSTEM=="gpio", PROGRAM="/bin/sh -c 'chgrp -R gpio /sys/class/gpio && chmod -R g+rwX /sys/class/gpio; ` +
    `chgrp -R gpio /sys%p && chmod -R g+rwX /sys%p'"`,
} as const;

/** A file that this user may not open: whose it is, and what opens it. */
export function permissionTrouble(path: string, cause: unknown): GpioTrouble {
  const user = userName();
  const { group, opens } = groupOf(path);
  const rule = path.startsWith("/sys") ? RULE["/sys"] : RULE["/dev"];
  const mend = opens
    ? `it is for the group ${group}: usermod -aG ${group} ${user}, and start anew`
    : `give it to a group that ${user} is in: write ${rule} to ${RULES}, and start the machine anew`;
  return new GpioTrouble("chip", `${user} may not use ${path}; ${mend}`, cause);
}

/** The group of a file, and whether belonging to it is enough. */
function groupOf(path: string): { readonly group: string; readonly opens: boolean } {
  try {
    const { gid, mode } = statSync(path);
    const name = readFileSync("/etc/group", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .find(([, , number]) => number === String(gid))?.[0];
    // Nobody should have to join root.
    return { group: name ?? String(gid), opens: gid !== 0 && (mode & 0o060) === 0o060 };
  } catch {
    return { group: "", opens: false };
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ""}`.trim();
  }
}
