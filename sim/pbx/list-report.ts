import type { EventPackage } from "./event-package.ts";
import type { Line } from "./lines.ts";
import type { Circumstances, Content, Report } from "./report.ts";
import type { Header } from "./trunk.ts";
import { xml } from "./xml.ts";

/** Some numbers under one name (`type=resource_list`). */
export interface EventList {
  readonly members: readonly string[];
  /** Every NOTIFY tells of every member, not only of the one that changed (`full_state`). */
  readonly full?: boolean;
}

interface Member {
  readonly number: string;
  version: number;
  body: string;
}

/**
 * Tells of all members of a list at once (RFC 4662), as Asterisk 22 does: names and ids made up for every NOTIFY, an empty
 * line first, and whole at a refresh and at the end.
 */
export class ListReport implements Report {
  readonly headers: readonly Header[] = [["Require", "eventlist"]];
  readonly #package: EventPackage;
  readonly #list: EventList;
  readonly #circumstances: Circumstances;
  readonly #members: readonly Member[];
  #version: number;

  /** @param lines those of its members that have a hint */
  constructor(eventPackage: EventPackage, list: EventList, lines: readonly Line[], circumstances: Circumstances) {
    this.#package = eventPackage;
    this.#list = list;
    this.#circumstances = circumstances;
    this.#version = circumstances.version;
    this.#members = lines.map(({ identity: { number } }) => ({ number, version: 0, body: "" }));
    for (const line of lines) this.#update(line);
  }

  get event(): string {
    return this.#package.event;
  }

  get carries(): EventPackage["carries"] {
    return this.#package.carries;
  }

  get version(): number {
    return this.#version;
  }

  covers(number: string): boolean {
    return this.#members.some((member) => member.number === number);
  }

  first(): Content {
    return this.repeat();
  }

  change(line: Line): Content {
    const changed = this.#update(line);
    return this.#list.full ? this.repeat() : this.#document(changed, "active", false);
  }

  repeat(): Content {
    return this.#document(this.#members, "active", true);
  }

  last(): Content {
    return this.#document(this.#members, "terminated", true);
  }

  #update(line: Line): readonly Member[] {
    const { host, watcher, port } = this.#circumstances;
    const { number } = line.identity;
    const changed = this.#members.filter((member) => member.number === number);
    for (const member of changed) {
      member.body = this.#package.body(line, this.#uriOf(number), member.version++, host, watcher, port);
    }
    return changed;
  }

  #document(members: readonly Member[], state: "active" | "terminated", full: boolean): Content {
    const { uri, host } = this.#circumstances;
    const boundary = name();
    const part = (id: string, type: string, body: string): string =>
      [
        `--${boundary}`,
        `Content-ID: <${id}>`,
        `Content-Type: ${type}`,
        `Content-Length: ${String(Buffer.byteLength(body)).padStart(5)}`,
        "",
        `${body}\r\n`,
      ].join("\r\n");
    const listed = members.map((member) => ({ ...member, cid: `${name()}@${host}` }));
    const root = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="${xml(uri)}" version="${this.#version++}" fullState="${full}">`,
      ` <name>${xml(userOf(uri))}</name>`,
      ...listed.flatMap(({ number, cid }) => [
        ` <resource uri="${xml(this.#uriOf(number))}">`,
        `  <name>${xml(number)}</name>`,
        `  <instance id="${name()}" state="${state}" cid="${cid}" />`,
        " </resource>",
      ]),
      "</list>\n",
    ].join("\n");
    const parts = listed.map(({ cid, body }) => part(cid, this.#package.contentType, body));
    return {
      type: `multipart/related;type="application/rlmi+xml";boundary=${boundary}`,
      body: `\r\n${part(`${name()}@${host}`, "application/rlmi+xml", root)}${parts.join("")}--${boundary}--\r\n`,
    };
  }

  /** Members are at the address at which the list is. */
  #uriOf(number: string): string {
    return this.#circumstances.uri.replace(/^(sips?:)[^@]*@/, (_, scheme: string) => `${scheme}${number}@`);
  }
}

const userOf = (uri: string): string => /^sips?:([^@]*)@/.exec(uri)?.[1] ?? "";

/** Five letters, as Asterisk makes them up. */
function name(): string {
  return Array.from({ length: 5 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join("");
}
