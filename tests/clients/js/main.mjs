// The client as a process: commands as JSON lines on standard input, answers on standard output.
//
// In: `{"id": 1, "command": "list", "args": {…}}`. Out: `{"id": 1, "ok": …}` or `{"id": 1, "error": {code, message}}`.

import { createInterface } from "node:readline";

import { SyncClient } from "./client.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node main.mjs FOLDER");
  process.exit(2);
}

const client = new SyncClient(folder);

const commands = {
  sign_in: async (args) => {
    client.cutAfterChunks = args.cut_after_chunks ?? null;
    await client.signIn(args);
    return client.status();
  },
  go_offline: () => client.goOffline(),
  go_online: () => client.goOnline(),
  create: ({ kind, fields }) => ({ id: client.create(kind, fields) }),
  edit: ({ kind, id, edits }) => client.edit(kind, id, edits),
  command: ({ name, target, args }) => ({ key: client.command(name, target, args) }),
  list: ({ kind }) => client.replica.list(kind),
  status: () => client.status(),
  quit: () => process.exit(0),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, args } = JSON.parse(line);
  try {
    if (!commands[command]) throw new Error(`there is no command ${command}`);
    const ok = await commands[command](args ?? {});
    console.log(JSON.stringify({ id, ok: ok ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: { code: error.code ?? "internal", message: error.message } }));
  }
}
process.exit(0);
