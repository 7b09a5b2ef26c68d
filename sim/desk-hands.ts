import type { askPhone } from "../firmware/sip/pickup/remote-phone.ts";

/** The desk phone, as far as its web server would be asked for anything. */
export interface Obedient {
  call(number: string): Promise<void>;
  transfer(number: string): Promise<void>;
}

/** A simulated desk phone has no web server: what would be asked of that is done by hand. */
export function handsOf(desk: Obedient | undefined): typeof askPhone {
  return (remote, url, number, obeyed) => {
    const done = url === remote.transfer ? desk?.transfer(number) : desk?.call(number);
    let wanted = true;
    const answer = (status: number) => () => {
      if (wanted) obeyed(status);
    };
    void Promise.resolve(done).then(answer(200), answer(500));
    return () => {
      wanted = false;
    };
  };
}
