### Yr hyn a ddywedir yn Gymraeg. What callers are told in Welsh: the same names and variables, in the same order, as `en.ftl`.

## What anybody may be told

internal = Aeth rhywbeth o'i le ar ein hochr ni. Rhowch gynnig arall arni, a dyfynnwch id y cais os yw'n dal i ddigwydd.
database-away = Ni all y gweinydd gofnodi dim ar hyn o bryd. Nid oes dim wedi newid; rhowch gynnig arall arni mewn eiliad.
sign-in-first = Mewngofnodwch yn gyntaf: anfonwch `Authorization: Bearer` gyda thocyn mynediad.
token-not-valid = Nid yw'r tocyn mynediad hwn yn ddilys nawr. Adnewyddwch ef, neu mewngofnodwch eto.
not-found = Nid oes dim yma â'r id hwnnw y cewch chi ei weld.
too-many-tries = Gormod o gynigion ar unwaith. Arhoswch eiliad a rhowch gynnig arall arni.
picture-not-stored = Nid oedd modd storio'r llun ar hyn o bryd. Ni chollwyd dim; anfonwch ef eto mewn eiliad.

## Apps

app-not-alone = Dim ond ymarferydd all wneud hyn, nid ap ar ei ben ei hun.
app-scope-missing = Ni chaiff yr ap hwn wneud hynny ar eich rhan. Nid oes ganddo'r cwmpas ar gyfer hynny.
app-token-scope-missing = Nid oes gan docyn yr ap hwn y cwmpas ar gyfer hyn.
app-field-needs-scope = Ni chaiff yr ap hwn ddefnyddio { $field }. Mae angen y cwmpas { $scope } arno.
app-field-in-person = I ymarferwyr eu hunain y mae { $field }, ac ni chaiff unrhyw ap ei ddefnyddio.
apps-for-seniors = Uwch-swyddogion tîm sy'n gosod cyfeiriad sy'n gofalu am apiau.

## Who may

books-for-enablers = Dim ond galluogwr neu uwch-swyddog sy'n gweld y cyfrifon. Gofynnwch i'r un yn eich tîm.
jobs-for-enablers = Dim ond galluogwr neu uwch-swyddog sy'n gofalu am dasgau. Gofynnwch i'r un yn eich tîm.
closing-for-enablers = Dim ond galluogwyr ac uwch-swyddogion sy'n dweud pryd y mae'r cyngor ar gau.
placing-for-enablers = Dim ond galluogwyr ac uwch-swyddogion sy'n dweud ble mae hwb.
retention-for-practice-group = Dim ond y grŵp ymarfer sy'n gweld yr hyn sydd i fynd. Gofynnwch i un ohonynt.

## What is asked for

