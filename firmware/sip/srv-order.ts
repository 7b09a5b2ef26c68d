/** What the order of SRV records depends on. */
export interface Weighted {
  readonly priority: number;
  readonly weight: number;
}

/** By priority, and drawn by weight within one (RFC 2782, "Weight"). `random` is in [0, 1). */
export function srvOrder<Record extends Weighted>(records: readonly Record[], random: () => number): Record[] {
  // Those of weight 0 stand first, and so are drawn seldom: only by a draw of exactly 0.
  const left = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const order: Record[] = [];
  for (let first = left[0]; first; first = left[0]) {
    const { priority } = first;
    const rivals = left.filter((record) => record.priority === priority);
    const sum = rivals.reduce((total, { weight }) => total + weight, 0);
    const draw = Math.floor(random() * (sum + 1));
    let running = 0;
    const drawn = rivals.find(({ weight }) => {
      running += weight;
      return running >= draw;
    });
    if (!drawn) break;
    order.push(drawn);
    left.splice(left.indexOf(drawn), 1);
  }
  return order;
}
