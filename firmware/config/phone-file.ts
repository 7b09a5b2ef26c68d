import type * as z from "zod";
import { section, text, title, wanting } from "./fields.ts";

const template = text(
  wanting('a path with {number} in it, such as "/dial?to={number}"'),
  /^\/[!-"$-~]*\{number\}[!-"$-~]*$/,
);

/** How one kind of desk phone is controlled over HTTP, as a person writes it. Each request is a GET. */
export const phoneFile = section(
  {
    title,
    dial: template.describe("Makes the phone dial {number}; path and query, with {number} in percent-encoding"),
    transfer: template.optional().describe("Transfers the phone's call to {number}; by default it cannot"),
  },
  wanting("a map with title and dial"),
);

export type PhoneFile = z.output<typeof phoneFile>;
