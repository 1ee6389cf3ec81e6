### What callers are told in English. Each sentence is on one line, at most 140 characters with its variables filled in.
### The same names and variables, in the same order, are in `cy.ftl`.

## What anybody may be told

internal = Something went wrong on our side. Try again, and quote the request id if it keeps happening.
database-away = The server cannot write anything down just now. Nothing has changed; try again in a moment.
sign-in-first = Sign in first: send `Authorization: Bearer` with an access token.
token-not-valid = This access token is not valid now. Refresh it, or sign in again.
not-found = There is nothing here with that id that you may see.
too-many-tries = Too many tries at once. Wait a moment and try again.
picture-not-stored = The picture could not be stored just now. Nothing is lost; send it again in a moment.

## Apps

app-not-alone = Only a practitioner can do this, not an app by itself.
app-scope-missing = This app may not do that for you. It has not the scope for it.
app-token-scope-missing = This app's token does not have the scope for this.
app-field-needs-scope = This app may not use { $field }. It needs the scope { $scope }.
app-field-in-person = { $field } is for practitioners themselves, and no app may use it.
apps-for-seniors = Seniors of a team that sets direction see to apps.

## Who may

books-for-enablers = Only an enabler or a senior sees the books. Ask the one in your team.
jobs-for-enablers = Only an enabler or a senior sees to jobs. Ask the one in your team.
closing-for-enablers = Only enablers and seniors say when the council is closed.
placing-for-enablers = Only enablers and seniors say where a hub is.
retention-for-practice-group = Only the practice group sees what is due to go. Ask one of them.

## What is asked for

first-out-of-range = `first` must be from 1 to { $most }.
most-out-of-range = `most` must be from 1 to { $most }.
after-not-ours = `after` must be a cursor that a list here gave you.
since-not-ours = `since` must be a cursor that `changes` or `events` gave you, or nothing.
cursor-of-other-sight = You see other things than when you were given that cursor. Ask `changes` without one.
id-not-ours = That id is not one of ours. Make it as the schema describes, or leave it out.
too-many-ids = Ask for at most 100 ids at once.
period-of-days = Give a period that does not end before it begins, and of 366 days at most.
period-of-months = Give a period that does not end before it begins, and of 24 months at most.
month-not-begun = That month has not begun. Ask for this month or an earlier one.
days-of-a-hub = Ask for at most 31 days, the first before the last.
too-many-days = Say at most 100 days at once.
too-many-hubs = Name at most 20 hubs.
too-many-languages = Send at most 20 languages at once.
language-not-tagged = Name a language by its BCP 47 tag, such as `cy` or `pl`.
condition-too-nested = That condition is nested too deep. Say it in fewer parts.
rule-has-its-end = A rule has its end in it. Leave out `lastOn`.
once-or-days = Say `once: true`, or on which days it is.
amount-not-money = `amount` is an amount of money, such as "30.00".
near-not-a-point = `near` is no point on the earth. Give degrees, like 51.48 and -3.18.
within-out-of-range = `withinKm` must be from 0.1 to 100.
number-out-of-range = `{ $name }` must be a whole number from 1 to { $most }.
text-not-plain = `{ $name }` is at most { $most } plain characters.
search-not-plain = `search` is 1 to 80 plain characters.
receipts-not-sought = Search for one to five words of three letters or more, at most 100 characters.
identity-not-plain = Give a name of at most 80 plain characters, or a reference of at most 40.
kinds-twice = Name each kind once, or none for all of them.
form-code-not-valid = Use lower-case letters, figures, hyphens and dots for the code, at most 80.
file-not-sent = Send a file as multipart, with null in its place in the variables.
file-empty = The file is empty. Choose the picture and send it again.
value-not-taken = `{ $value }` does not take that value. Send one of type { $kind }, as the schema describes.
value-missing = `{ $value }` is missing. Send one of type { $kind }, as the schema describes.
value-unknown = `{ $value }` is not a field of { $kind }. Leave it out, or look up its name in the schema.
value-not-one = `{ $value }` takes exactly one of the fields of { $kind }. Send only that one.
value-unfit = A value in the request does not fit its type. Check it against the schema.

## Documents that may not come in

document-too-long = The document is over { $limit_bytes } bytes. Ask for less, or split it into smaller requests.
too-many-tokens = The document has over { $limit } words and symbols. Ask for less, or split it into smaller requests.
too-nested = The request nests brackets or fragments over { $limit } deep. Flatten it, or ask in several requests.
too-many-values = The request's JSON holds over { $limit } values. Send fewer at a time.
text-unfinished = The text that starts at line { $line }, column { $column } never ends. Close it with a quote.
document-unreadable = The document could not be read at line { $line }, column { $column }. Check the GraphQL just there.
no-operation = There is nothing to run in the document. Add a query or a mutation.
operation-unnamed = An operation without a name must be the only one in its document. Name it, or send it alone.
operation-name-needed = The document has several operations. Say which one to run in `operationName`.
operation-unknown = There is no operation named "{ $name }" in the document. Check `operationName`.
operation-twice = Two operations are named "{ $name }". Rename one.
fragment-twice = Two fragments are named "{ $name }". Rename one.
fragment-unknown = There is no fragment named "{ $name }" in the document. Add it, or remove the spread.
fragment-circular = The fragment "{ $name }" contains itself. Remove the spread that leads back to it.
variable-missing = The variable ${ $name } needs a value. Send one in variables.
too-many-selections = The document selects over { $limit } fields once fragments are expanded. Ask for fewer fields.
too-many-aliases = The document has over { $limit } aliases. Ask for lists instead, or in several requests.
too-many-directives = More than { $limit } directives stand in one place. Remove some.
too-deep = The document nests fields over { $limit } deep. Ask for the inner objects in their own request.
too-costly = This would cost { $cost }, and one request may cost { $limit }. Ask for fewer items with first, or fewer fields.
document-not-found = This server has no document with that `documentId`. Send the document as `query` instead.
persisted-query-not-found = PersistedQueryNotFound
documents-trusted-only = This server runs only the documents of its own app for people. Send a documentId it knows.
hash-of-another = sha256Hash is not the hash of this query. Hash the very text that is sent, in UTF-8.

