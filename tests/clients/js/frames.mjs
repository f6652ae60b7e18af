// The frames of docs/sync.md, section 3: a flag, then CBOR, which may be compressed.

import { decode as fromCbor, encode as toCbor } from "cborg";
import { decompress } from "fzstd";

import { PAGE } from "./page.mjs";

export const PROTOCOL = 1;
/** The table of kinds that the page has. */
export const SCHEMA = Number(PAGE.match(/`schema` is (\d+)/)[1]);
export const MAX_FRAME_BYTES = 1 << 20;
export const MAX_PUSH_CHANGES = 500;
export const MAX_PUSHES_IN_FLIGHT = 4;
export const MAX_FETCH = 500;

const PLAIN = 0;
const ZSTD = 1;

/** What a replica sends, by number. */
export const Say = { hello: 0, push: 1, command: 2, nextChunk: 3, renew: 4, fetch: 5, purged: 6, ping: 7 };

/** What the server sends, by number. */
export const SERVER_FRAMES = [
  "welcome",
  "page",
  "chunk",
  "pushed",
  "commandDone",
  "grants",
  "refused",
  "goAway",
  "fetched",
  "pong",
];

/** The bytes of a frame: its number and what it holds. */
export function encodeFrame(number, ...held) {
  const body = toCbor([number, held]);
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = PLAIN;
  bytes.set(body, 1);
  return bytes;
}

/** A frame of the server: its name and what it holds. */
export function decodeFrame(bytes) {
  const [flag, body] = [bytes[0], bytes.subarray(1)];
  if (flag !== PLAIN && flag !== ZSTD) throw new Error(`a frame begins with ${flag}`);
  const [number, held] = fromCbor(flag === ZSTD ? decompress(body) : body);
  const name = SERVER_FRAMES[number];
  if (name === undefined) throw new Error(`there is no frame ${number}`);
  return { name, held: held[0] };
}

/** An id as it goes over the wire. */
export function idBytes(id) {
  const hex = id.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new Error(`${id} is not an id`);
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** An id as people and scopes write it. */
export function idText(bytes) {
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A list of ids, which goes as one byte string. */
export function idList(bytes) {
  const ids = [];
  for (let at = 0; at < bytes.length; at += 16) ids.push(idText(bytes.subarray(at, at + 16)));
  return ids;
}

/** Several byte strings as one. */
export function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
