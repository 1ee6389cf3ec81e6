// GraphiQL with the worked queries of the page for developers, a tab for each. It keeps nothing: queries and the token are gone
// with the page.
import "graphiql/style.css";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`/developers/graphiql/${["graphql", "json"].includes(label) ? label : "editor"}.js`),
};

function forgetful() {
  const kept = new Map();
  return {
    get length() {
      return kept.size;
    },
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
    clear: () => kept.clear(),
  };
}

const nobody = "Bearer YOUR_TOKEN";
const headers = JSON.stringify({ Authorization: nobody, "Accept-Language": "en" }, null, 2);
const examples = JSON.parse(document.getElementById("examples").textContent);
const fetch = createGraphiQLFetcher({ url: "/graphql" });

// Whoever has not said who she is asks as nobody: the schema is for everybody.
function fetcher(asked, how) {
  const { Authorization, ...others } = how?.headers ?? {};
  const whose = Authorization === undefined || Authorization === nobody ? {} : { Authorization };
  return fetch(asked, { ...how, headers: { ...others, ...whose } });
}

const graphiql = createElement(GraphiQL, {
  fetcher,
  storage: forgetful(),
  defaultHeaders: headers,
  defaultEditorToolsVisibility: "headers",
  defaultTabs: examples.map(({ query }, place) => ({ query, headers: place === 0 ? "" : headers })),
  showPersistHeadersSettings: false,
});
createRoot(document.getElementById("graphiql")).render(graphiql);
