package changes

// The seeded changes: what a provider, the generator or one of us could do to the
// tree, and what the report has to say of it. Those of documents are made in memory.

// seed is one change of a document, or of our word on it.
type seed struct {
	what     string
	provider string
	// edit changes the published document, and ours the text of the overlay: pairs of
	// what stands there and what is put in its place.
	edit func(d doc)
	ours []string
	// on is what was done before: on both sides.
	on *seed
	// want is the verdict, "" if nothing is to be said, and in the section and the
	// rule that say so.
	want level
	in   string
	rule string
}

const (
	acme  = "acme"
	birch = "birch"
	cedar = "cedar"

	schemas   = "/components/schemas/"
	responses = "/components/responses/"
	shown     = "/content/application~1json/examples/"
	create    = "/paths/~1digilocker/post"
	status    = "/paths/~1digilocker/get"
	fetch     = "/paths/~1digilocker~1document~1{document_type}/get"

	birchCreate = "/paths/~1tools~1kyc~1digilocker/post"
	birchStatus = "/paths/~1tools~1kyc~1digilocker~1status/get"
	birchFetch  = "/paths/~1tools~1kyc~1digilocker~1document/post"
	birchAnswer = "/responses/200/content/application~1json"
	cedarCreate = "/paths/~1api~1digilocker/post"
	cedarStatus = "/paths/~1api~1digilocker~1{requestId}~1status/get"
	cedarFetch  = "/paths/~1api~1digilocker~1{requestId}~1document/post"
)

