npx graphql-codegen
npx tsc
node built/list-spends.js
