// Sends a picture inside a request with urql, as its File in the variables. Arguments: the API, an access token and the
// receipt's id; the picture comes from stdin.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { Client, fetchExchange } from "@urql/core";

const [url, token, receiptId] = process.argv.slice(2);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const picture = new File([Buffer.concat(parts)], "ticket.jpg", { type: "image/jpeg" });
const headers = { Authorization: `Bearer ${token}`, "graphql-require-preflight": "1" };
const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers }, preferGetMethod: false });

const mutation = `mutation($input: UploadReceiptPageInput!) {
  uploadReceiptPage(input: $input) { receipt { id state bytesReceived } userErrors { code } replayed }
}`;
const input = { idempotencyKey: randomUUID(), receiptId, file: picture };
for (const replayed of [false, true]) {
  const { data, error } = await client.mutation(mutation, { input }).toPromise();
  assert.equal(error, undefined);
  const { receipt, userErrors, replayed: before } = data.uploadReceiptPage;
  assert.deepEqual([userErrors, receipt.id, receipt.bytesReceived, before], [[], receiptId, picture.size, replayed]);
}

// Without the header that no form can set it is not taken.
const bare = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers: { Authorization: `Bearer ${token}` } }, preferGetMethod: false });
const { error } = await bare.mutation(mutation, { input: { ...input, idempotencyKey: randomUUID() } }).toPromise();
assert.ok(error);
console.log("a picture went inside a request, and none without its header");
