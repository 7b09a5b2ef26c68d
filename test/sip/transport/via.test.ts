import { describe, expect, it } from "vitest";
import { responseTarget, sentBy, stamped, withSentBy } from "../../../firmware/sip/transport/via.ts";

const from = { address: "192.0.2.5", port: 40001 };

describe("Via", () => {
  it("names an endpoint, IPv6 in brackets and without zone", () => {
    expect(sentBy(from)).toBe("192.0.2.5:40001");
    expect(sentBy({ address: "fe80::1%eth0", port: 5060 })).toBe("[fe80::1]:5060");
  });

  it("gets another sent-by", () => {
    expect(withSentBy("SIP/2.0/UDP via.invalid;branch=z9hG4bK1;rport", "192.0.2.5:40001")).toBe(
      "SIP/2.0/UDP 192.0.2.5:40001;branch=z9hG4bK1;rport",
    );
    expect(withSentBy("SIP/2.0/TCP [2001:db8::1]:5060", "via.invalid")).toBe("SIP/2.0/TCP via.invalid");
    expect(withSentBy("SIP/2.0/UDP h:1;x=$&", "a$&b")).toBe("SIP/2.0/UDP a$&b;x=$&");
  });

  it("is stamped with where a request came from", () => {
    expect(stamped("SIP/2.0/UDP pbx:5060;rport;branch=z9hG4bK1", from)).toBe(
      "SIP/2.0/UDP pbx:5060;rport=40001;branch=z9hG4bK1;received=192.0.2.5",
    );
    expect(stamped("SIP/2.0/UDP pbx;branch=z9hG4bK1;rport", from)).toBe(
      "SIP/2.0/UDP pbx;branch=z9hG4bK1;rport=40001;received=192.0.2.5",
    );
    expect(stamped("SIP/2.0/UDP pbx;branch=z9hG4bK1", from)).toBe("SIP/2.0/UDP pbx;branch=z9hG4bK1;received=192.0.2.5");
  });

  it("is not believed where it says itself what was received", () => {
    expect(stamped("SIP/2.0/UDP pbx;received=198.51.100.1;rport=", from)).toBe(
      "SIP/2.0/UDP pbx;rport=40001;received=192.0.2.5",
    );
    const twice = stamped("SIP/2.0/UDP pbx;received=198.51.100.1;Received = 198.51.100.2;rport", from);
    expect(responseTarget(twice)?.address).toBe("192.0.2.5");
  });

  it.each([
    ["SIP/2.0/UDP pbx:5070;rport=40001;received=192.0.2.5", "192.0.2.5", 40001],
    ["SIP/2.0/UDP pbx:5070;received=192.0.2.5", "192.0.2.5", 5070],
    ["SIP/2.0/UDP pbx;received=192.0.2.5", "192.0.2.5", 5060],
    ["SIP/2.0/UDP [2001:db8::1]:5062;branch=x", "2001:db8::1", 5062],
    ["SIP/2.0/UDP pbx : 5062 ;branch=x", "pbx", 5062],
  ])("says where a response goes: %s", (via, address, port) => {
    expect(responseTarget(via)).toEqual({ address, port });
  });

  it("says nothing where it has no host", () => {
    expect(responseTarget("SIP/2.0/UDP :5060;branch=x")).toBeUndefined();
  });
});
