// An app that is a page of another origin, in a real browser: it asks, again with the tag that it was told, listens to events,
// sends a picture in one piece and in pieces, and reads why something was refused. A page that nobody named is stopped by the
// browser. Arguments: the server, an access token, a receipt's id, the port that the page is to come from, and the browser.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const [server, token, receipt, port, executablePath] = process.argv.slice(2);
const pages = [Number(port), 0].map(async (port) => {
  const page = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html><title>An app</title>"));
  await new Promise((done) => page.listen(port, "127.0.0.1", done));
  return page;
});
const [ours, other] = await Promise.all(pages);
const at = (page) => `http://127.0.0.1:${page.address().port}/`;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

const does = async ({ server, token, receipt }) => {
  const authorization = `Bearer ${token}`;
  const ask = (query, headers = {}) =>
    fetch(`${server}/graphql`, { method: "POST", headers: { authorization, "content-type": "application/json", ...headers }, body: JSON.stringify({ query }) });
  const { data } = await (await ask("{ viewer { practitioner { name } } }")).json();

  const query = encodeURIComponent("{ viewer { practitioner { id } } }");
  const get = (headers) => fetch(`${server}/graphql?query=${query}`, { headers: { authorization, accept: "application/graphql-response+json", ...headers }, cache: "no-store" });
  const tag = (await get({})).headers.get("etag");
  const again = (await get({ "if-none-match": tag })).status;

  const events = await ask("subscription { events { kind id } }", { accept: "text/event-stream" });
  await events.body.cancel();

  const base = { authorization, "tus-resumable": "1.0.0" };
  const begun = await fetch(`${server}/uploads`, { method: "POST", headers: { ...base, "upload-length": "5", "upload-metadata": `receipt ${btoa(receipt)}` } });
  const place = begun.headers.get("location");
  const sent = place && (await fetch(new URL(place, server), {
    method: "PATCH", headers: { ...base, "upload-offset": "0", "content-type": "application/offset+octet-stream" }, body: "abc",
  }));
  const put = await fetch(`${server}/receipts/${receipt}/content`, { method: "PUT", headers: { authorization, "content-type": "image/png" }, body: "no picture" });
  const refused = await (await fetch(`${server}/oauth/token`, { method: "POST", body: new URLSearchParams({ grant_type: "nothing" }) })).json();
  return {
    name: data.viewer.practitioner.name, tag, again, events: events.headers.get("content-type"), begun: begun.status,
    offset: sent?.headers.get("upload-offset"), put: (await put.json()).title ?? put.status, refused: refused.error, id: put.headers.get("x-request-id"),
  };
};

try {
  const page = await browser.newPage();
  await page.goto(at(ours));
  const did = await page.evaluate(does, { server, token, receipt });
  assert.match(did.name, /Mari/);
  assert.ok(did.tag && did.again === 304, JSON.stringify(did));
  assert.match(did.events, /text\/event-stream/);
  assert.deepEqual([did.begun, did.offset, did.refused], [201, "3", "invalid_client"], JSON.stringify(did));
  assert.ok(did.put && did.id, JSON.stringify(did));

  await page.goto(at(other));
  const stopped = await page.evaluate(does, { server, token, receipt }).then(() => "was let in", (error) => error.message);
  assert.match(stopped, /Failed to fetch/);
  console.log("asked, listened and uploaded; another page did not");
} finally {
  await browser.close();
  ours.close();
  other.close();
}
