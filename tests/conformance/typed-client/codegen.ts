// How the types are made from Busfare's schema: the client preset, and one TypeScript type for each scalar, so that none is `any`.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../../schema.graphql",
  documents: ["client.ts"],
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
