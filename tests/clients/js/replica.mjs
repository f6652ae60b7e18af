// What a replica holds, and what happens to it: docs/sync.md, sections 5 to 8, without the connection.
//
// `records` is what the server sent; what waits to be pushed lies in `outbox` and is applied on top when a record is
// shown. So a refused change is taken back by taking it out of the outbox.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { decode as fromCbor, encode as toCbor } from "cborg";

import { idList, idText } from "./frames.mjs";
import * as records from "./records.mjs";

const Body = { changes: 0, snapshot: 1, entry: 2, loaded: 3 };
const Outcome = { accepted: 0, refused: 1, later: 2 };
/** A record of which it is not known whether the server has it still: what comes is merged, or put in its place. */
const Stale = { no: 0, merge: 1, replace: 2 };
/** Answers to a change that say something about another one. */
const FOLLOWS = ["missing-dependency", "depends-on-refused"];

const EMPTY = {
  account: null,
  schemas: {},
  cursor: new Uint8Array(0),
  role: null,
  grants: [],
  held: [],
  position: null,
  total: 0,
  place: 0,
  records: {},
  outbox: [],
  attention: [],
  damaged: [],
};

/** A replica in a file. Every change of it is on the disk, whole, before the method that makes it returns. */
export class Replica {
  #file;

