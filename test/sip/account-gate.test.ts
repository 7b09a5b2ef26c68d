import { beforeEach, describe, expect, test } from "vitest";
import { AccountGate } from "../../firmware/sip/account-gate.ts";

let now: number;
let gate: AccountGate;
let told: string[];
const pass = (name: string) =>
  gate.pass(
    () => told.push(`${name} goes`),
    () => told.push(`${name} refused`),
  );

beforeEach(() => {
  now = 0;
  told = [];
  gate = new AccountGate(
    () => now,
    () => 0,
  );
});

describe("the gate before an account", () => {
  test("lets one request try the password, and the others after it", () => {
    for (const name of ["a", "b", "c"]) pass(name);
    expect(told).toEqual(["a goes"]);
    gate.ended(200);
    pass("d");
    expect(told).toEqual(["a goes", "b goes", "c goes", "d goes"]);
  });

  test("a refusal of the resource proves the password as well as a 200", () => {
    pass("a");
    pass("b");
    gate.ended(404);
    expect(told).toEqual(["a goes", "b goes"]);
  });

  test("a wrong password is one guess for all who wait, and one more after each growing wait", () => {
    for (const name of ["a", "b"]) pass(name);
    gate.ended(401);
    now = 4999;
    pass("c");
    expect(told).toEqual(["a goes", "b refused", "c refused"]);
    now = 5000;
    for (const name of ["d", "e"]) pass(name);
    gate.ended(407);
    now = 14_999;
    pass("f");
    now = 15_000;
    pass("g");
    gate.ended(200);
    expect(told.slice(3)).toEqual(["d goes", "e refused", "f refused", "g goes"]);
  });

  test("no answer proves nothing: the next one tries", () => {
    for (const name of ["a", "b", "c"]) pass(name);
    gate.ended(408);
    expect(told).toEqual(["a goes", "b goes"]);
    gate.ended(200);
    expect(told).toEqual(["a goes", "b goes", "c goes"]);
  });

  test("a password that was good and is changed at the PBX is held from then on", () => {
    pass("a");
    gate.ended(200);
    gate.ended(401);
    pass("b");
    expect(told).toEqual(["a goes", "b refused"]);
  });

  test("a new link may try at once", () => {
    pass("a");
    gate.ended(401);
    gate.reset();
    for (const name of ["b", "c"]) pass(name);
    expect(told).toEqual(["a goes", "b goes"]);
  });
});