var onTheWire = []seed{
	{what: "a path goes", provider: acme, edit: del("/paths/~1digilocker~1verify-account"), want: breaking, in: inWire, rule: "api-path-removed-without-deprecation"},
	{what: "a path gets another name", provider: acme, edit: ren("/paths/~1digilocker~1document~1{document_type}", "/digilocker/documents/{document_type}"), want: breaking, in: inWire, rule: "api-path-removed-without-deprecation"},
	{what: "a method becomes another", provider: cedar, edit: ren("/paths/~1api~1digilocker~1{requestId}~1revoke/get", "delete"), want: breaking, in: inWire, rule: "api-removed-without-deprecation"},
	{what: "an operation is new", provider: cedar, edit: set("/paths/~1api~1digilocker~1health", "get: {operationId: health, responses: {'200': {description: OK}}}"), want: look, in: inWire, rule: "endpoint-added"},
	{what: "an optional query parameter is new", provider: acme, edit: add(status+"/parameters", "{name: verbose, in: query, schema: {type: boolean}}"), want: compatible, in: inWire, rule: "new-optional-request-parameter"},
	{what: "a required header is new", provider: acme, edit: add(create+"/parameters", "{name: x-tenant, in: header, required: true, schema: {type: string}}"), want: breaking, in: inWire, rule: "new-required-request-parameter"},
	{what: "a required query parameter is new", provider: birch, edit: add(birchStatus+"/parameters", "{name: tenant, in: query, required: true, schema: {type: string}}"), want: breaking, in: inWire, rule: "new-required-request-parameter"},
	{what: "a query parameter goes", provider: acme, edit: del(status + "/parameters/2"), want: breaking, in: inWire, rule: "request-parameter-removed"},
	{what: "a query parameter becomes required", provider: birch, edit: set(birchStatus+"/parameters/5/required", "true"), want: breaking, in: inWire, rule: "request-parameter-became-required"},
	{what: "a query parameter gets another type", provider: birch, edit: set(birchStatus+"/parameters/6/schema", "{type: boolean}"), want: breaking, in: inWire, rule: "request-parameter-type-changed"},
	{what: "a header parameter gets another name", provider: cedar, edit: set(cedarStatus+"/parameters/1/name", "x-client"), want: breaking, in: inWire, rule: "new-required-request-parameter"},
	{what: "a required member of the body is new", provider: cedar, edit: all(set(schemas+"CreateaDigilockerRequestRequest/properties/tenant", "{type: string}"), add(schemas+"CreateaDigilockerRequestRequest/required", "tenant")), want: breaking, in: inWire, rule: "new-required-request-property"},
	{what: "an optional member of the body is new", provider: acme, edit: set(schemas+"DigiLockerVerificationCreateUrlRequestSchema/properties/locale", "{type: string}"), want: compatible, in: inWire, rule: "new-optional-request-property"},
	{what: "an optional member of the body becomes required", provider: acme, edit: add(schemas+"DigiLockerVerificationCreateUrlRequestSchema/required", "user_flow"), want: breaking, in: inWire, rule: "request-property-became-required"},
	{what: "a member of the body goes", provider: cedar, edit: all(del(schemas+"FetchadocumentRequest/properties/format"), drop(schemas+"FetchadocumentRequest/required", "format")), want: breaking, in: inWire, rule: "request-property-removed"},
	{what: "a value of a request's enum goes", provider: acme, edit: drop(schemas+"DigiLockerVerificationCreateUrlRequestSchema/properties/user_flow/enum", "signup"), want: breaking, in: inWire, rule: "request-property-enum-value-removed"},
	{what: "a request's enum has a new value", provider: acme, edit: add(schemas+"DigiLockerVerificationCreateUrlRequestSchema/properties/user_flow/enum", "either"), want: compatible, in: inWire, rule: "request-property-enum-value-added"},
	{what: "a member of the body gets a limit", provider: cedar, edit: set(schemas+"CreateaDigilockerRequestRequest/properties/redirectUrl/maxLength", "20"), want: breaking, in: inWire, rule: "request-property-max-length-set"},
	{what: "the body gets another media type", provider: acme, edit: ren("/components/requestBodies/DigiLockerVerifyAccountRequest/content/application~1json", "application/x-www-form-urlencoded"), want: breaking, in: inWire, rule: "request-body-media-type-removed"},
	{what: "a credential's header gets another name", provider: acme, edit: set("/components/securitySchemes/XClientID/name", "x-app-id"), want: breaking, in: inWire, rule: "api-security-component-api-key-name-changed"},
	{what: "a server gets another address", provider: cedar, edit: set("/servers/1/url", "https://digilocker.cedar.example"), want: breaking, in: inWire, rule: "server-removed"},
	{what: "a server is new", provider: birch, edit: add("/servers", "{url: 'https://eu.birch.example/v3'}"), want: compatible, in: inWire, rule: "server-added"},
	{what: "an optional member of an answer goes", provider: acme, edit: del(schemas + "DigiLockerVerificationGetPanDocumentResponseSchema/properties/pan"), want: breaking, in: inWire, rule: ""},
	{what: "a member of an answer gets another name", provider: acme, edit: ren(schemas+"DigiLockerVerificationGetStatusResponseSchema/properties/document_consent", "documents_granted"), want: breaking, in: inWire, rule: ""},
	{what: "a required member of an answer goes", provider: cedar, edit: all(del(schemas+"Verified/properties/phone"), drop(schemas+"Verified/required", "phone")), want: breaking, in: inWire, rule: ""},
	{what: "a member of an answer is new", provider: cedar, edit: set(schemas+"Address/properties/plusCode", "{type: string}"), want: compatible, in: inWire, rule: "response-optional-property-added"},
	{what: "a member of an answer gets another type", provider: acme, edit: set(schemas+"DigiLockerVerificationGetAadhaarDocumentResponseSchema/properties/uid/type", "integer"), want: breaking, in: inWire, rule: "response-property-type-changed"},
	{what: "a list in an answer becomes a text", provider: acme, edit: set(schemas+"DigiLockerVerificationGetStatusResponseSchema/properties/document_requested", "{type: string}"), want: breaking, in: inWire, rule: "response-property-type-changed"},
	{what: "a text in an answer becomes a number", provider: birch, edit: set(birchStatus+birchAnswer+"/schema/properties/message/type", "number"), want: breaking, in: inWire, rule: "response-property-type-changed"},
	{what: "a required member of an answer becomes optional", provider: cedar, edit: drop(schemas+"Success1/required", "url"), want: breaking, in: inWire, rule: "response-property-became-optional"},
	{what: "an answer's member can be null", provider: cedar, edit: set(schemas+"Xml1/properties/shareCode/nullable", "true"), want: look, in: inWire, rule: "response-property-became-nullable"},
	{what: "an answer's member gets a format", provider: acme, edit: set(schemas+"DigiLockerVerificationGetPanDocumentResponseSchema/properties/dob/format", "date"), want: look, in: inOverlay, rule: "contradiction"},
	{what: "an answer's member gets a limit", provider: cedar, edit: set(schemas+"Address/properties/pin/maxLength", "6"), want: compatible, in: inWire, rule: "response-property-max-length-set"},
	{what: "a refusal's status goes", provider: acme, edit: del(create + "/responses/409"), want: breaking, in: inWire, rule: "response-non-success-status-removed"},
	{what: "a success's status goes", provider: cedar, edit: all(del(cedarFetch+"/responses/200"), set(cedarFetch+"/responses/202", "{description: Accepted}")), want: breaking, in: inWire, rule: "response-success-status-removed"},
	{what: "a refusal's status is new", provider: acme, edit: set(create+"/responses/425", "{$ref: '#/components/responses/Response422'}"), want: look, in: inExamples, rule: "case-missing"},
	{what: "a success's status is new", provider: birch, edit: set(birchFetch+"/responses/202", "{description: Accepted}"), want: look, in: inWire, rule: "response-success-status-added"},
	{what: "an answer gets a header", provider: acme, edit: set(responses+"DigiLockerVerificationGetStatusResponse/headers", "{x-request-id: {schema: {type: string}}}"), want: compatible, in: inWire, rule: "response-header-added"},
	{what: "an answer's enum has a new value", provider: acme, ours: []string{"{enum: [SUCCESS, AADHAAR_NOT_LINKED],", "{enum: [SUCCESS, AADHAAR_NOT_LINKED, AADHAAR_LOCKED],"}, want: look, in: inWire, rule: "response-property-enum-value-added"},
	{what: "a webhook tells of a new event", provider: acme, ours: []string{"              - DIGILOCKER_VERIFICATION_FAILURE\n", "              - DIGILOCKER_VERIFICATION_FAILURE\n              - DIGILOCKER_VERIFICATION_RETRIED\n"}, want: look, in: inWire, rule: "response-property-enum-value-added"},
	{what: "a member of a webhook goes", provider: acme, ours: []string{"          event_time: {type: string, description: 'When, RFC 3339 in UTC.'}\n", ""}, want: breaking, in: inWire, rule: "response-optional-property-removed"},
	{what: "the code of every refusal goes", provider: acme, edit: del(schemas + "ErrorResponseSchema/properties/code"), want: breaking, in: inWire, rule: ""},
}

