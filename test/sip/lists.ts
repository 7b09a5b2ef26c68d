import { full } from "./watching.ts";

/** A member as a notifier would tell it: its URI, and what its one instance says. */
export interface TestMember {
  readonly uri: string;
  /** Type and text of its part; absent: no part at all. */
  readonly body?: string;
  readonly type?: string;
  /** `<instance …/>`s in the place of the usual one. */
  readonly instances?: string;
}

export const PBX = "pbx.test:5060";
export const uriOf = (line: string): string => `sip:${line}@${PBX}`;
export const DIALOG_INFO = "application/dialog-info+xml";

/** A line of the list, idle unless its body says otherwise. */
export function member(line: string, body: string = full(0)): TestMember {
  return { uri: uriOf(line), body };
}

export interface TestList {
  readonly uri?: string;
  readonly version: number;
  readonly full: boolean;
  readonly members: readonly TestMember[];
  readonly boundary?: string;
}

/** Content-Type and body of the NOTIFY of a list (RFC 4662). */
export function listOf({ uri = uriOf("blflist"), version, full: whole, members, boundary = "b1" }: TestList) {
  const cid = (index: number) => `${boundary}-${index}@pbx.test`;
  const resources = members.map(({ uri: own, body, instances }, index) => {
    const instance = `<instance id="i${index}" state="active"${body === undefined ? "" : ` cid="${cid(index)}"`}/>`;
    return `<resource uri="${own}">${instances ?? instance}</resource>`;
  });
  const root = `<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="${uri}" version="${version}" fullState="${whole}">${resources.join("")}</list>`;
  const part = (id: string, type: string, text: string) =>
    `--${boundary}\r\nContent-ID: <${id}>\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
  const parts = members.flatMap(({ body, type = DIALOG_INFO }, index) =>
    body === undefined ? [] : [part(cid(index), type, body)],
  );
  return {
    contentType: `multipart/related;type="application/rlmi+xml";boundary=${boundary}`,
    body: `${part(`root-${boundary}@pbx.test`, "application/rlmi+xml", root)}${parts.join("")}--${boundary}--`,
  };
}

/** A list as a member of another. */
export function inner(list: TestList & { readonly uri: string }): TestMember {
  const { contentType, body } = listOf(list);
  return { uri: list.uri, type: contentType, body };
}
