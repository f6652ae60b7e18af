// Records as Automerge documents: docs/sync.md, section 4.

import * as Automerge from "@automerge/automerge";
import { blake3 } from "@noble/hashes/blake3.js";

import { idBytes, idText, joined } from "./frames.mjs";
import { tableOf } from "./page.mjs";

const DELETED = "$deleted";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Kinds of which a replica may write no record: what the page says below its table. */
const READ_ONLY = ["members", "activities", "contracts"];

/** The table of kinds: every field that is not a plain register. */
export const KINDS = Object.fromEntries(
  tableOf("| kind | number |").map(([name, number, texts, sets, lists, references]) => {
    const kind = { number: Number(number), entry: name === "activities", readOnly: READ_ONLY.includes(name) };
    return [name, { ...kind, texts: names(texts), sets: names(sets), lists: names(lists), references: names(references) }];
  }),
);

/** The table of scopes: the field that makes a record its author's own, the one that is its key, and whose walls count. */
const SCOPES = Object.fromEntries(
  tableOf("| kind | own |").map(([kind, own, key, within]) => [kind, { own, key, within: names(within) }]),
);

/** The names in a cell, without the items of a list and the kinds that references lead to. */
function names(cell) {
  const parts = cell.replaceAll(/ \([^)]*\)| → \w+/g, "").split(",").map((name) => name.trim());
  return parts.filter((name) => name);
}

const isText = (kind, field) => KINDS[kind].texts.includes(field);
const isSet = (kind, field) => KINDS[kind].sets.includes(field);
const isList = (kind, field) => KINDS[kind].lists.includes(field);

/** The kind of a number, or undefined when a newer server has one that is not known here. */
export function kindOf(number) {
  return Object.keys(KINDS).find((kind) => KINDS[kind].number === number);
}

/** The scope that a record is in, given the wall around it. */
export function scopeOf(kind, fields, madeBy, wall) {
  const { own, key } = SCOPES[kind] ?? {};
  if (own && fields[own] === true) return `${kind}.own/${madeBy}`;
  if (wall?.by) return `${kind}.private/${wall.by}`;
  return key && fields[key] ? `${kind}/${fields[key]}` : kind;
}

/** Kinds of which records are shared into further scopes, which the server tells. */
const SHARED = ["candidates"];

/** Whether who holds these scopes holds this one: what is shared is told by its own name alone. */
export function holds(scopes, scope) {
  const [kind, key] = scope.split("/");
  return scopes.includes(scope) || (!(key && SHARED.includes(kind)) && covers(scopes, scope));
}

/** Whether a record of a scope may be held under these grants. */
export function covers(grants, scope) {
  return grants.includes(scope) || (scope.includes("/") && grants.includes(scope.split("/")[0]));
}

/** The records that one belongs to, in the order in which their walls count. */
export function belongsTo(kind, fields) {
  return (SCOPES[kind]?.within ?? []).map((owner) => fields[owner]).filter((id) => id);
}

/** What is told of the wall around a record: of which of its moves, and by which record; null when nothing is. */
export function wallOf(told) {
  return told ? { moves: Number(told[0]), by: told[1]?.length > 0 ? idText(told[1]) : null } : null;
}

/** The later of two walls. */
export function laterWall(known, told) {
  return (told?.moves ?? 0) > (known?.moves ?? 0) ? told : (known ?? null);
}

/** Whether a wall hides its record from who is told. */
export const hides = (wall) => wall?.by === "00000000-0000-0000-0000-000000000000";

/** A document without a change. */
export function empty(actor) {
  return Automerge.init({ actor: Buffer.from(actor).toString("hex") });
}

/** A document from stored bytes, for an actor to go on with. */
export function load(saved, actor) {
  return Automerge.load(saved, { actor: Buffer.from(actor).toString("hex") });
}

/** The bytes to store of a document. */
export function save(doc) {
  return Automerge.save(doc);
}

/** The document with a whole one that came. */
export function merged(doc, saved) {
  return Automerge.merge(doc, Automerge.load(saved));
}

/** The document with further changes, or null when it lacks something that they build on. */
export function extended(doc, changes) {
  const [next] = Automerge.applyChanges(doc, changes);
  return Automerge.getMissingDeps(next, []).length === 0 ? next : null;
}