first-out-of-range = Rhaid i `first` fod rhwng 1 a { $most }.
most-out-of-range = Rhaid i `most` fod rhwng 1 a { $most }.
after-not-ours = Rhaid i `after` fod yn gyrchwr a roddodd rhestr yma i chi.
since-not-ours = Rhaid i `since` fod yn gyrchwr a roddodd `changes` neu `events` i chi, neu'n ddim.
cursor-of-other-sight = Rydych yn gweld pethau gwahanol i'r adeg y cawsoch y cyrchwr hwnnw. Gofynnwch am `changes` hebddo.
id-not-ours = Nid un o'n rhai ni yw'r id hwnnw. Gwnewch ef fel y disgrifia'r sgema, neu gadewch ef allan.
too-many-ids = Gofynnwch am 100 id ar y mwyaf ar unwaith.
period-of-days = Rhowch gyfnod nad yw'n gorffen cyn iddo ddechrau, o 366 diwrnod ar y mwyaf.
period-of-months = Rhowch gyfnod nad yw'n gorffen cyn iddo ddechrau, o 24 mis ar y mwyaf.
month-not-begun = Nid yw'r mis hwnnw wedi dechrau. Gofynnwch am y mis hwn neu un cynharach.
days-of-a-hub = Gofynnwch am 31 diwrnod ar y mwyaf, y cyntaf cyn yr olaf.
too-many-days = Rhowch 100 diwrnod ar y mwyaf ar unwaith.
too-many-hubs = Enwch 20 hwb ar y mwyaf.
too-many-languages = Anfonwch 20 iaith ar y mwyaf ar unwaith.
language-not-tagged = Enwch iaith yn ôl ei thag BCP 47, fel `cy` neu `pl`.
condition-too-nested = Mae'r amod hwnnw wedi'i nythu'n rhy ddwfn. Dywedwch ef mewn llai o rannau.
rule-has-its-end = Mae diwedd rheol yn y rheol ei hun. Gadewch `lastOn` allan.
once-or-days = Dywedwch `once: true`, neu ar ba ddyddiau y mae.
amount-not-money = Swm o arian yw `amount`, fel "30.00".
near-not-a-point = Nid yw `near` yn bwynt ar y ddaear. Rhowch raddau, fel 51.48 a -3.18.
within-out-of-range = Rhaid i `withinKm` fod rhwng 0.1 a 100.
number-out-of-range = Rhaid i `{ $name }` fod yn rhif cyfan rhwng 1 a { $most }.
text-not-plain = Gall `{ $name }` fod yn { $most } nod plaen ar y mwyaf.
search-not-plain = Gall `search` fod rhwng 1 ac 80 nod plaen.
receipts-not-sought = Chwiliwch am un i bum gair o dair llythyren neu fwy, 100 nod ar y mwyaf.
identity-not-plain = Rhowch enw o 80 nod plaen ar y mwyaf, neu gyfeirnod o 40 ar y mwyaf.
kinds-twice = Enwch bob math unwaith, neu peidiwch ag enwi un i gael pob un.
form-code-not-valid = Defnyddiwch lythrennau bach, rhifau, cysylltnodau a dotiau ar gyfer y cod, 80 ar y mwyaf.
file-not-sent = Anfonwch ffeil fel multipart, gyda null yn ei lle yn variables.
file-empty = Mae'r ffeil yn wag. Dewiswch y llun a'i anfon eto.
value-not-taken = Nid yw `{ $value }` yn derbyn y gwerth hwnnw. Anfonwch un o'r math { $kind }, fel y disgrifia'r sgema.
value-missing = Mae `{ $value }` ar goll. Anfonwch un o'r math { $kind }, fel y disgrifia'r sgema.
value-unknown = Nid yw `{ $value }` yn faes o { $kind }. Hepgorwch ef, neu chwiliwch am ei enw yn y sgema.
value-not-one = Mae `{ $value }` yn derbyn un yn unig o feysydd { $kind }. Anfonwch yr un hwnnw'n unig.
value-unfit = Nid yw gwerth yn y cais yn ffitio'i fath. Gwiriwch ef yn erbyn y sgema.

## Documents that may not come in

document-too-long = Mae'r ddogfen dros { $limit_bytes } beit. Gofynnwch am lai, neu rhannwch hi'n geisiadau llai.
too-many-tokens = Mae dros { $limit } o eiriau a symbolau yn y ddogfen. Gofynnwch am lai, neu rhannwch hi'n geisiadau llai.
too-nested = Mae'r cais yn nythu cromfachau neu ddarnau dros { $limit } yn ddwfn. Symleiddiwch ef, neu gofynnwch mewn sawl cais.
too-many-values = Mae JSON y cais yn dal dros { $limit } o werthoedd. Anfonwch lai ar y tro.
text-unfinished = Nid yw'r testun sy'n dechrau ar linell { $line }, colofn { $column } yn gorffen. Caewch ef â dyfynnod.
document-unreadable = Nid oedd modd darllen y ddogfen ar linell { $line }, colofn { $column }. Gwiriwch y GraphQL yno.
no-operation = Nid oes dim i'w redeg yn y ddogfen. Ychwanegwch query neu mutation.
operation-unnamed = Rhaid i weithrediad heb enw fod yr unig un yn ei ddogfen. Enwch ef, neu anfonwch ef ar ei ben ei hun.
operation-name-needed = Mae sawl gweithrediad yn y ddogfen. Dywedwch yn `operationName` pa un i'w redeg.
operation-unknown = Nid oes gweithrediad o'r enw "{ $name }" yn y ddogfen. Gwiriwch `operationName`.
operation-twice = Mae dau weithrediad o'r enw "{ $name }". Ailenwch un.
fragment-twice = Mae dau ddarn o'r enw "{ $name }". Ailenwch un.
fragment-unknown = Nid oes darn o'r enw "{ $name }" yn y ddogfen. Ychwanegwch ef, neu tynnwch y cyfeiriad ato.
fragment-circular = Mae'r darn "{ $name }" yn ei gynnwys ei hun. Tynnwch y cyfeiriad sy'n arwain yn ôl ato.
variable-missing = Mae angen gwerth ar y newidyn ${ $name }. Anfonwch un yn variables.
too-many-selections = Mae'r ddogfen yn dewis dros { $limit } o feysydd ar ôl ehangu'r darnau. Gofynnwch am lai o feysydd.
too-many-aliases = Mae dros { $limit } o arallenwau yn y ddogfen. Gofynnwch am restrau yn lle hynny, neu mewn sawl cais.
too-many-directives = Mae mwy na { $limit } o gyfarwyddebau mewn un man. Tynnwch rai.
too-deep = Mae'r ddogfen yn nythu meysydd dros { $limit } yn ddwfn. Gofynnwch am y gwrthrychau mewnol mewn cais ar wahân.
too-costly = Byddai hyn yn costio { $cost }, a chaiff un cais gostio { $limit }. Gofynnwch am lai o eitemau â first, neu lai o feysydd.
document-not-found = Nid oes gan y gweinydd hwn ddogfen â'r `documentId` hwnnw. Anfonwch y ddogfen fel `query` yn lle hynny.
persisted-query-not-found = PersistedQueryNotFound
documents-trusted-only = Dim ond dogfennau ei ap ei hun y mae'r gweinydd hwn yn eu rhedeg i bobl. Anfonwch documentId y mae'n ei adnabod.
hash-of-another = Nid stwnsh y query hwn yw sha256Hash. Gwnewch stwnsh o'r union destun a anfonir, yn UTF-8.

