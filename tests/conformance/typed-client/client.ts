// A small typed client: it signs in, asks for the fare and lists her spends. Its types come from the schema alone.
import { print } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { graphql } from "./gql/index.js";
import type { AnswerValueInput, RequestSpendInput } from "./gql/graphql.js";

const [url, email, password] = process.argv.slice(2) as [string, string, string];

const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      session { accessToken }
      userErrors { message retry ... on SessionUserError { code } }
    }
  }
`);

const PURPOSES = graphql(`
  query Purposes { spendPurposes { id code } }
`);

const REQUEST = graphql(`
  mutation Request($input: RequestSpendInput!) {
    requestSpend(input: $input) { spend { id } userErrors { message } }
  }
`);

const SPENDS = graphql(`
  query Spends($first: Int!) {
    spends(first: $first) { nodes { id sentence decision total { amount currency } } }
  }
`);

export const ANSWER = graphql(`
  mutation Answer($input: PutAnswersInput!) {
    putAnswers(input: $input) { record { id } userErrors { message } }
  }
`);

// One of these and no other: the type of a choice is a union, so two at once are a mistake that the compiler finds.
export const oneAnswer: AnswerValueInput = { yesNo: true };
// @ts-expect-error two choices at once
export const twoAnswers: AnswerValueInput = { yesNo: true, text: "and a few words" };
// @ts-expect-error an amount is exact, so it is a text and never a number
export const rounded: RequestSpendInput["unitPrice"] = 1.15;

async function ask<Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables, token?: string) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token) headers["authorization"] = `Bearer ${token}`;
  const body = JSON.stringify({ query: print(document), variables });
  const answer = await (await fetch(url, { method: "POST", headers, body })).json() as { data?: Result; errors?: { message: string }[] };
  if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const { signIn } = await ask(SIGN_IN, { input: { email, password, deviceName: "a typed client" } });
if (!signIn.session) throw new Error(signIn.userErrors.map((error) => error.message).join(" "));
const token = signIn.session.accessToken;

const { spendPurposes } = await ask(PURPOSES, {}, token);
const fare = spendPurposes.find((purpose) => purpose.code === "bus-fare");
if (!fare) throw new Error("nobody may ask for a bus fare");
const input = { idempotencyKey: crypto.randomUUID(), purposeId: fare.id, unitPrice: "1.15" };
await ask(REQUEST, { input }, token);

const { spends } = await ask(SPENDS, { first: 5 }, token);
for (const { sentence, total } of spends.nodes) console.log(`${total.amount} ${total.currency}: ${sentence}`);
console.log(`${spends.nodes.length} typed`);
