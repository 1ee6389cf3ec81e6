import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import kotlinx.serialization.json.*

val server = System.getenv("BUSFARE") ?: "http://127.0.0.1:8080"
val email = System.getenv("EMAIL") ?: "mari.prydderch@caerfelin.example"
val password = System.getenv("PASSWORD") ?: "let-me-decide"
val http: HttpClient = HttpClient.newHttpClient()

fun ask(query: String, variables: JsonObject = JsonObject(emptyMap()), token: String? = null): JsonObject {
    val body = buildJsonObject { put("query", query); put("variables", variables) }
    val request = HttpRequest.newBuilder(URI("$server/graphql"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
    token?.let { request.header("Authorization", "Bearer $it") }
    val answer = Json.parseToJsonElement(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body()).jsonObject
    answer["errors"]?.let { error(it.toString()) }
    return answer.getValue("data").jsonObject
}

fun main() {
    val input = buildJsonObject { putJsonObject("input") { put("email", email); put("password", password) } }
    val signIn = "mutation(\$input: SignInInput!) { signIn(input: \$input) { session { accessToken } userErrors { message } } }"
    val session = ask(signIn, input).getValue("signIn").jsonObject.getValue("session").jsonObject
    val token = session.getValue("accessToken").jsonPrimitive.content

    // Amounts are exact, so they are text: use BigDecimal and never a Double.
    val spends = "query(\$first: Int!) { spends(first: \$first) { nodes { id sentence total { amount currency } } } }"
    val answer = ask(spends, buildJsonObject { put("first", 5) }, token)
    answer.getValue("spends").jsonObject.getValue("nodes").jsonArray.forEach { println(it) }
}
