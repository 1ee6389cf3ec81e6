// How Busfare's schema is held against graphql-eslint: all of `schema-recommended` and `schema-relay`. What is switched off or
// turned down stands below with its reason.
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";

const schema = fileURLToPath(new URL("../../../schema.graphql", import.meta.url));

const ours = {
  // An id belongs to what has a life of its own and can be asked for again: that is what `Node` is for, and each of its types
  // has one. Payloads, edges, sums of money and the checks of a verdict are values.
  "@graphql-eslint/strict-id-in-types": "off",
  // `Ask.asked` is whoever was asked. It is another word than "ask", which the rule cannot know, and it takes no exceptions.
  "@graphql-eslint/no-typename-prefix": "off",
  // A list that can grow is a connection. One with a small limit that the schema's words tell is a list, as Relay allows. What an
  // edge leads to need not be a `Node`: the cursor connections specification lets it be a value too, and a change that was
  // synced or a figure of one day has no life of its own.
  "@graphql-eslint/relay-edge-types": [
    "error",
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
  // Forward is the only way: Relay asks for `first` and `after`, or `last` and `before`, or both.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  // Stricter than recommended: every type, field, argument, input field and value says what it is. Only the arguments of the
  // directives that the specification of GraphQL itself brings are left to it.
  "@graphql-eslint/require-description": [
    "error",
    {
      types: true,
      rootField: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      EnumValueDefinition: true,
      ignoredSelectors: ["DirectiveDefinition > InputValueDefinition"],
    },
  ],
};

// What a rule finds that has a reason, where the rule itself takes no exceptions.
export const accepted = [
  {
    rule: "@graphql-eslint/relay-arguments",
    field: "changes(",
    // The cursor of what changed is kept by a phone for weeks and is no place in a list that it is leafing through, so it is called
    // `since`; it is also where the last answer ended, as `after` would be.
  },
];

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      ...ours,
    },
  },
];
