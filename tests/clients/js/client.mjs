// A client of the sync protocol, written from docs/sync.md.

import WebSocket from "ws";

import * as frames from "./frames.mjs";
import { KINDS, schemasOf } from "./records.mjs";
import { Replica } from "./replica.mjs";
import * as session from "./session.mjs";

const { Say } = frames;
const PING_AFTER_MS = 20_000;
const DEAD_AFTER_MS = 75_000;
const LATER_MS = 60_000;
const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 30_000;
const PUSH_TARGET_BYTES = 256 << 10;
/** Refusals after which coming back would change nothing. */
const FINAL = ["protocol-too-old", "unauthenticated", "tenant-suspended", "refresh-reused"];

/** One device of one person: a replica, and the connection that keeps it like the server. */
export class SyncClient {
  #socket = null;
  #live = false;
  #caughtUp = false;
  #wanted = false;
  #failures = 0;
  #heardAt = 0;
  #batch = 0;
  /** Pushes without an answer: the places of their changes, by batch. */
  #flights = new Map();
  #command = null;
  /** Places that were sent on this connection. */
  #sent = new Set();
  #fetching = null;
  #answered = false;
  #timers = new Set();

  constructor(folder) {
    this.replica = new Replica(folder);
    this.problem = null;
    /** What a watcher of the protocol wants to know: nothing here decides anything. */
    this.seen = { hellos: [], received: 0, chunks: 0, sums: [], misfits: 0 };
    /** Chunks after which the connection is cut, to see a download go on. */
    this.cutAfterChunks = null;
    if (this.replica.state.account) this.goOnline();
  }

  /** Signs in, and connects. */
  async signIn({ server, email, password, workspace }) {
    const { state } = this.replica;
    const account = await session.signIn({ server, email, password, workspace, device: state.account?.device });
    Object.assign(state, { account, schemas: schemasOf(await session.openapi(server)) });
    this.replica.save();
    this.goOnline();
  }

  /** Connects, and comes back after every cut. */
  goOnline() {
    this.#wanted = true;
    if (!this.#socket) this.#connect().catch((error) => this.#failed(error));
  }

  /** Disconnects, and stays away. */
  goOffline() {
    this.#wanted = false;
    this.#forgetConnection();
  }

  /** Makes a record and gives its id. */
  create(kind, fields) {
    this.#writable(kind);
    const id = this.replica.create(kind, fields);
    this.#pump();
    return id;
  }

  /** Edits a record. */
  edit(kind, id, edits) {
    this.#writable(kind);
    this.replica.edit(kind, id, edits);
    this.#pump();
  }

  /** Asks for what only the server may decide. */
  command(name, target, args) {
    const key = this.replica.command(name, target, args);
    this.#pump();
    return key;
  }

  /** Where everything stands. */
  status() {
    const { role, grants, outbox, attention, position, total, damaged } = this.replica.state;
    const upToDate = this.#live && this.#caughtUp && !position && damaged.length === 0 && outbox.length === 0;
    const state = upToDate ? "up_to_date" : this.#live ? "syncing" : "offline";
    const download = position && { done: Number(position[3]), total: Number(total) };
    return { state, role, grants, waiting: outbox.length, attention, download, problem: this.problem, ...this.seen };
  }

  #writable(kind) {
    if (!KINDS[kind] || KINDS[kind].readOnly) throw new session.Refusal("forbidden", `${kind} are the server's`);
  }

  // The connection.

