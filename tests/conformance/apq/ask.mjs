// Asks the same thing twice with each client that persists queries: unknown by its hash, then sent once, then known.
// Arguments: the API and an access token.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import * as three from "apollo-client-3/core/index.js";
import { createPersistedQueryLink } from "apollo-client-3/link/persisted-queries/index.js";

const [url, token] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

// What went over the wire: the method, and whether the document was in it.
let sent = [];
const listening = async (where, init = {}) => {
  const method = init.method ?? "GET";
  const document = method === "GET" ? new URL(where).searchParams.get("query") : JSON.parse(init.body).query;
  sent.push(`${method} ${document ? "document" : "hash"}`);
  return fetch(where, init);
};

const withApollo = (Apollo, Http, Cache, link, method) => () => {
  const http = new Http({ uri: url, fetch: listening, headers });
  const persisted = link({ sha256: async (text) => sha256(text), useGETForHashedQueries: method === "GET" });
  const client = new Apollo({ link: persisted.concat(http), cache: new Cache() });
  return async (query) => {
    const { data, error } = await client.query({ query: gql(query), fetchPolicy: "no-cache" });
    assert.equal(error, undefined);
    return data.viewer.practitioner.name;
  };
};

const withUrql = (method) => () => {
  const exchanges = [persistedExchange({ generateHash: async (text) => sha256(text), preferGetForPersistedQueries: method === "GET" }), fetchExchange];
  const client = new Client({ url, fetch: listening, exchanges, fetchOptions: { headers }, preferGetMethod: false });
  return async (query) => {
    const { data, error } = await client.query(query, {}, { requestPolicy: "network-only" }).toPromise();
    assert.equal(error, undefined);
    return data.viewer.practitioner.name;
  };
};

const ways = {};
for (const method of ["POST", "GET"]) {
  ways[`Apollo4${method}`] = withApollo(ApolloClient, HttpLink, InMemoryCache, (with_) => new PersistedQueryLink(with_), method);
  ways[`Apollo3${method}`] = withApollo(three.ApolloClient, three.HttpLink, three.InMemoryCache, createPersistedQueryLink, method);
  ways[`Urql${method}`] = withUrql(method);
}

for (const [name, begin] of Object.entries(ways)) {
  // Each has a document of its own, or it would be known from the one before.
  const query = `query ${name} { viewer { practitioner { name } } }`;
  sent = [];
  assert.equal(await begin()(query), "Mari Prydderch", name);
  const first = sent;
  assert.deepEqual(first.map((one) => one.split(" ")[1]), ["hash", "document"], `${name}: ${first}`);
  sent = [];
  assert.equal(await begin()(query), "Mari Prydderch", name);
  assert.deepEqual(sent, [first[0]], name);
  if (name.endsWith("GET")) assert.equal(sent[0], "GET hash", name);
}
console.log(`${Object.keys(ways).length} ways of persisted queries went well`);
