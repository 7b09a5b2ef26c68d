import { createPrivateKey, X509Certificate } from "node:crypto";
import { dirname } from "node:path";
import type * as z from "zod";
import { Secret } from "../domain/secret.ts";
import type { TlsSettings } from "../domain/settings.ts";
import { section, text, wanting } from "./fields.ts";
import { beside, type Files, whyUnreadable } from "./files.ts";
import { contentOf, unquoted, warnIfShared } from "./secrets.ts";
import type { Path, Source } from "./source.ts";

const PATH = /^[^\n]+$/;

/** Three files in PEM, their paths from beside the settings. */
export const tls = section(
  {
    ca: text(wanting("the path of a PEM file with the CA's certificate"), PATH)
      .optional()
      .describe("A PEM file with the certificates to trust; by default those of the well-known CAs"),
    cert: text(wanting("the path of a PEM file with the panel's certificate"), PATH)
      .optional()
      .describe("A PEM file with the panel's own certificate, where the PBX wants one"),
    key: text(unquoted("the path of a PEM file with the key to cert"), PATH)
      .optional()
      .describe("A PEM file with the key to it, without a passphrase"),
  },
  wanting("a map such as { ca: pbx-ca.pem }"),
);

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

type Name = "ca" | "cert" | "key";
/** What is wrong with a file's content, if anything is. */
type Wrong = (content: string) => string | undefined;

/** The contents of the files that `pbx.tls` names, as far as they are any good; `source` learns what is wrong. */
export function readTls(places: z.output<typeof tls>, source: Source, files: Files): TlsSettings {
  const written = source.names(["pbx", "tls"]);
  for (const [one, other] of [["cert", "key"] as const, ["key", "cert"] as const]) {
    if (written.includes(one) && !written.includes(other)) {
      source.problem(["pbx", "tls", other], `missing, and ${one} needs it; write the path of a PEM file`);
    }
  }
  const read = (name: Name, wrong: Wrong): string | undefined => {
    const place = places[name];
    return place === undefined ? undefined : readPem(place, ["pbx", "tls", name], wrong, source, files);
  };
  const ca = read("ca", certificateProblem);
  const cert = read("cert", certificateProblem);
  const key = read("key", keyProblem);
  if (key !== undefined && places.key !== undefined) {
    warnIfShared(beside(dirname(source.file), places.key), ["pbx", "tls", "key"], source, files);
  }
  if (cert !== undefined && key !== undefined && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    source.problem(
      ["pbx", "tls", "key"],
      "is not the key to the certificate in cert; give the two that belong together",
    );
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key: new Secret(key) }),
  };
}

/** The contents of a file of CAs' certificates; undefined where they are no good, and then `source` knows why. */
export function readCa(place: string, path: Path, source: Source, files: Files): string | undefined {
  return readPem(place, path, certificateProblem, source, files);
}

function readPem(place: string, path: Path, wrong: Wrong, source: Source, files: Files): string | undefined {
  const file = beside(dirname(source.file), place);
  const content = contentOf(file, files);
  const problem = content instanceof Error ? `cannot be read: ${whyUnreadable(content)}` : wrong(content);
  if (problem !== undefined) source.problem(path, `${file} ${problem}`);
  return content instanceof Error || problem !== undefined ? undefined : content;
}

function certificateProblem(content: string): string | undefined {
  const certificates = content.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return "holds no certificate in PEM; it should begin with -----BEGIN CERTIFICATE-----";
  const isBroken = certificates.some((certificate) => !holds(() => new X509Certificate(certificate)));
  return isBroken ? "holds a certificate that cannot be read; write it anew" : undefined;
}

function keyProblem(content: string): string | undefined {
  if (/-----BEGIN ENCRYPTED|^Proc-Type: .*ENCRYPTED/m.test(content)) {
    return "has a passphrase, which nobody can type in here; take it away, and keep the file from others";
  }
  return holds(() => createPrivateKey(content)) ? undefined : "holds no private key in PEM";
}

function holds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
