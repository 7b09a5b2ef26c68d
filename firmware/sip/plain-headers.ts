import { NameAddrHeader, URI } from "sip.js/lib/grammar/index.js";

/**
 * The plain forms of the headers that every message has, by the name of sip.js's grammar rule. A matcher returns exactly what
 * the grammar would (a test compares them), and undefined for all that is not plain: the grammar decides there.
 */
type Matcher = (input: string) => unknown;
type Groups = Readonly<Record<string, string | undefined>>;
/** A parameter without a value is there with undefined, as in sip.js's grammar. */
type Params = Record<string, string | undefined>;

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const HOST = `(?:(?<ip>${OCTET}(?:\\.${OCTET}){3})|(?<name>(?:[A-Za-z0-9-]+\\.)*[A-Za-z][A-Za-z0-9-]*))(?::(?<port>\\d{1,5}))?`;
const PARAMS = "(?:;[A-Za-z0-9-]+(?:=[A-Za-z0-9._~-]+)?)*";
const ADDRESS = `sip:(?:(?<user>[A-Za-z0-9_.!~*+-]+)@)?${HOST}(?<uriParams>${PARAMS})`;
const TOKEN = "[A-Za-z0-9.!%*_+`'~-]+";
/** Those that the grammar knows as words, and some that it takes as tokens. A token that begins like such a word it refuses. */
const METHOD = "INVITE|ACK|OPTIONS|BYE|CANCEL|REGISTER|SUBSCRIBE|NOTIFY|REFER|PUBLISH|INFO|MESSAGE|UPDATE|PRACK";

