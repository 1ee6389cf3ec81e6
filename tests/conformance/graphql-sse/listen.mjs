// Listens to how far a receipt has come with the client of the GraphQL over SSE protocol: to the end, given up, and
// refused. Arguments: the API, where to PUT the picture, an access token and the receipt's id; the picture comes from
// stdin.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "graphql-sse";

const [url, upload, token, id] = process.argv.slice(2);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const picture = Buffer.concat(parts);
const query = "subscription($id: ID!) { receiptProgress(id: $id) { state bytesReceived } }";
const client = (token) => createClient({ url, singleConnection: false, retryAttempts: 0, headers: { Authorization: `Bearer ${token}` } });

// To the end: the picture is sent once the first word is here.
const told = [];
for await (const { data, errors } of client(token).iterate({ query, variables: { id } })) {
  assert.equal(errors, undefined);
  told.push(data.receiptProgress.state);
  if (told.length === 1) {
    const sent = await fetch(upload, { method: "PUT", headers: { Authorization: `Bearer ${token}` }, body: picture });
    assert.equal(sent.status, 200);
  }
}
assert.equal(told[0], "AWAITING_PICTURE");
assert.equal(told.at(-1), "STORED");

// Given up after the first word: what is stored already is told once, and then there is nothing more to give up.
const iterator = client(token).iterate({ query, variables: { id } });
assert.equal((await iterator.next()).value.data.receiptProgress.state, "STORED");
await iterator.return();

// Refused: somebody else's receipt is not found, and a token that is none is told so.
const refused = await client(token).iterate({ query, variables: { id: "rcpt_00000000000000000000000000" } }).next();
assert.equal(refused.value.errors[0].extensions.code, "NOT_FOUND");
await assert.rejects(client("nobody").iterate({ query, variables: { id } }).next());
console.log("3 ways of graphql-sse went well");