/** The heads of a document, as bytes. */
export function headsOf(doc) {
  return Automerge.getHeads(doc).map((head) => Uint8Array.from(Buffer.from(head, "hex")));
}

/** What a record adds to the sum of its scope. */
export function stateHash(id, heads) {
  const sorted = heads.toSorted(Buffer.compare);
  return new DataView(blake3(joined([idBytes(id), ...sorted])).buffer).getBigInt64(0);
}

/** As `stateHash`, of a log entry. */
export function entryHash(id, bytes) {
  return stateHash(id, [blake3(bytes)]);
}

/** The sum of state hashes, as the server says it. */
export function sumOf(hashes) {
  return BigInt.asIntN(64, hashes.reduce((sum, hash) => sum + hash, 0n));
}

/** The first change of a record. */
export function create(kind, edits, actor) {
  const none = empty(actor);
  const doc = Automerge.change(none, (draft) => {
    for (const field of KINDS[kind].texts) draft[field] = "";
    for (const edit of edits) applyEdit(kind, none, draft, edit);
  });
  if (Automerge.getHeads(doc).length > 0) return Automerge.getLastLocalChange(doc);
  const plain = Automerge.change(empty(actor), (draft) => {
    draft[DELETED] = false;
  });
  return Automerge.getLastLocalChange(plain);
}

/** The edits that give a new record its fields. */
export function editsFor(kind, fields) {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (isText(kind, field)) return [{ op: "text", field, value }];
    if (isSet(kind, field)) return value.map((member) => ({ op: "add", field, value: member }));
    if (isList(kind, field)) {
      return value.map(({ id, ...values }) => ({ op: "item_put", field, item: id, after: null, values }));
    }
    return [{ op: "set", field, value }];
  });
}

/** The change that edits make to a document, or null when they change nothing. */
export function change(kind, doc, edits) {
  const before = Automerge.getHeads(doc);
  const next = Automerge.change(doc, (draft) => {
    for (const edit of edits) applyEdit(kind, doc, draft, edit);
  });
  return Automerge.equals(before, Automerge.getHeads(next)) ? null : Automerge.getLastLocalChange(next);
}

/** The text that one person's rewriting of a text gives on what others made of it meanwhile. */
export function mergedText(before, mine, theirs) {
  const base = Automerge.change(Automerge.init(), (draft) => {
    draft.text = before;
  });
  const rewritten = (text) =>
    Automerge.change(Automerge.clone(base), (draft) => Automerge.updateText(draft, ["text"], text));
  return Automerge.merge(rewritten(theirs), rewritten(mine)).text;
}

function applyEdit(kind, doc, draft, { op, field, value, item, after, values }) {
  if (op === "set") setRegister(kind, doc, draft, field, value);
  else if (op === "text" && isText(kind, field)) setText(draft, field, value);
  else if (op === "add" && isSet(kind, field)) draft[`${field}/${value.trim()}`] = true;
  else if (op === "remove" && isSet(kind, field)) drop(draft, `${field}/${value.trim()}`);
  else if (op === "item_put" && isList(kind, field)) putItem(kind, draft, field, item, after, values);
  else if (op === "item_remove" && isList(kind, field)) drop(draft, `${field}/${item}`);
  else throw new Error(`${op} does not fit ${kind}.${field}`);
}

function setRegister(kind, doc, draft, field, value) {
  // Automerge takes putting the winner of several values for a deletion of the others.
  if (Automerge.getConflicts(doc, field)) draft[field] = null;
  draft[field] = scalar(kind, field, value);
}

function setText(draft, field, value) {
  if (typeof draft[field] === "string") Automerge.updateText(draft, [field], value);
  else draft[field] = value;
}

function drop(draft, key) {
  if (key in draft) delete draft[key];
}

/** A value as the document holds it: a plain string would become a text object. */
function scalar(kind, field, value) {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return new Automerge.Int(value);
  return KINDS[kind].references.includes(field) ? idBytes(value) : new Automerge.ImmutableString(value);
}

function putItem(kind, draft, field, item, after, values) {
  const key = `${field}/${item}`;
  if (!(key in draft) || after !== null) {
    draft[key] = new Automerge.ImmutableString(placeAfter(draft, field, item, after));
  }
  for (const [name, value] of Object.entries(values)) draft[`${key}/${name}`] = scalar(kind, name, value);
}