var inTheExamples = []seed{
	{what: "a refusal's code changes", provider: acme, edit: set(responses+"Response422"+shown+"Insufficient balance/value/code", "balance_insufficient"), want: breaking, in: inExamples, rule: "example-decides"},
	{what: "a refusal's message changes", provider: acme, edit: set(responses+"Response422"+shown+"Insufficient balance/value/message", "Top up the balance"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a code that two operations share changes", provider: acme, edit: set("/components/examples/VerificationIdMissing/value/code", "verification_id_absent"), want: breaking, in: inExamples, rule: "example-decides"},
	{what: "Birch's code for a pending journey changes", provider: birch, edit: set(birchFetch+birchAnswer+"/examples/customer_has_not_completed_digilocker_authorisation_yet/value/response_status_id", "328"), want: breaking, in: inExamples, rule: "example-decides"},
	{what: "Cedar's code for a revoked token changes", provider: cedar, edit: set(cedarFetch+"/responses/401/content/application~1json/examples/example/value/error/code", "revoked"), want: breaking, in: inExamples, rule: "example-decides"},
	{what: "Birch's message for a pending journey changes, by which alone it is told", provider: birch, edit: set(birchStatus+birchAnswer+"/examples/consent_flow_not_yet_completed_by_user/value/message", "The user has yet to consent."), want: breaking, in: inExamples, rule: "example-decides"},
	{what: "Birch's message for a reference changes, which has a code besides", provider: birch, edit: set(birchFetch+birchAnswer+"/examples/invalid_reference_id/value/message", "No such reference"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a webhook's event changes, as we copy it", provider: acme, ours: []string{"event_type: DIGILOCKER_VERIFICATION_SUCCESS\n", "event_type: DIGILOCKER_VERIFICATION_CONSENT_DENIED\n"}, want: breaking, in: inExamples, rule: "example-decides"},
	{what: "a journey's state changes", provider: acme, edit: set(responses+"DigiLockerVerificationGetStatusResponse"+shown+"Expired/value/status", "TIMED_OUT"), want: breaking, in: inExamples, rule: "example-decides"},
	{what: "a webhook's state changes, as we copy it", provider: acme, ours: []string{"                            status: AUTHENTICATED\n", "                            status: DONE\n"}, want: breaking, in: inExamples, rule: "example-decides"},
	{what: "an example goes", provider: acme, edit: del(responses + "Response429" + shown + "Rate limit error per IP"), want: look, in: inExamples, rule: "example-removed"},
	{what: "an example is new", provider: acme, edit: set(responses+"Response403"+shown+"Account suspended", "{value: {type: authentication_error, code: account_suspended, message: Account suspended}}"), want: look, in: inExamples, rule: "case-missing"},
	{what: "an example gets another name", provider: birch, edit: ren(birchStatus+birchAnswer+"/examples/invalid_or_expired_reference_id", "unknown_reference_id"), want: look, in: inExamples, rule: "example-renamed"},
	{what: "a link in an answer changes", provider: acme, edit: set(responses+"DigiLockerVerificationCreateUrlResponse"+shown+"SUCCESS/value/url", "https://verification-test.acme.example/dgl/other"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a list in an answer gets shorter", provider: acme, edit: set(responses+"DigiLockerVerificationGetStatusResponse"+shown+"Authenticated/value/document_consent", "[PAN]"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a number is written with a fraction", provider: birch, edit: set(birchCreate+birchAnswer+"/examples/success/value/data/reference_id", "7483920.0"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a null in an example goes", provider: acme, edit: del(responses + "DigiLockerVerificationGetDocumentResponse" + shown + "Aadhaar Not Linked/value/care_of"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a number stands where the schema says text", provider: acme, edit: set(responses+"DigiLockerVerificationGetDocumentResponse"+shown+"Aadhaar/value/split_address/pincode", "581115"), want: breaking, in: inOverlay, rule: "contradiction"},
	{what: "a documented request changes", provider: birch, edit: set(birchFetch+"/requestBody/content/application~1json/examples/example/value/verification_id", "vrf_digilocker_xyz789"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a parameter's sample changes", provider: acme, edit: set(status+"/parameters/1/example", "67890"), want: look, in: inExamples, rule: "sample-changed"},
	{what: "a member's sample changes", provider: acme, edit: set(schemas+"DigiLockerVerificationGetPanDocumentResponseSchema/properties/pan/example", "FGHPX5678Z"), want: look, in: inExamples, rule: "sample-changed"},
	{what: "a member's sample is new", provider: cedar, edit: set(schemas+"Error/properties/code/example", "invalid_payload"), want: compatible, in: inExamples, rule: "sample-added"},
	{what: "a redirect changes, as we copy it", provider: birch, ours: []string{"with verification_id:", "with a verification_id:"}, want: look, in: inExamples, rule: "example-renamed"},
}

var inOurWord = []seed{
	{what: "a schema gets another name", provider: acme, edit: renameSchema("DigiLockerVerifyAccountRequestSchema", "VerifyAccountSchema"), want: look, in: inOverlay, rule: "target-gone"},
	{what: "AC-D8 is mended: one of three becomes any of them", provider: acme, edit: ren(responses+"DigiLockerVerificationGetDocumentResponse/content/application~1json/schema/oneOf", "anyOf"), want: look, in: inOverlay, rule: "target-gone"},
	{what: "AC-D1 is mended: the schema says number", provider: acme, edit: set(schemas+"DigiLockerVerifyAccountResponseSchema/properties/mobile_number", "{type: integer, example: 1234567899}"), want: look, in: inOverlay, rule: "difference-mended"},
	{what: "AC-D11 is mended in the schema", provider: acme, edit: set(schemas+"DigiLockerVerificationGetStatusResponseSchema/properties/document_consent/nullable", "true"), want: look, in: inOverlay, rule: "action-needless"},
	{what: "AC-D11 is mended in the example", provider: acme, edit: set(responses+"DigiLockerVerificationGetStatusResponse"+shown+"eaadhaar is N/value/document_consent", "[]"), want: look, in: inOverlay, rule: "difference-mended"},
	{what: "AC-D6 is mended: the id is an int64", provider: acme, edit: set(schemas+"DigiLockerVerificationCreateUrlResponseSchema/properties/reference_id/format", "int64"), want: look, in: inOverlay, rule: "action-needless"},
	{what: "AC-D12 is mended: the states are published", provider: acme, edit: set(schemas+"DigiLockerVerificationGetPanDocumentResponseSchema/properties/status/enum", "[SUCCESS]"), want: look, in: inOverlay, rule: "published-now"},
	{what: "BI-D5 is mended: the type is a list", provider: birch, edit: set(birchFetch+"/requestBody/content/application~1json/schema/properties/document_type", "{type: array, items: {type: string}, example: [AADHAAR]}"), want: look, in: inOverlay, rule: "difference-mended"},
	{what: "a document can be asked for that our enum lacks", provider: acme, edit: all(add(schemas+"DigiLockerVerificationCreateUrlRequestSchema/properties/document_requested/items/enum", "PASSPORT")), want: look, in: inOverlay, rule: "change-hidden"},
	{what: "one of several targets goes", provider: acme, edit: ren(schemas+"DigiLockerVerificationGetAadhaarDocumentResponseSchema/properties/care_of", "guardian"), want: breaking, in: inOverlay, rule: "target-fewer"},
	{what: "a description is of a member that is gone", provider: cedar, edit: all(ren(schemas+"Address/properties/subDistrict", "subdistrict")), want: breaking, in: inOverlay, rule: "describes-gone"},
	{what: "a provider publishes a limit that we set", provider: acme, edit: set(schemas+"DigiLockerVerificationCreateUrlRequestSchema/properties/verification_id/maxLength", "64"), want: look, in: inOverlay, rule: "published-now"},
	{what: "we add an action for what is not there", provider: birch, ours: []string{"  - target: $.servers[0]\n", "  - target: $.components.schemas.Nowhere\n    update: {description: Nowhere.}\n  - target: $.servers[0]\n"}, want: look, in: inOverlay, rule: "target-gone"},
	{what: "we take away the correction AC-D11", provider: acme, ours: []string{"      document_consent: {nullable: true}\n", "      document_consent: {minItems: 0}\n"}, want: look, in: inOverlay, rule: "contradiction"},
	{what: "we take away the correction AC-D1", provider: acme, ours: []string{"          - type: string\n          - type: integer\n", "          - type: string\n"}, want: look, in: inOverlay, rule: "contradiction"},
	{what: "we take away a header of the 429", provider: acme, ours: []string{"        Retry-After:\n          schema: {type: string}\n          description: When to ask again.\n", ""}, want: breaking, in: inWire, rule: "optional-response-header-removed"},
	{what: "the published document is edited by hand", provider: acme, edit: byHand, want: look, in: inOverlay, rule: "edited"},
	{what: "an operation without a name is new", provider: acme, edit: set("/paths/~1digilocker~1health", "get: {responses: {'200': {description: OK}}}"), want: look, in: inOverlay, rule: "unnamed"},
}

var sayingNothing = []seed{
	{what: "members stand in another order", provider: acme, edit: reverse("/components/schemas")},
	{what: "the properties of an answer stand in another order", provider: cedar, edit: reverse(schemas + "Address/properties")},
	{what: "required members are listed in another order", provider: cedar, edit: reverse(schemas + "Aadhaar1/required")},
	{what: "the values of an enum stand in another order", provider: acme, edit: reverse(schemas + "DigiLockerVerificationCreateUrlRequestSchema/properties/user_flow/enum")},
	{what: "paths stand in another order", provider: birch, edit: reverse("/paths")},
	{what: "the document's version counts up", provider: cedar, edit: set("/info/version", "'1.1'")},
	{what: "an operation gets other tags", provider: acme, edit: set(create+"/tags", "[DigiLocker, KYC]")},
	{what: "a schema is described", provider: birch, edit: set(birchStatus+birchAnswer+"/schema/properties/message/description", "What happened.")},
	{what: "an extension changes", provider: birch, edit: set(birchStatus+"/x-docs-slug", "digilocker-status")},
	{what: "a component that nobody uses is new", provider: cedar, edit: set(schemas+"Unused", "{type: object}")},
	{what: "we comment our overlay", provider: cedar, ours: []string{"overlay: 1.1.0\n", "# Read this first.\noverlay: 1.1.0\n"}},
	{what: "we describe an operation otherwise", provider: acme, ours: []string{"summary: Create a consent URL", "summary: Open a journey"}},
	{what: "the members of an example stand in another order", provider: acme, edit: reverse(responses + "Response422" + shown + "Insufficient balance/value")},
	{what: "an answer's header that we take out shows another date", provider: cedar, edit: set(cedarCreate+"/responses/201/headers/Date/content/text~1plain/schema/example", "Tue, 21 Sep 2021 13:36:28 GMT")},
	{what: "a source is read on another day", provider: cedar, edit: set("/x-sources/0/date", "'2026-05-04'")},
}

// codeSeed is one change of a file in Go: a pattern, the first match of which is
// replaced. It is made in each file of the real tree that has the file's name, which
// may be a pattern too, and a match. So no provider is named.
type codeSeed struct {
	what, file, from, to string
	want                 level
	rule                 string
}

const (
	inClients  = "gen/*api/client.gen.go"
	inAdapters = "adapters/*/*.go"
	optional   = `(?m)^\t(\w+) +\*string +` + "`json:\"(\\w+),omitempty\"`" // a field
)

var inGoCode = []codeSeed{
	{what: "the generator calls a method otherwise", file: inClients, from: `func \(c \*ClientWithResponses\) (\w+)WithResponse\(`, to: "func (c *ClientWithResponses) ${1}WithAnswer(", want: breaking, rule: "api"},
	{what: "the generator calls a field otherwise", file: inClients, from: optional, to: "\t${1}Text *string `json:\"$2,omitempty\"`", want: breaking, rule: "api"},
	{what: "the generator makes a field a value that was a pointer", file: inClients, from: optional, to: "\t$1 string `json:\"$2,omitempty\"`", want: breaking, rule: "api"},
	{what: "the generator makes a number an int64", file: inClients, from: `\*json\.Number `, to: "*int64 ", want: breaking, rule: "api"},
	{what: "the generator writes another name in JSON", file: inClients, from: optional, to: "\t$1 *string `json:\"${2}Text,omitempty\"`", want: breaking, rule: "tag"},
	{what: "the generator leaves out omitempty", file: inClients, from: optional, to: "\t$1 *string `json:\"$2\"`", want: breaking, rule: "tag"},
	{what: "the generator adds a field", file: inClients, from: optional, to: "$0\n\tNew *string `json:\"new,omitempty\"`", want: compatible, rule: "api"},
	{what: "the generator adds a method to the interface of a client", file: inClients, from: `type ClientInterface interface \{\n`, to: "func (c *Client) Ping() {}\n\n$0\tPing()\n", want: look, rule: "api"},
	{what: "the address of a server changes", file: inClients, from: `(?m)^const Production = .*$`, to: `const Production = "https://elsewhere.example"`, want: breaking, rule: "api"},
	{what: "a value of an enum is written otherwise", file: inClients, from: `(?m)^\t(\w+) +(\w+) += "(\w+)"$`, to: "\t$1 $2 = \"${3}2\"", want: breaking, rule: "api"},
	{what: "a kind of error goes", file: "adapters/kyc/errors.go", from: `ErrBalance `, to: "errBalance ", want: breaking, rule: "api"},
	{what: "every provider has to do more", file: "adapters/kyc/provider.go", from: `type Provider interface \{\n`, to: "$0\tClose() error\n", want: breaking, rule: "api"},
	{what: "an adapter is made otherwise", file: inAdapters, from: `func New\((baseURL string), (creds Credentials), `, to: "func New($2, $1, ", want: breaking, rule: "api"},
	{what: "an adapter has a new option", file: inAdapters, from: `type Options struct \{\n`, to: "$0\t// Trace is new.\n\tTrace bool\n", want: compatible, rule: "api"},
	{what: "a file does not compile", file: "adapters/*/errors.go", from: `kyc\.ErrDenied,`, to: "kyc.Denied,", want: breaking, rule: "does-not-compile"},
	{what: "a function does its work otherwise", file: inClients, from: `\treturn c\.Client\.Do\(req\)\n`, to: "\tresp, err := c.Client.Do(req)\n\treturn resp, err\n"},
	{what: "comments change", file: inClients, from: `(?m)^// \w+ .*$`, to: "// Something else."},
	{what: "what is not exported is new", file: "adapters/*/errors.go", from: `(?s)^.*kyc\.ErrDenied,.*$`, to: "$0\nfunc another() {}\n"},
}

// shapeSeed is a client that sends another request for the same documented one. The
// client is that of a real provider, one for each seed if there are enough of them;
// pointer may use the groups of from.
type shapeSeed struct {
	what, from, to string
	pointer        string
}

var inWhatIsSent = []shapeSeed{
	{what: "the generator names a query parameter otherwise", from: `"form", true, "(\w+)"`, to: `"form", true, "${1}Other"`, pointer: "/query/$1"},
	{what: "the generator forgets a header", from: `req\.Header\.Set\("([\w-]+)", (\w+)\)`, to: "_ = $2", pointer: "/header/$1"},
	{what: "the generator forgets a part of the path", from: `fmt\.Sprintf\("/\w+/`, to: `fmt.Sprintf("/`, pointer: "/path"},
}