## Requests that may not come in

method-not-offered = Anfonwch geisiadau GraphQL â POST, neu ymholiadau â GET.
not-acceptable = Derbyniwch `application/graphql-response+json` neu `application/json`; ni siaredir dim arall yma.
events-for-subscriptions = Dim ond tanysgrifiad a ddywedir fel digwyddiadau. Derbyniwch JSON am y gweddill.
subscriptions-as-events = Fel digwyddiadau y dywedir tanysgrifiadau. Gofynnwch ag Accept: text/event-stream.
mutations-by-post = Anfonwch bob mutation â POST.
content-type-not-json = Anfonwch y cais fel application/json, yn UTF-8 a heb ei gywasgu.
request-too-slow = Cymerodd y cais ormod o amser i gyrraedd. Anfonwch ef eto pan fydd y signal yn well.
request-too-long = Mae'r cais yn rhy hir. Anfonwch lai, neu anfonwch luniau drwy eu huwchlwytho.
request-broke-off = Torrodd y cais cyn ei ddiwedd. Anfonwch ef eto.
request-not-utf-8 = Nid testun UTF-8 yw'r cais. Amgodiwch ef fel UTF-8.
request-not-an-object = Nid gwrthrych JSON yw'r cais. Gwiriwch ei gystrawen.
get-has-no-body = Nid oes corff gan GET. Rhowch y cais yn y cyfeiriad, neu anfonwch ef â POST.
no-batches = Ni chynigir sypiau. Anfonwch un cais ar y tro.
address-too-long = Mae'r cyfeiriad yn rhy hir. Anfonwch y cais â POST.
address-unreadable = Nid oedd modd darllen y cyfeiriad. Amgodiwch ei baramedrau â chanrannau.
parameter-twice = Anfonwyd paramedr ddwywaith. Anfonwch bob un unwaith.
parameters-not-json = Rhaid i variables ac extensions fod yn JSON. Gwiriwch eu cystrawen.
operation-name-not-text = Rhaid i operationName fod yn llinyn neu'n null.
variables-not-an-object = Rhaid i variables fod yn wrthrych neu'n null.
extensions-not-an-object = Rhaid i extensions fod yn wrthrych neu'n null.
query-not-text = Rhaid i query fod yn llinyn. Rhowch y ddogfen GraphQL yno.
document-id-not-text = Rhaid i documentId fod yn llinyn.
document-id-and-query = Mae `documentId` yn sefyll dros y ddogfen. Gadewch `query` a `persistedQuery` allan.
persisted-query-malformed = Rhaid i persistedQuery fod â version 1 a sha256Hash, sef SHA-256 y ddogfen mewn hecs.
budget-spent = Rydych wedi gofyn am lawer mewn amser byr. Arhoswch am yr eiliadau yn Retry-After, yna rhowch gynnig arall arni.
too-many-streams = Rydych yn gwrando ar ddeg peth eisoes. Dewch ag un ohonynt i ben yn gyntaf, neu gofynnwch â query.
execution-too-slow = Cymerodd hynny ormod o amser, felly fe'i stopiwyd. Ceisiwch eto â'r un idempotencyKey, neu gofynnwch am lai.
multipart-broken = Nid oedd modd darllen y cais multipart i'w ddiwedd. Gwiriwch ei rannau a'i anfon eto.
multipart-out-of-order = Anfonwch operations, yna map, yna bob ffeil y mae map yn ei henwi, gyda null yn ei lle yn variables.
too-many-files = Daw 20 ffeil ar y mwyaf mewn un cais. Anfonwch y gweddill mewn un arall.
part-too-large = Mae rhan o'r cais yn rhy fawr. Gall ffeil fod yn 20 MB.
page-of-another-site = Ni chaiff tudalennau safle arall wrando yma.
socket-protocol-not-ours = Siaradwch `graphql-transport-ws` ar WebSocket, fel `Sec-WebSocket-Protocol`.
socket-not-opened = Nid oedd modd agor y WebSocket. Anfonwch benynnau RFC 6455.

