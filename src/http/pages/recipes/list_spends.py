import json
import os
import urllib.request

SERVER = os.environ.get("BUSFARE", "http://127.0.0.1:8080")
EMAIL = os.environ.get("EMAIL", "mari.prydderch@caerfelin.example")
PASSWORD = os.environ.get("PASSWORD", "let-me-decide")


def ask(query, variables=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{SERVER}/graphql", body, headers)) as response:
        answer = json.load(response)
    if "errors" in answer:
        raise RuntimeError(answer["errors"][0]["message"])
    return answer["data"]


SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { message } } }"
SPENDS = "query($first: Int!) { spends(first: $first) { nodes { id sentence total { amount currency } } } }"

signed_in = ask(SIGN_IN, {"input": {"email": EMAIL, "password": PASSWORD}})["signIn"]
if not signed_in["session"]:
    raise SystemExit(signed_in["userErrors"][0]["message"])

# Amounts are exact, so they are text: use decimal.Decimal and never a float.
for spend in ask(SPENDS, {"first": 5}, signed_in["session"]["accessToken"])["spends"]["nodes"]:
    print(spend["total"]["amount"], spend["total"]["currency"], spend["sentence"])
