// Verifies a message with the library of the Standard Webhooks specification: as it came, and not once anything of it is changed.
// Arguments: the secret, and the three headers; the body comes from stdin.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Webhook } from "standardwebhooks";

const [secret, id, timestamp, signature] = process.argv.slice(2);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const body = Buffer.concat(parts).toString();
const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };

const told = new Webhook(secret).verify(body, headers);
assert.equal(told.type, "events");
assert.throws(() => new Webhook(secret).verify(body.replace("SPEND", "SPENT"), headers));
assert.throws(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": `${id}0` }));
assert.throws(() => new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`).verify(body, headers));
console.log(`${told.data.events.length} events, signed as they should be`);
