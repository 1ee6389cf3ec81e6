// A list of spends as an app with Relay would write it: a page at a time, one more when somebody scrolls, each one refetched by
// its own id. Nothing runs here; the compiler of Relay reads it against the schema.
import { graphql } from "relay-runtime";

export const spend = graphql`
  fragment spends_spend on Spend @refetchable(queryName: "spendsSpendQuery") {
    id
    sentence
    total { amount currency }
    viewerCan { withdraw { allowed reason } }
    receipts { id state thumbnailUrl }
  }
`;

export const list = graphql`
  fragment spends_list on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 25 }, cursor: { type: "String" })
  @refetchable(queryName: "spendsPageQuery") {
    spends(first: $count, after: $cursor) @connection(key: "spends_list_spends") {
      edges { node { ...spends_spend } }
    }
  }
`;

export const screen = graphql`
  query spendsScreenQuery {
    viewer { practitioner { id name } }
    ...spends_list
  }
`;

export const one = graphql`
  query spendsOneQuery($id: ID!) {
    node(id: $id) {
      __typename
      ...spends_spend @alias(as: "spend")
      ... on Receipt { id state }
    }
  }
`;

export const request = graphql`
  mutation spendsRequestMutation($input: RequestSpendInput!, $connections: [ID!]!) {
    requestSpend(input: $input) {
      spend @prependNode(connections: $connections, edgeTypeName: "SpendEdge") { ...spends_spend }
      userErrors { message field retry ... on SpendUserError { code } }
      replayed
    }
  }
`;