  constructor(folder) {
    fs.mkdirSync(folder, { recursive: true });
    this.#file = path.join(folder, "replica.cbor");
    const stored = fs.existsSync(this.#file) ? fromCbor(fs.readFileSync(this.#file)) : {};
    this.state = { ...structuredClone(EMPTY), actor: new Uint8Array(randomBytes(16)), ...stored };
  }

  /** Writes everything beside what is there and puts it in its place. */
  save() {
    const beside = `${this.#file}.new`;
    const file = fs.openSync(beside, "w", 0o600);
    fs.writeSync(file, toCbor(this.state));
    fs.fsyncSync(file);
    fs.closeSync(file);
    fs.renameSync(beside, this.#file);
  }

  /** Forgets everything, as after the device was revoked. */
  wipe() {
    fs.rmSync(this.#file, { force: true });
    this.state = { ...structuredClone(EMPTY), actor: new Uint8Array(randomBytes(16)) };
  }

  // What a person does.

  /** Makes a record and gives its id. */
  create(kind, fields) {
    const edits = records.editsFor(kind, fields);
    const id = newId();
    const body = records.create(kind, edits, this.state.actor);
    this.#enqueue({ doc: id, kind, body, edits, creates: true });
    this.save();
    return id;
  }

  /** Edits a record. */
  edit(kind, id, edits) {
    const doc = this.#document(id);
    if (!doc) throw new Error(`there is no record ${id}`);
    const { fields } = records.show(kind, doc, this.state.schemas[kind]);
    // What a text was is kept, so that the edit can be made again on another text.
    const kept = edits.map((edit) => (edit.op === "text" ? { ...edit, before: fields[edit.field] } : edit));
    const body = records.change(kind, doc, kept);
    if (body) this.#enqueue({ doc: id, kind, body, edits: kept, creates: false });
    this.save();
  }

  /** Queues what only the server may decide. */
  command(name, target, args) {
    const key = newId();
    this.#enqueue({ doc: target, key, name, args });
    this.save();
    return key;
  }

  /** The records of a kind as they show with what waits. */
  list(kind) {
    const waiting = this.state.outbox.filter((entry) => entry.kind === kind).map((entry) => entry.doc);
    const held = Object.keys(this.state.records).filter((id) => this.state.records[id].kind === kind);
    const ids = [...new Set([...held, ...waiting])].toSorted();
    return ids.map((id) => ({ id, pending: waiting.includes(id), ...this.#shown(kind, id) }));
  }

  #shown(kind, id) {
    const schema = this.state.schemas[kind];
    if (!records.KINDS[kind].entry) return records.show(kind, this.#document(id), schema);
    return { fields: { ...schema.defaults, ...entryFields(this.state.records[id].saved) }, deleted: false };
  }

  #enqueue(entry) {
    this.state.place += 1;
    this.state.outbox.push({ place: this.state.place, ...entry });
  }

  /** A record's document with what waits of it, or null. */
  #document(id, waiting = this.#waiting(id)) {
    const held = this.state.records[id];
    const changes = waiting.map((entry) => entry.body);
    if (!held && changes.length === 0) return null;
    return records.extended(this.#base(held), changes);
  }

  /** What the server sent of a record. */
  #base(held) {
    return held ? records.load(held.saved, this.state.actor) : records.empty(this.state.actor);
  }

  #waiting(id) {
    return this.state.outbox.filter((entry) => entry.doc === id && entry.body);
  }

  // What the server grants and sends.

  /** Takes up what a Welcome or a Grants frame says. */
  grant({ role, grants, cursor, position, total, opened }) {
    const { state } = this;
    Object.assign(state, { role, grants });
    for (const wall of opened ?? []) this.#openWall(wall);
    for (const [id, record] of Object.entries(state.records)) {
      const atHome = records.covers(grants, record.scope);
      record.shares = atHome ? [] : record.shares.filter((scope) => records.holds(grants, scope));
      if (!atHome && record.shares.length === 0) this.#dropWithNotice(id);
    }
    state.held = state.held.filter((scope) => records.holds(grants, scope));
    if (cursor?.length > 0) {
      Object.assign(state, { cursor, held: [] });
      for (const record of Object.values(state.records)) record.stale = Stale.replace;
    }
    Object.assign(state, { position: position ?? null, total });
    this.save();
  }

  /** Takes a wall away, but for what belongs to something that is not here. */
  #openWall(wall) {
    for (const record of Object.values(this.state.records)) {
      if (record.wall?.by !== wall) continue;
      const fields = this.#fieldsOf(record);
      const owners = records.belongsTo(record.kind, fields).map((id) => this.state.records[id]);
      if (owners.includes(undefined)) continue;
      const by = owners.map((owner) => owner.wall?.by).find((other) => other && other !== wall) ?? null;
      record.wall = { ...record.wall, by };
      record.scope = records.scopeOf(record.kind, fields, record.madeBy, record.wall);
    }
  }

  #fieldsOf({ kind, saved }) {
    if (records.KINDS[kind].entry) return entryFields(saved);
    return records.show(kind, records.load(saved, this.state.actor), this.state.schemas[kind]).fields;
  }

  /** Stores a chunk of a download together with the position after it. */
  chunk(items, position, total) {
    const { state } = this;
    for (const item of items) this.#whole(item);
    state.total = total;
    if (!position) {
      const scopes = state.position[0];
      state.held = [...new Set([...state.held, ...scopes])];
      const left = Object.keys(state.records).filter((id) => state.records[id].stale !== Stale.no);
      for (const id of left.filter((name) => this.#leftOut(state.records[name], scopes))) {
        this.#dropWithNotice(id);
      }
    }
    state.position = position ?? null;
    this.save();
  }

  /** Takes a record that a download did not bring out of its scopes. Says whether it is in none any more. */
  #leftOut(record, scopes) {
    if (record.shares.length === 0) return records.covers(scopes, record.scope);
    record.shares = record.shares.filter((scope) => !scopes.includes(scope));
    return record.shares.length === 0;
  }

  /** Applies a page. */
  page(items, gone, cursor) {
    for (const item of items) {
      const [doc, , [number, [changes]]] = item;
      if (number !== Body.changes) this.#whole(item);
      else if (!this.#extend(item, changes)) this.#damage(idText(doc));
    }
    for (const id of idList(gone)) this.#dropWithNotice(id);
    this.state.cursor = cursor;
    this.save();
  }

  /** Takes documents that were asked for: what did not come is not to be seen any more. */
  fetched(asked, items) {
    for (const item of items) this.#whole(item);
    const come = items.map(([doc]) => idText(doc));
    for (const id of asked.filter((name) => !come.includes(name))) this.#dropWithNotice(id);
    this.state.damaged = this.state.damaged.filter((id) => !asked.includes(id));
    this.save();
  }

  #damage(id) {
    if (!this.state.damaged.includes(id)) this.state.damaged.push(id);
  }

  /** A document or log entry that came whole. */
  #whole([docBytes, number, [bodyNumber, [saved]], updated, created, shares, wall]) {
    const [id, kind] = [idText(docBytes), records.kindOf(number)];
    // A kind of a newer version is not for this one.
    if (!kind) return;
    const held = this.state.records[id];
    const merges = held && held.stale !== Stale.replace;
    const behind = records.laterWall(merges ? held.wall : null, records.wallOf(wall));
    if (bodyNumber === Body.entry) {
      return this.#store(id, kind, saved, entryFields(saved), stamps(held, updated, created), behind);
    }
    const before = merges ? held.shares : [];
    const doc = merges
      ? records.merged(this.#base(held), saved)
      : records.load(saved, this.state.actor);
    this.#keep(id, kind, doc, stamps(held, updated, created), behind);
    this.#share(id, together(before, shares));
    if (held && !merges && this.#document(id) === null) this.#rewrite(id, this.#waiting(id));
  }

  /** Changes of a document. Says whether they could be applied. */
  #extend([docBytes, number, , updated, created, shares, wall], changes) {
    const [id, kind] = [idText(docBytes), records.kindOf(number)];
    if (!kind) return true;
    const held = this.state.records[id];
    if (held?.stale === Stale.replace) return false;
    const doc = records.extended(this.#base(held), changes);
    if (!doc) return false;
    const behind = records.laterWall(held?.wall, records.wallOf(wall));
    this.#keep(id, kind, doc, stamps(held, updated, created), behind);
    this.#share(id, together(held?.shares, shares));
    return true;
  }

  /** Notes what a record is shared into. What is behind a wall is shared with nobody. */
  #share(id, shares) {
    const record = this.state.records[id];
    record.shares = record.wall?.by ? [] : shares;
  }

  #keep(id, kind, doc, by, wall) {
    const { fields } = records.show(kind, doc, this.state.schemas[kind]);
    this.#store(id, kind, records.save(doc), fields, by, wall);
    this.state.records[id].heads = records.headsOf(doc);
  }

