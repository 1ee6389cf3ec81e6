import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

let environment = ProcessInfo.processInfo.environment
let server = URL(string: (environment["BUSFARE"] ?? "http://127.0.0.1:8080") + "/graphql")!
let email = environment["EMAIL"] ?? "mari.prydderch@caerfelin.example"
let password = environment["PASSWORD"] ?? "let-me-decide"

struct Problem: Decodable, Error { let message: String }
struct Answer<Result: Decodable>: Decodable { let data: Result?; let errors: [Problem]? }
struct Body<Variables: Encodable>: Encodable { let query: String; let variables: Variables }

func ask<Result: Decodable, Variables: Encodable>(
    _ query: String, _ variables: Variables, token: String? = nil
) async throws -> Result {
    var request = URLRequest(url: server)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    request.httpBody = try JSONEncoder().encode(Body(query: query, variables: variables))
    let (bytes, _) = try await URLSession.shared.data(for: request)
    let answer = try JSONDecoder().decode(Answer<Result>.self, from: bytes)
    guard let data = answer.data else { throw answer.errors?.first ?? Problem(message: "no answer") }
    return data
}

struct SignIn: Decodable {
    struct Payload: Decodable { let session: Session? }
    struct Session: Decodable { let accessToken: String }
    let signIn: Payload
}

// Amounts are exact, so they are text: use Decimal and never a Double.
struct Spends: Decodable {
    struct Page: Decodable { let nodes: [Spend] }
    struct Spend: Decodable { let id: String; let sentence: String; let total: Money }
    struct Money: Decodable { let amount: String; let currency: String }
    let spends: Page
}

let signIn = "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }"
let signedIn: SignIn = try await ask(signIn, ["input": ["email": email, "password": password]])
guard let token = signedIn.signIn.session?.accessToken else { fatalError("That e-mail and password do not match.") }

let list = "query($first: Int!) { spends(first: $first) { nodes { id sentence total { amount currency } } } }"
let answer: Spends = try await ask(list, ["first": 5], token: token)
for spend in answer.spends.nodes { print(spend.total.amount, spend.total.currency, spend.sentence) }
