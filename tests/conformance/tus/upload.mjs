// Uploads a picture to a receipt with the client that phones use: in one go, in chunks, with a break in the middle, and
// given up. Arguments: the endpoint, an access token, and the receipts' ids, one for each way; the picture comes from stdin.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import * as tus from "tus-js-client";

const [endpoint, token, ...receipts] = process.argv.slice(2);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const picture = Buffer.concat(parts);
const sha256 = createHash("sha256").update(picture).digest("hex");

function options(receipt, more, settled) {
  return {
    endpoint,
    headers: { Authorization: `Bearer ${token}` },
    metadata: { receipt, sha256, filename: "../../ticket.jpg", filetype: "image/jpeg" },
    retryDelays: [0, 50, 200],
    onError: settled.reject,
    onSuccess: settled.resolve,
    ...more,
  };
}

function uploads(receipt, more) {
  return new Promise((resolve, reject) => {
    new tus.Upload(picture, options(receipt, more, { resolve, reject })).start();
  });
}

// In one go, and in chunks.
await uploads(receipts[0], {});
await uploads(receipts[1], { chunkSize: Math.ceil(picture.length / 7) });

// Broken off after the first chunk, and gone on with by another client that knows the address alone.
const address = await new Promise((resolve, reject) => {
  const upload = new tus.Upload(picture, options(receipts[2], {
    chunkSize: Math.ceil(picture.length / 3),
    onChunkComplete: () => upload.abort().then(() => resolve(upload.url)),
  }, { resolve: () => reject(new Error("it was not broken off")), reject }));
  upload.start();
});
let resumedFrom = -1;
await uploads(receipts[2], {
  uploadUrl: address,
  onProgress: (sent) => { if (resumedFrom < 0) resumedFrom = sent; },
});
if (resumedFrom <= 0) throw new Error(`it began again from ${resumedFrom}`);

// Behind a proxy that knows no PATCH.
await uploads(receipts[3], { overridePatchMethod: true });

// Given up: the address is gone.
const gone = await new Promise((resolve, reject) => {
  const upload = new tus.Upload(picture, options(receipts[4], {
    chunkSize: 1000,
    onChunkComplete: () => upload.abort(true).then(() => resolve(upload.url), reject),
  }, { resolve: () => reject(new Error("it was not given up")), reject }));
  upload.start();
});
const answer = await fetch(gone, { method: "HEAD", headers: { Authorization: `Bearer ${token}`, "Tus-Resumable": "1.0.0" } });
if (answer.status !== 404) throw new Error(`what was given up answers ${answer.status}`);
console.log("5 ways of tus-js-client went well");
