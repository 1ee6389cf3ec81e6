BUSFARE=${BUSFARE:-http://127.0.0.1:8080}
EMAIL=${EMAIL:-mari.prydderch@caerfelin.example} PASSWORD=${PASSWORD:-let-me-decide}

TOKEN=$(curl -sS "$BUSFARE/graphql" -H 'Content-Type: application/json' \
  -d "{\"query\":\"mutation(\$input: SignInInput!) { signIn(input: \$input) { session { accessToken } } }\",
       \"variables\":{\"input\":{\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\"}}}" |
  sed 's/.*"accessToken":"\([^"]*\)".*/\1/')

curl -sS "$BUSFARE/graphql" -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" \
  -d '{"query":"{ spends(first: 5) { nodes { id sentence total { amount currency } } } }"}'
