# What the fuzzer needs to know of Busfare, and what it holds every answer against: a top-level error has a code from the closed
# list and never INTERNAL, and no answer has a word of Rust or SQL in it. Read by `fuzz.py`, which says where the server is.
import atexit
import collections
import os
import re
import uuid

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

URL, PASSWORD = os.environ["BUSFARE_URL"], os.environ["BUSFARE_PASSWORD"]
EMAIL = os.environ["BUSFARE_EMAIL"]
# Tokens live for ten minutes.
SIGN_IN_AGAIN_SECONDS = 300
CODES = {
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "BAD_USER_INPUT",
    "NOT_FOUND",
    "CONFLICT",
    "THROTTLED",
    "QUERY_TOO_COMPLEX",
    "DOCUMENT_NOT_FOUND",
    "PERSISTED_QUERY_NOT_FOUND",
}
TELLS_TOO_MUCH = re.compile(r"sqlx|sea_orm|panicked|SELECT |INSERT INTO|src/\w+\.rs")

answers = collections.Counter()
atexit.register(lambda: print(dict(answers.most_common())))

texts = st.one_of(st.text(max_size=20), st.sampled_from(["0", "1.15", "-1", "1e3", "", "9" * 30]))
schemathesis.graphql.scalar("UUID", st.one_of(st.uuids(), st.just(uuid.UUID(int=0))).map(str).map(nodes.String))
schemathesis.graphql.scalar("Decimal", st.one_of(st.decimals(0, 500, places=2).map(str), texts).map(nodes.String))
schemathesis.graphql.scalar("Date", st.one_of(st.dates().map(str), texts).map(nodes.String))
schemathesis.graphql.scalar(
    "DateTime", st.one_of(st.datetimes().map(lambda at: at.isoformat() + "Z"), texts).map(nodes.String)
)
schemathesis.graphql.scalar("LocalTime", st.one_of(st.times().map(lambda at: f"{at:%H:%M}"), texts).map(nodes.String))
schemathesis.graphql.scalar("Url", st.one_of(st.just("https://example.org/a"), texts).map(nodes.String))
schemathesis.graphql.scalar("JSON", texts.map(nodes.String))
schemathesis.graphql.scalar("Upload", texts.map(nodes.String))


@schemathesis.auth(refresh_interval=SIGN_IN_AGAIN_SECONDS)
class SignedIn:
    def get(self, case, context):
        document = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }"
        variables = {"input": {"email": EMAIL, "password": PASSWORD}}
        answer = requests.post(URL, json={"query": document, "variables": variables}, timeout=30).json()
        return answer["data"]["signIn"]["session"]["accessToken"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.check
def errors_are_from_the_closed_list(ctx, response, case):
    told = TELLS_TOO_MUCH.search(response.text)
    # What somebody sends may come back to her, and is no secret of ours.
    assert not told or told[0] in str(case.body), f"the answer tells too much: {response.text[:400]}"
    body = response.json()
    answers["DATA" if body.get("data") else "NO_DATA"] += 1
    for error in body.get("errors", []):
        code = error.get("extensions", {}).get("code")
        answers[code] += 1
        assert code in CODES, f"{code}: {error['message']}"
        assert code != "UNAUTHENTICATED", "the fuzzer lost its session, and tries nothing any more"