  #store(id, kind, saved, fields, by, wall) {
    const scope = records.scopeOf(kind, fields, by.madeBy, wall);
    const shares = this.state.records[id]?.shares ?? [];
    this.state.records[id] = { kind, saved, scope, shares, wall, stale: Stale.no, ...by };
  }

  /** Drops a record that may not be held, with what waits of it. The person learns that, and not what it held. */
  #dropWithNotice(id) {
    const { state } = this;
    const lost = state.outbox.filter((entry) => entry.doc === id);
    delete state.records[id];
    state.outbox = state.outbox.filter((entry) => entry.doc !== id);
    state.damaged = state.damaged.filter((other) => other !== id);
    if (lost.length > 0) state.attention.push({ doc: id, code: "out-of-scope", edits: [] });
  }

  // The outbox.

  /** Takes the answers to a push, one for each place. Says whether some of it is to be sent again later. */
  answered(places, outcomes, at) {
    let later = false;
    places.forEach((place, index) => {
      const entry = this.state.outbox.find((other) => other.place === place);
      const [number, [said]] = outcomes[index];
      if (!entry) return;
      if (number === Outcome.accepted) this.#confirm(entry, at, records.wallOf(said));
      else if (number === Outcome.later) later = true;
      else later = !this.#refuse(entry, said) || later;
    });
    this.save();
    return later;
  }

  /** Takes the answer to a command. Says whether it is to be sent again later. */
  commandDone(key, problem) {
    const entry = this.state.outbox.find((other) => other.key === key);
    if (!entry) return false;
    const [code, detail] = problem ?? [null];
    if (code === "unknown-command") return true;
    this.#take(entry);
    if (code) this.state.attention.push({ doc: entry.doc, command: entry.name, code, detail, edits: [] });
    this.save();
    return false;
  }

  #take(entry) {
    this.state.outbox = this.state.outbox.filter((other) => other.place !== entry.place);
  }

  #confirm(entry, committedAt, wall) {
    this.#take(entry);
    const held = this.state.records[entry.doc];
    const doc = records.extended(this.#base(held), [entry.body]);
    const at = Number(committedAt ?? held?.at ?? Date.now());
    const by = this.state.account.user;
    const { madeAt, madeBy } = held ?? { madeAt: at, madeBy: by };
    const behind = records.laterWall(held?.wall, wall);
    if (doc) this.#keep(entry.doc, entry.kind, doc, { at, by, madeAt, madeBy }, behind);
    else this.#damage(entry.doc);
    if (records.hides(behind)) this.#dropWithNotice(entry.doc);
  }

  /** Takes a refused change out. False when another change that has no answer yet decides about it. */
  #refuse(entry, [code, detail, fields]) {
    const waiting = this.#waiting(entry.doc);
    if (FOLLOWS.includes(code) && waiting[0].place < entry.place) return false;
    const rest = waiting.filter((other) => other.place >= entry.place);
    const lost = entry.creates ? rest : this.#rewrite(entry.doc, rest, entry);
    for (const other of lost) this.#take(other);
    this.state.actor = new Uint8Array(randomBytes(16));
    const edits = lost.flatMap((other) => other.edits);
    this.state.attention.push({ doc: entry.doc, kind: entry.kind, code, detail, fields: fields ?? [], edits });
    return true;
  }

  /** Does changes of a record again, under a new actor, without the refused one and what edits the same fields. */
  #rewrite(id, rest, refused = null) {
    this.state.actor = new Uint8Array(randomBytes(16));
    const fieldsOf = (entry) => entry.edits.map((edit) => edit.field);
    const lostFields = new Set(refused ? fieldsOf(refused) : []);
    const lost = [];
    for (const entry of rest) this.#take(entry);
    for (const entry of rest) {
      const { kind } = entry;
      const doc = this.#document(id);
      if (entry === refused || !doc || fieldsOf(entry).some((field) => lostFields.has(field))) {
        for (const field of fieldsOf(entry)) lostFields.add(field);
        lost.push(entry);
        continue;
      }
      const { fields } = records.show(kind, doc, this.state.schemas[kind]);
      const edits = entry.edits.map((edit) => carriedOver(edit, fields[edit.field]));
      const body = records.change(kind, doc, edits);
      if (body) this.#enqueue({ doc: id, kind, body, edits, creates: false });
    }
    return lost;
  }

  // Sums.

  /** Compares the granted scopes with the server's sums. Gives for each what was found. */
  verify(sums) {
    const { state } = this;
    const waiting = state.outbox.filter(({ kind }) => kind);
    const waits = waiting.flatMap(({ doc, kind }) => scopesOf(state.records[doc] ?? { scope: kind, shares: [] }));
    const found = [];
    for (const [scope, documents, checksum] of sums) {
      if (waits.some((name) => records.covers([scope], name))) continue;
      const within = Object.entries(state.records).filter(([, record]) =>
        scopesOf(record).some((name) => records.covers([scope], name)),
      );
      const sum = records.sumOf(within.map(([id, record]) => hashOf(id, record)));
      const fits = within.length === Number(documents) && sum === BigInt(checksum);
      found.push({ scope, documents: Number(documents), fits });
      if (fits) continue;
      state.held = state.held.filter((name) => name !== scope);
      for (const [, record] of within) record.stale = Stale.merge;
    }
    this.save();
    return found;
  }
}

/** The scopes in whose sums a record counts: those that it is shared into, or else its own. */
const scopesOf = ({ scope, shares }) => (shares.length > 0 ? shares : [scope]);

/** What a record was known to be shared into, and what the server says. */
const together = (known, told) => [...new Set([...(known ?? []), ...(told ?? [])])].toSorted();

const hashOf = (id, { saved, heads }) => (heads ? records.stateHash(id, heads) : records.entryHash(id, saved));

function entryFields(bytes) {
  return JSON.parse(Buffer.from(bytes).toString());
}

function stamps(held, [at, by], created) {
  const [madeAt, madeBy] = created ? [Number(created[0]), idText(created[1])] : [held?.madeAt, held?.madeBy];
  return { at: Number(at), by: idText(by), madeAt, madeBy };
}

/** An edit for another base: a text is merged, so that what others wrote meanwhile stays. */
function carriedOver(edit, now) {
  if (edit.op !== "text" || edit.before === now) return edit;
  return { ...edit, before: now, value: records.mergedText(edit.before, edit.value, now) };
}

/** A UUID of version 7. */
function newId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return idText(bytes);
}
