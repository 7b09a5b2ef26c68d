/** Linux has all of 127.0.0.0/8 on its loopback: a phone with an address of its own shares no port with anybody. */
export function ownAddress(): string {
  const byte = (): number => 1 + Math.floor(Math.random() * 254);
  return `127.${byte()}.${byte()}.${byte()}`;
}
