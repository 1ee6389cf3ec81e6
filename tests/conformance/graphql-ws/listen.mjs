// Listens to how far a receipt has come with the client of the graphql-transport-ws protocol: to the end, given up, refused,
// and hung up on. Arguments: the API, where to PUT the picture, an access token and the receipt's id; the picture comes from
// stdin.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [api, upload, token, id] = process.argv.slice(2);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const picture = Buffer.concat(parts);
const url = api.replace(/^http/, "ws");
const query = "subscription($id: ID!) { receiptProgress(id: $id) { state } }";
const client = (token, more = {}) =>
  createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token}` }, ...more });
// A program that waits for nothing that can come ends without a word; this one says after what.
let after = "the beginning";
const late = setTimeout(() => {
  console.error(`nothing came after ${after}`);
  process.exit(1);
}, 60_000);
const state = (result) => result.value.data.receiptProgress.state;

// Given up, with others still listening on the same socket.
const mine = client(token);
const [first, second] = [mine.iterate({ query, variables: { id } }), mine.iterate({ query, variables: { id } })];
assert.equal(state(await first.next()), "AWAITING_PICTURE");
assert.equal(state(await second.next()), "AWAITING_PICTURE");
await second.return();

after = "giving up";
// Hung up on without a word: the places of ten are free again within a second.
for (let round = 0; round < 2; round += 1) {
  const sockets = [];
  const other = client(token, { webSocketImpl: class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } } });
  const nine = Array.from({ length: 9 }, () => other.iterate({ query, variables: { id } }));
  for (const one of nine) assert.equal(state(await one.next()), "AWAITING_PICTURE");
  await assert.rejects(other.iterate({ query, variables: { id } }).next(), (errors) => errors[0].extensions.code === "THROTTLED");
  const left = nine.map((one) => assert.rejects(one.next()));
  sockets[0].terminate();
  await Promise.all(left);
  await new Promise((done) => setTimeout(done, 1000));
}

after = "hanging up";
// To the end: the picture is sent while somebody listens.
const sent = await fetch(upload, { method: "PUT", headers: { Authorization: `Bearer ${token}` }, body: picture });
assert.equal(sent.status, 200);
const told = [];
for await (const { data, errors } of first) {
  assert.equal(errors, undefined);
  told.push(data.receiptProgress.state);
}
assert.equal(told.at(-1), "STORED");

after = "the end";
// Refused: somebody else's receipt is not found, and a token that is none opens nothing. The first client hangs up once it has
// nothing to listen to, so another one asks.
await mine.dispose();
const asks = client(token);
const none = await asks.iterate({ query, variables: { id: "rcpt_00000000000000000000000000" } }).next();
assert.equal(none.value.errors[0].extensions.code, "NOT_FOUND");
await assert.rejects(client("nobody").iterate({ query, variables: { id } }).next(), (event) => event.code === 4403);
await asks.dispose();
clearTimeout(late);
console.log("4 ways of graphql-ws went well");