const REQUEST_LINE = new RegExp(`^(?<method>${METHOD}) ${ADDRESS} SIP/2\\.0$`);
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ([A-Za-z0-9;/?:@&=+$,_.!~*'() -]*)$/;
const VIA = new RegExp(
  `^SIP/2\\.0/(?<transport>UDP|TCP|TLS) ${HOST}(?<params>(?:;(?:rport|(?:rport|received|branch)=${TOKEN}))*)$`,
);
const VIA_PARAMS: Readonly<Record<string, RegExp>> = {
  rport: /^\d{1,5}$/,
  received: new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`),
  branch: /./,
};
const SIP_URI = new RegExp(`^${ADDRESS}$`);
const NAME_ADDR = new RegExp(`^(?:"(?<display>[^"\\\\\\x00-\\x1f\\x7f]*)" ?)?<${ADDRESS}>(?<params>${PARAMS})$`);
const CSEQ = new RegExp(`^(\\d{1,10}) (${METHOD})$`);
const NUMBER = /^\d{1,9}$/;
const CALL_ID = /^[A-Za-z0-9.!%*_+'~-]+(?:@[A-Za-z0-9.!%*_+'~-]+)?$/;
const CONTENT_TYPE = new RegExp(
  `^(?:application|text|message|multipart)/${TOKEN}(?:; ?${TOKEN}=(?:${TOKEN}|"[A-Za-z0-9 ./+_-]*"))*$`,
);
const EVENT = new RegExp(`^(?<event>[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*)(?<params>${PARAMS})$`);
const SUBSCRIPTION_STATE = new RegExp(
  "^(?<state>active|pending|terminated)" +
    "(?:;reason=(?<reason>deactivated|probation|rejected|timeout|giveup|noresource|invariant))?" +
    "(?:;expires=(?<expires>\\d{1,9}))?(?:;retry-after=(?<retryAfter>\\d{1,9}))?$",
);

const MATCHERS: ReadonlyMap<string, Matcher> = new Map<string, Matcher>([
  ["Request_Response", firstLine],
  ["Via", via],
  ["From", (input) => nameAddr(input, tagLast)],
  ["To", (input) => nameAddr(input, tagLast)],
  ["Name_Addr_Header", (input) => nameAddr(input, anyParam)],
  ["Contact", (input) => only(input, nameAddr(input, contactParam))],
  ["Record_Route", (input) => only(input, nameAddr(input, anyParam))],
  ["SIP_URI", (input) => uriOf(SIP_URI.exec(input)?.groups)],
  ["CSeq", cseq],
  ["Call_ID", (input) => (CALL_ID.test(input) ? input : undefined)],
  ["Content_Length", number],
  ["Max_Forwards", number],
  ["Content_Type", (input) => (CONTENT_TYPE.test(input) ? input : undefined)],
  ["Event", event],
  ["Subscription_State", subscriptionState],
]);
/** Beyond, a header is not plain, whatever it holds. */
const LONGEST = 1024;

/** What the grammar's `rule` makes of `input`, or undefined where that is for the grammar itself to say. */
export function parsePlain(input: string, rule: string): unknown {
  return input.length > LONGEST ? undefined : MATCHERS.get(rule)?.(input);
}

function firstLine(input: string): unknown {
  const [, status, phrase] = STATUS_LINE.exec(input) ?? [];
  if (status !== undefined) return { sip_version: "SIP/2.0", status_code: Number(status), reason_phrase: phrase };
  const groups = REQUEST_LINE.exec(input)?.groups;
  const uri = uriOf(groups);
  if (!uri) return undefined;
  const { method, user, port } = groups ?? {};
  // "host:port" is first tried as "user:password", and the grammar forgets to clear away the latter.
  const password = user === undefined && port !== undefined ? { password: port } : {};
  return { ...password, method, uri, sip_version: "SIP/2.0" };
}

function via(input: string): unknown {
  const groups = VIA.exec(input)?.groups;
  if (!groups) return undefined;
  const { transport, ip, name, port, params = "" } = groups;
  const parsed: Record<string, unknown> = { protocol: "SIP", transport };
  parsed.host_type = ip === undefined ? "domain" : "IPv4";
  parsed.host = ip ?? name;
  if (port !== undefined) parsed.port = Number(port);
  for (const param of params.split(";").slice(1)) {
    const [key = "", value] = param.split("=", 2);
    if (key in parsed) return undefined;
    if (value === undefined) parsed.params = { [key]: undefined };
    else if (VIA_PARAMS[key]?.test(value)) parsed[key] = value;
    else return undefined;
    if (key === "received") parsed.host_type = "IPv4"; // as the grammar has it, also where the host is a name
  }
  return parsed;
}

function cseq(input: string): unknown {
  const [, value, method] = CSEQ.exec(input) ?? [];
  return value === undefined ? undefined : { value: Number(value), method };
}

function number(input: string): unknown {
  return NUMBER.test(input) ? Number(input) : undefined;
}

function event(input: string): unknown {
  const groups = EVENT.exec(input)?.groups;
  const params = paramsOf(groups?.params, anyParam);
  const name = groups?.event?.toLowerCase();
  if (name === undefined || !params) return undefined;
  return Object.keys(params).length > 0 ? { event: name, params } : { event: name };
}

function subscriptionState(input: string): unknown {
  const groups = SUBSCRIPTION_STATE.exec(input)?.groups;
  if (!groups) return undefined;
  const { state, reason, expires, retryAfter } = groups;
  return {
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(expires === undefined ? {} : { expires: Number(expires) }),
    // The grammar looks for "retry_after", so that the real name ends among the other parameters.
    ...(retryAfter === undefined ? {} : { params: { "retry-after": retryAfter } }),
  };
}

/** A list of one, as the grammar gives it; position and offset are its end and start. */
function only(input: string, parsed: NameAddrHeader | undefined): unknown {
  return parsed && [{ position: input.length, offset: 0, parsed }];
}

function nameAddr(input: string, param: ParamRule): NameAddrHeader | undefined {
  const groups = NAME_ADDR.exec(input)?.groups;
  const uri = uriOf(groups);
  const params = paramsOf(groups?.params, param);
  if (!uri || !params) return undefined;
  return new NameAddrHeader(uri, groups?.display as string, params as Record<string, string>);
}

/** sip.js gives its constructors undefined for what is not there, whatever their types say. */
function uriOf(groups: Groups | undefined): URI | undefined {
  const host = groups?.ip ?? groups?.name;
  const params = paramsOf(groups?.uriParams, uriParam);
  if (!groups || host === undefined || !params) return undefined;
  const port = groups.port === undefined ? undefined : Number(groups.port);
  return new URI("sip", groups.user as string, host, port, params as Record<string, string>);
}

/** What the grammar makes of a parameter's value; NOT_PLAIN where it has rules of its own. */
type ParamRule = (name: string, value: string | undefined, isLast: boolean) => string | undefined | typeof NOT_PLAIN;
const NOT_PLAIN = Symbol("not plain");

const anyParam: ParamRule = (_, value) => value;

/** The grammar keeps the tag apart and puts it behind the others. */
const tagLast: ParamRule = (name, value, isLast) => (name === "tag" && !(isLast && value) ? NOT_PLAIN : value);

const contactParam: ParamRule = (name, value) => {
  if (name === "q" || (name === "expires" && !/^(?:0|[1-9]\d{0,8})$/.test(value ?? ""))) return NOT_PLAIN;
  return value;
};

const uriParam: ParamRule = (name, value) => {
  if (name === "transport") return /^(?:udp|tcp|tls|ws|wss)$/i.test(value ?? "") ? value?.toLowerCase() : NOT_PLAIN;
  if (name === "lr") return undefined; // also of "lr=on"
  return name.startsWith("lr") || ["user", "method", "ttl", "maddr"].includes(name) ? NOT_PLAIN : value;
};

function paramsOf(text: string | undefined, rule: ParamRule): Params | undefined {
  const params: Params = {};
  if (!text) return params;
  const parts = text.slice(1).split(";");
  for (const [index, part] of parts.entries()) {
    const [written = "", value] = part.split("=", 2);
    const name = written.toLowerCase();
    const plain = rule(name, value, index === parts.length - 1);
    if (plain === NOT_PLAIN || Object.hasOwn(params, name)) return undefined;
    params[name] = plain;
  }
  return params;
}
