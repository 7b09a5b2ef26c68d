import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = (args: readonly string[]): Promise<unknown> => promisify(execFile)("openssl", [...args]);
const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** An authority of the test's own and a certificate of its for one host: ca.pem, server.pem and server.key in `folder`. */
export async function certify(host: string, folder: string): Promise<void> {
  const at = (name: string): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(at("server.ext"), `subjectAltName = ${isIP(host) === 0 ? "DNS" : "IP"}:${host}\n`);
  await openssl([
    "req",
    "-x509",
    ...key,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
    "-days",
    "2",
    "-subj",
    "/CN=test",
  ]);
  await openssl(["req", ...key, "-keyout", at("server.key"), "-out", at("server.csr"), "-subj", `/CN=${host}`]);
  const signed = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("server.ext")];
  await openssl(["x509", "-req", "-in", at("server.csr"), ...signed, "-days", "2", "-out", at("server.pem")]);
}
