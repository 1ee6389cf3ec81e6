import { print } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { graphql } from "./gql/index.js";

const server = process.env["BUSFARE"] ?? "http://127.0.0.1:8080";
const email = process.env["EMAIL"] ?? "mari.prydderch@caerfelin.example";
const password = process.env["PASSWORD"] ?? "let-me-decide";

async function ask<Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables, token = "") {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ query: print(document), variables });
  const response = await fetch(`${server}/graphql`, { method: "POST", headers, body });
  const answer = (await response.json()) as { data?: Result; errors?: { message: string }[] };
  if (!answer.data) throw new Error(answer.errors?.[0]?.message ?? response.statusText);
  return answer.data;
}

const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { session { accessToken } userErrors { message } }
  }
`);
const SPENDS = graphql(`
  query Spends($first: Int!) {
    spends(first: $first) { nodes { id sentence total { amount currency } } }
  }
`);

const { signIn } = await ask(SIGN_IN, { input: { email, password } });
if (!signIn.session) throw new Error(signIn.userErrors[0]?.message);

// Amounts are exact, so they are text and never a number.
const { spends } = await ask(SPENDS, { first: 5 }, signIn.session.accessToken);
for (const { sentence, total } of spends.nodes) console.log(total.amount, total.currency, sentence);