## Requests that may not come in

method-not-offered = Send GraphQL requests by POST, or queries by GET.
not-acceptable = Accept `application/graphql-response+json` or `application/json`; nothing else is spoken here.
events-for-subscriptions = Only a subscription is told as events. Accept JSON for the rest.
subscriptions-as-events = Subscriptions are told as events. Ask with Accept: text/event-stream.
mutations-by-post = Send mutations by POST.
content-type-not-json = Send the request as application/json, in UTF-8 and not compressed.
request-too-slow = The request took too long to arrive. Send it again when the signal is better.
request-too-long = The request is too long. Send less, or send pictures by upload.
request-broke-off = The request broke off before its end. Send it again.
request-not-utf-8 = The request is not UTF-8 text. Encode it as UTF-8.
request-not-an-object = The request is not a JSON object. Check its syntax.
get-has-no-body = A GET has no body. Put the request in the address, or send it by POST.
no-batches = Batches are not offered. Send one request at a time.
address-too-long = The address is too long. Send the request by POST.
address-unreadable = The address could not be read. Percent-encode its parameters.
parameter-twice = A parameter was sent twice. Send each one once.
parameters-not-json = variables and extensions must be JSON. Check their syntax.
operation-name-not-text = operationName must be a string or null.
variables-not-an-object = variables must be an object or null.
extensions-not-an-object = extensions must be an object or null.
query-not-text = query must be a string. Put the GraphQL document there.
document-id-not-text = documentId must be a string.
document-id-and-query = A `documentId` stands for the document. Leave out `query` and `persistedQuery`.
persisted-query-malformed = persistedQuery must have version 1 and sha256Hash, the SHA-256 of the document in hex.
budget-spent = You have asked for a lot in a short time. Wait for the seconds in Retry-After, then try again.
too-many-streams = You listen to ten things already. End one of them first, or ask by query.
execution-too-slow = That took too long, so it was stopped. Try again with the same idempotency key, or ask for less.
multipart-broken = The multipart request could not be read to its end. Check its parts and send it again.
multipart-out-of-order = Send operations, then map, then each file that map names, with null in its place in the variables.
too-many-files = At most 20 files come in one request. Send the rest in another.
part-too-large = A part of the request is too large. A file may have 20 MB.
page-of-another-site = Pages of another site may not listen here.
socket-protocol-not-ours = Speak `graphql-transport-ws` on a WebSocket, as `Sec-WebSocket-Protocol`.
socket-not-opened = The WebSocket could not be opened. Send the headers of RFC 6455.

## Pictures and uploads

picture-changed = The picture changed on its way here. Send it again.
picture-broke-off = The picture broke off before its end. Send it again when the signal is better.
picture-too-slow = The picture took too long to arrive. Send it again when the signal is better.
picture-kind-unknown = This kind of file is not accepted; please send a photo (JPEG, PNG, WebP or HEIC) or a PDF.
another-picture = This receipt already has another picture. Capture a new receipt for this one.
too-many-pages = A receipt has at most 20 pages. Capture another receipt for the rest.
digest-unreadable = The digest header is not like `sha-256=:BASE64:`. Mend it, or leave it out.
tus-version-not-ours = Send `Tus-Resumable: 1.0.0`; no other version is spoken here.
upload-length-unsaid = Say in `Upload-Length` how many bytes will come.
upload-length-needed = Say in `Upload-Length` how many bytes will come, one at least.
upload-metadata-needed = `Upload-Metadata` needs `receipt`, an id in Base64; `page` and `sha256` (64 hex digits) if you like.
upload-offset-needed = Say in `Upload-Offset` where this piece begins.
upload-checksum-unreadable = `Upload-Checksum` is `sha1` or `sha256`, a space and the hash in Base64.
upload-refused = It could not be kept, and the receipt says why. Begin a new upload.
upload-waited-too-long = It waited too long for the rest. Begin a new upload.
upload-arrived = All of it is here, and it is being kept. Nothing is to be done.
piece-not-typed = Send pieces as `application/offset+octet-stream`.
piece-changed = The piece changed on its way here. Send it again.
piece-broke-off = The piece broke off. Ask by HEAD how much is here, and go on from there.
piece-elsewhere = The upload does not end there. Ask by HEAD how much is here, and go on from there.
piece-too-long = That is more than `Upload-Length` said. Begin a new upload with the right length.
piece-too-slow = The piece took too long. Ask by HEAD how much is here, and go on from there.
header-not-a-number = `{ $name }` is a whole number of bytes, in digits.
header-twice = `{ $name }` is sent twice. Send it once.
header-not-text = `{ $name }` is not plain text.

## What is taken along

archives-busy = Others are downloading archives now. Try again in a minute.
archive-days-not-valid = Give two days, as in /exports/receipts/2026-04-01/2026-06-30, at most 366 days apart.
archive-too-large = There are too many spends in these days for one archive. Ask for fewer days at a time.
table-days-not-valid = Give two days, as in /exports/records/{"{"}form{"}"}/2026-04-01/2026-06-30/csv, at most 366 days apart.
table-too-large = There are too many records in these days for one table. Ask for fewer days at a time.
query-unreadable = The query cannot be read.