  async #connect() {
    this.#socket = "on its way";
    const { state } = this.replica;
    const account = await session.fresh(state.account);
    if (account !== state.account) this.#renewed(account);
    if (!this.#wanted) return this.#forgetConnection();
    const address = `${account.server.replace(/^http/, "ws")}/api/v1/sync`;
    const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: frames.MAX_FRAME_BYTES });
    this.#socket = socket;
    const mine = (act) => (...args) => {
      // What an abandoned connection still has to say is of no interest.
      if (this.#socket !== socket) return;
      try {
        act(...args);
      } catch (error) {
        this.#failed(error);
      }
    };
    socket.on("open", mine(() => this.#hello()));
    socket.on("message", mine((bytes, isBinary) => this.#message(bytes, isBinary)));
    socket.on("close", mine(() => this.#comeBack()));
    // A close follows.
    socket.on("error", () => {});
  }

  #renewed(account) {
    this.replica.state.account = account;
    this.replica.save();
  }

  #hello() {
    const { account, cursor, held, position } = this.replica.state;
    this.seen.hellos.push({ scopes: held, cursor: cursor.length > 0, done: Number(position?.[3] ?? 0) });
    this.#heardAt = Date.now();
    const hello = [frames.PROTOCOL, frames.SCHEMA, account.access, cursor, held];
    this.#send(Say.hello, position ? [...hello, position] : hello);
    this.#every(PING_AFTER_MS, () => {
      if (Date.now() - this.#heardAt > DEAD_AFTER_MS) this.#comeBack();
      else this.#send(Say.ping);
    });
    this.#renewInTime();
  }

  #renewInTime() {
    const { account } = this.replica.state;
    this.#after(Math.max(0, session.renewAt(account) - Date.now()), async () => {
      const next = await session.fresh(account);
      this.#renewed(next);
      this.#send(Say.renew, next.access);
      this.#renewInTime();
    });
  }

  #send(number, ...held) {
    if (this.#socket instanceof WebSocket) this.#socket.send(frames.encodeFrame(number, ...held));
  }

  #message(bytes, isBinary) {
    if (!isBinary) throw new Error("a text message");
    this.#heardAt = Date.now();
    const { name, held } = frames.decodeFrame(new Uint8Array(bytes));
    this.#on[name](held);
    this.#pump();
  }

  #comeBack(after = null) {
    this.#forgetConnection();
    if (!this.#wanted) return;
    const window = Math.min(BACKOFF_FIRST_MS * 2 ** this.#failures, BACKOFF_MAX_MS);
    this.#failures += 1;
    this.#after(after ?? Math.random() * window, () => this.goOnline());
  }

  #failed(error) {
    this.problem = error.code ?? error.message;
    console.error(error);
    if (FINAL.includes(error.code)) this.goOffline();
    else this.#comeBack();
  }

  /** What was sent and not answered is sent again on the next connection. */
  #forgetConnection() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    if (this.#socket instanceof WebSocket) this.#socket.terminate();
    this.#socket = null;
    this.#live = this.#caughtUp = this.#answered = false;
    this.#fetching = this.#command = null;
    this.#flights.clear();
    this.#sent.clear();
  }

  #after(wait, act) {
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      try {
        await act();
      } catch (error) {
        this.#failed(error);
      }
    }, wait);
    this.#timers.add(timer);
  }

  #every(wait, act) {
    this.#after(wait, () => {
      this.#every(wait, act);
      act();
    });
  }

  // What the server says.

  #on = {
    welcome: ([, , role, , grants, cursor, position, total, opened]) => {
      this.replica.grant({ role, grants, cursor, position, total, opened });
      this.#live = true;
      this.#failures = 0;
      this.problem = null;
      this.#granted();
    },
    grants: ([role, grants, position, total, opened]) => {
      this.replica.grant({ role, grants, position, total, opened });
      // A fetch that was under way was dropped with the old grants.
      this.#fetching = null;
      this.#granted();
    },
    chunk: ([items, position, total]) => {
      // A chunk of a download that a change of grants has replaced.
      if (!this.replica.state.position) return;
      this.replica.chunk(items, position, total);
      this.seen.received += items.length;
      this.seen.chunks += 1;
      if (this.cutAfterChunks === this.seen.chunks) return this.goOffline();
      this.#download();
    },
    page: ([items, gone, cursor, more, sums]) => {
      this.replica.page(items, gone, cursor);
      this.#caughtUp = !more;
      if (sums && !this.#answered && !this.replica.state.position && this.replica.state.damaged.length === 0) {
        this.#verify(sums);
      }
    },
    pushed: ([batch, outcomes, at]) => {
      const places = this.#flights.get(batch);
      if (places?.length !== outcomes.length) throw new Error("an answer to nothing that was asked");
      this.#flights.delete(batch);
      this.#answered = true;
      if (this.replica.answered(places, outcomes, at)) this.#again();
    },
    commandDone: ([key, problem]) => {
      this.#command = null;
      this.#answered = true;
      if (this.replica.commandDone(frames.idText(key), problem)) this.#again();
    },
    fetched: (items) => {
      const asked = this.#fetching;
      this.#fetching = null;
      if (asked) this.replica.fetched(asked, items);
    },
    refused: ([code, detail]) => {
      if (code === "device-revoked") {
        this.replica.wipe();
        this.goOffline();
      }
      throw new session.Refusal(code, detail);
    },
    goAway: (milliseconds) => this.#comeBack(milliseconds),
    pong: () => {},
  };

  #granted() {
    this.#send(Say.purged);
    this.#download();
  }

  #download() {
    const { position } = this.replica.state;
    if (position) this.#send(Say.nextChunk, position);
  }

  #verify(sums) {
    const found = this.replica.verify(sums);
    this.seen.sums = found;
    if (found.every(({ fits }) => fits)) return;
    this.seen.misfits += 1;
    this.#comeBack();
  }

  // What goes to the server.

  /** Sends what may be sent. */
  #pump() {
    if (!this.#live) return;
    const { damaged, outbox } = this.replica.state;
    if (damaged.length > 0 && !this.#fetching) {
      this.#fetching = damaged.slice(0, frames.MAX_FETCH);
      this.#send(Say.fetch, frames.joined(this.#fetching.map(frames.idBytes)));
    }
    while (!this.#command && this.#flights.size < frames.MAX_PUSHES_IN_FLIGHT) {
      const unsent = outbox.filter(({ place }) => !this.#sent.has(place));
      if (unsent.length === 0) return;
      if (!unsent[0].key) this.#push(unsent);
      else if (this.#flights.size === 0) this.#ask(unsent[0]);
      else return;
    }
  }

  #push(unsent) {
    const batch = [];
    let bytes = 0;
    for (const entry of unsent) {
      bytes += entry.body?.length ?? 0;
      const full = batch.length === frames.MAX_PUSH_CHANGES || bytes > PUSH_TARGET_BYTES;
      if (entry.key || (full && batch.length > 0)) break;
      batch.push(entry);
    }
    this.#batch += 1;
    for (const { place } of batch) this.#sent.add(place);
    this.#flights.set(this.#batch, batch.map(({ place }) => place));
    const changes = batch.map(({ doc, kind, body }) => [frames.idBytes(doc), KINDS[kind].number, body]);
    this.#send(Say.push, [this.#batch, changes]);
  }

  #ask({ place, key, name, doc, args }) {
    this.#sent.add(place);
    this.#command = key;
    this.#send(Say.command, [frames.idBytes(key), name, frames.idBytes(doc), JSON.stringify(args)]);
  }

  /** Sends again after a while what the server would not decide now. */
  #again() {
    this.#after(LATER_MS, () => {
      const underWay = new Set([...this.#flights.values()].flat());
      for (const place of this.#sent) if (!underWay.has(place)) this.#sent.delete(place);
      this.#pump();
    });
  }
}