## Pictures and uploads

picture-changed = Newidiodd y llun ar ei ffordd yma. Anfonwch ef eto.
picture-broke-off = Torrodd y llun cyn ei ddiwedd. Anfonwch ef eto pan fydd y signal yn well.
picture-too-slow = Cymerodd y llun ormod o amser i gyrraedd. Anfonwch ef eto pan fydd y signal yn well.
picture-kind-unknown = Ni dderbynnir y math hwn o ffeil; anfonwch lun (JPEG, PNG, WebP neu HEIC) neu PDF.
another-picture = Mae llun arall ar y dderbynneb hon eisoes. Cofnodwch dderbynneb newydd am hwn.
too-many-pages = Mae gan dderbynneb 20 tudalen ar y mwyaf. Cofnodwch dderbynneb arall am y gweddill.
digest-unreadable = Nid yw'r pennyn digest fel `sha-256=:BASE64:`. Cywirwch ef, neu gadewch ef allan.
tus-version-not-ours = Anfonwch `Tus-Resumable: 1.0.0`; ni siaredir fersiwn arall yma.
upload-length-unsaid = Dywedwch yn `Upload-Length` faint o feitiau a ddaw.
upload-length-needed = Dywedwch yn `Upload-Length` faint o feitiau a ddaw, un o leiaf.
upload-metadata-needed = Mae angen `receipt`, id yn Base64, ar `Upload-Metadata`; a `page` a `sha256` (64 digid hecs) os mynnwch.
upload-offset-needed = Dywedwch yn `Upload-Offset` ble mae'r darn hwn yn dechrau.
upload-checksum-unreadable = `sha1` neu `sha256`, bwlch a'r stwnsh yn Base64 yw `Upload-Checksum`.
upload-refused = Nid oedd modd ei gadw, ac mae'r dderbynneb yn dweud pam. Dechreuwch uwchlwythiad newydd.
upload-waited-too-long = Arhosodd yn rhy hir am y gweddill. Dechreuwch uwchlwythiad newydd.
upload-arrived = Mae'r cyfan yma, ac mae'n cael ei gadw. Nid oes dim i'w wneud.
piece-not-typed = Anfonwch ddarnau fel `application/offset+octet-stream`.
piece-changed = Newidiodd y darn ar ei ffordd yma. Anfonwch ef eto.
piece-broke-off = Torrodd y darn yn ei ganol. Gofynnwch â HEAD faint sydd yma, ac ewch ymlaen o'r fan honno.
piece-elsewhere = Nid yno y mae'r uwchlwythiad yn gorffen. Gofynnwch â HEAD faint sydd yma, ac ewch ymlaen o'r fan honno.
piece-too-long = Mae hynny'n fwy nag a ddywedodd `Upload-Length`. Dechreuwch uwchlwythiad newydd â'r hyd cywir.
piece-too-slow = Cymerodd y darn ormod o amser. Gofynnwch â HEAD faint sydd yma, ac ewch ymlaen o'r fan honno.
header-not-a-number = Nifer cyfan o feitiau, mewn digidau, yw `{ $name }`.
header-twice = Anfonwyd `{ $name }` ddwywaith. Anfonwch ef unwaith.
header-not-text = Nid testun plaen yw `{ $name }`.

## What is taken along

archives-busy = Mae eraill yn lawrlwytho archifau nawr. Rhowch gynnig arall arni mewn munud.
archive-days-not-valid = Rhowch ddau ddiwrnod, fel yn /exports/receipts/2026-04-01/2026-06-30, o fewn 366 diwrnod i'w gilydd.
archive-too-large = Mae gormod o eitemau gwariant yn y dyddiau hyn i un archif. Gofynnwch am lai o ddyddiau ar y tro.
table-days-not-valid = Rhowch ddau ddiwrnod, fel yn /exports/records/{"{"}form{"}"}/2026-04-01/2026-06-30/csv, o fewn 366 diwrnod i'w gilydd.
table-too-large = Mae gormod o gofnodion yn y dyddiau hyn i un tabl. Gofynnwch am lai o ddyddiau ar y tro.
query-unreadable = Ni ellir darllen yr ymholiad.
