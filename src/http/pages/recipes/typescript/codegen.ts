import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["list-spends.ts"],
  importExtension: ".js",
  generates: {
    "./gql/": {
      preset: "client",
      config: {
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          ID: "string",
          JSON: "unknown",
          LocalTime: "string",
          UUID: "string",
          Upload: "Blob",
          Url: "string",
        },
      },
    },
  },
};
export default config;