/** The place behind another item: null is the end, an empty id the start. */
function placeAfter(draft, field, item, after) {
  const prefix = `${field}/`;
  const others = Object.keys(draft)
    .filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"))
    .filter((key) => key !== `${prefix}${item}`)
    .map((key) => ({ id: key.slice(prefix.length), place: draft[key].val }))
    .toSorted(byPlace);
  const found = others.findIndex((other) => other.id === after);
  const index = after === "" ? 0 : after === null || found < 0 ? others.length : found + 1;
  return between(others[index - 1]?.place ?? "", others[index]?.place);
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a, b) => compare(a.place, b.place) || compare(a.id, b.id);

/** A fraction in base 62 between two others; without an upper one, below 1. */
function between(low, high) {
  let place = "";
  let bounded = high !== undefined;
  for (let at = 0; at <= low.length + (high?.length ?? 0); at += 1) {
    const from = Math.max(0, DIGITS.indexOf(low[at] ?? "0"));
    const to = bounded && at < high.length ? DIGITS.indexOf(high[at]) : DIGITS.length;
    if (to > from + 1) return place + DIGITS[Math.floor((from + to) / 2)];
    place += DIGITS[from];
    bounded &&= to === from;
  }
  return place;
}

/** What a document shows: what no key holds has the value that the schema says. */
export function show(kind, doc, schema) {
  const fields = structuredClone(schema.defaults);
  const items = new Map();
  for (const key of Object.keys(doc)) {
    const [field, ...rest] = key.split("/");
    if (!(field in fields)) continue;
    if (rest.length === 0) fields[field] = plain(doc[key]);
    else if (isSet(kind, field)) fields[field].push(rest.join("/"));
    else if (isList(kind, field)) collectItem(items, field, rest, plain(doc[key]));
  }
  for (const field of KINDS[kind].sets) fields[field].sort(byBytes);
  const placed = [...items.values()].filter((item) => item.place !== undefined).toSorted(byPlace);
  for (const { field, id, values } of placed) fields[field].push({ id, ...schema.items[field], ...values });
  return { fields, deleted: doc[DELETED] === true };
}

function collectItem(items, field, [id, ...name], value) {
  const key = `${field}/${id}`;
  if (!items.has(key)) items.set(key, { field, id, values: {} });
  if (name.length === 0) items.get(key).place = value;
  else items.get(key).values[name.join("/")] = value;
}

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function plain(value) {
  if (Automerge.isImmutableString(value)) return value.val;
  if (Automerge.isCounter(value)) return value.value;
  if (value instanceof Uint8Array) return idText(value);
  return value;
}

/** What belongs to every record and not to its document. */
const NOT_IN_THE_DOCUMENT = ["id", "created_at", "created_by", "updated_at", "updated_by", "deleted"];

/** Kinds whose schema has another name than theirs in the singular, as the page says. */
const OTHERWISE_NAMED = { working_hours: "WorkingHours", candidate_references: "Reference" };

/** What fields show that no key holds, of every kind, by the server's OpenAPI document. */
export function schemasOf(openapi) {
  const text = { type: "string" };
  const members = { name: text, email: text, role: text, job_title: text, is_active: { type: "boolean" } };
  const schemas = { members: schemaOf(members) };
  for (const kind of Object.keys(KINDS).filter((name) => name !== "members")) {
    const singular = kind.replace(/ies$/, "y").replace(/ches$/, "ch").replace(/s$/, "");
    const name = OTHERWISE_NAMED[kind] ?? singular.replace(/(^|_)([a-z])/g, (_, __, letter) => letter.toUpperCase());
    schemas[kind] = schemaOf(openapi.components.schemas[name].properties);
  }
  return schemas;
}

function schemaOf(properties) {
  const declared = Object.entries(properties).filter(([name]) => !NOT_IN_THE_DOCUMENT.includes(name));
  const lists = declared.filter(([, property]) => property.items?.properties);
  const itemOf = (property) => schemaOf(property.items.properties).defaults;
  return {
    defaults: Object.fromEntries(declared.map(([name, property]) => [name, defaultOf(property)])),
    items: Object.fromEntries(lists.map(([name, property]) => [name, itemOf(property)])),
  };
}

function defaultOf(property) {
  if (property.anyOf?.some((choice) => choice.type === "null")) return null;
  if (property.examples) return property.examples[0];
  return { string: "", integer: 0, boolean: false, array: [] }[property.type];
}
