npm install
curl -sS "${BUSFARE:-http://127.0.0.1:8080}/schema.graphql" -o schema.graphql
