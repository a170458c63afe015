package changes

import "example.com/digilocker/specs/document"

// What the history of published documents found told wrongly: how providers really change them.

// idHeader is a header of an answer, with the rest of its schema.
func idHeader(schema string) edit {
	return set(responses+"DigiLockerVerificationGetStatusResponse/headers",
		"{x-request-id: {schema: {type: string"+schema+"}}}")
}

// onAcme is a server of Acme's, and elsewhere one that is none.
const (
	onAcme    = "[{url: 'https://api.acme.example/verification'}]"
	elsewhere = "[{url: 'https://kyc.acme.example/verification'}]"
)

// limited is a parameter with the values that it can have.
const limited = "{name: page, in: query, schema: {type: integer, minimum: 1, maximum: 100}}"

var asPublished = []seed{
	{what: "a parameter gets a format that is the provider's own", provider: acme,
		edit: set(status+"/parameters/2/schema/format", "journey-code"),
		want: look, in: inWire, rule: "request-parameter-type-changed"},
	{what: "a member of a request gets a format that is the provider's own", provider: acme,
		edit: set(createBody+"/properties/redirect_url/format", "https-link"),
		want: look, in: inWire, rule: "request-property-type-changed"},
	{what: "a format of the provider's own becomes another in an answer", provider: acme,
		on:   &seed{edit: set(statusAnswer+"/properties/user_details/format", "object")},
		edit: set(statusAnswer+"/properties/user_details/format", "name-map"),
		want: look, in: inWire, rule: "response-property-type-changed"},
	{what: "a header of an answer gets another format of the provider's own", provider: acme,
		on: &seed{edit: idHeader(", format: request-id")}, edit: idHeader(", format: trace-id"),
		want: look, in: inWire, rule: "response-header-type-changed"},
	{what: "an integer of a request is said to be an int64", provider: acme,
		on: &seed{edit: add(status+"/parameters",
			"{name: page, in: query, schema: {type: integer, minimum: 1, maximum: 1000}}")},
		edit: set(status+"/parameters/3/schema/format", "int64"),
		want: look, in: inWire, rule: "request-parameter-type-changed"},
	{what: "an integer of a request is said to be an int32", provider: acme,
		on:   &seed{edit: add(status+"/parameters", "{name: page, in: query, schema: {type: integer}}")},
		edit: set(status+"/parameters/3/schema/format", "int32"),
		want: breaking, in: inWire, rule: "request-parameter-type-changed"},
	{what: "a time of a request becomes a day", provider: acme,
		on: &seed{edit: add(status+"/parameters",
			"{name: since, in: query, schema: {type: string, format: date-time}}")},
		edit: set(status+"/parameters/3/schema/format", "date"),
		want: breaking, in: inWire, rule: "request-parameter-type-changed"},
	{what: "a member that is called format gets another type", provider: acme,
		on:   &seed{edit: set(createBody+"/properties/format", "{type: string}")},
		edit: set(createBody+"/properties/format", "{type: boolean}"),
		want: breaking, in: inWire, rule: "request-property-type-changed"},

	{what: "a number of a request can be greater", provider: acme, on: &seed{edit: add(status+"/parameters", limited)},
		edit: set(status+"/parameters/3/schema/maximum", "200"),
		want: compatible, in: inWire, rule: "request-parameter-max-increased"},
	{what: "a number of a request can be less", provider: acme, on: &seed{edit: add(status+"/parameters", limited)},
		edit: set(status+"/parameters/3/schema/minimum", "0"),
		want: compatible, in: inWire, rule: "request-parameter-min-decreased"},
	{what: "a number of a request has to be less", provider: acme, on: &seed{edit: add(status+"/parameters", limited)},
		edit: set(status+"/parameters/3/schema/maximum", "50"),
		want: breaking, in: inWire, rule: "request-parameter-max-decreased"},
	{what: "a number of a request has no limit any more", provider: acme,
		on: &seed{edit: add(status+"/parameters", limited)}, edit: del(status + "/parameters/3/schema/maximum"),
		want: compatible, in: inWire, rule: "limit-removed"},
	{what: "a text of a request has no limit any more", provider: cedar,
		on:   &seed{edit: set(schemas+"CreateaDigilockerRequestRequest/properties/redirectUrl/maxLength", "80")},
		edit: del(schemas + "CreateaDigilockerRequestRequest/properties/redirectUrl/maxLength"),
		want: compatible, in: inWire, rule: "request-property-max-length"},
	{what: "a text of an answer has no limit any more", provider: cedar,
		on:   &seed{edit: set(schemas+"Address/properties/pin/maxLength", "6")},
		edit: del(schemas + "Address/properties/pin/maxLength"),
		want: look, in: inWire, rule: ""},
	{what: "an answer for every other status is new", provider: acme,
		edit: set(create+"/responses/default", "{description: Other}"),
		want: compatible, in: inWire, rule: "other-response-added"},
	{what: "the answer for every other status goes", provider: acme,
		on:   &seed{edit: set(create+"/responses/default", "{description: Other}")},
		edit: del(create + "/responses/default"),
		want: breaking, in: inWire, rule: "other-response-removed"},
	{what: "the answer for a range of statuses goes", provider: acme,
		on:   &seed{edit: set(create+"/responses/5XX", "{description: Fault}")},
		edit: del(create + "/responses/5XX"),
		want: breaking, in: inWire, rule: "other-response-removed"},

	{what: "an operation that has no name gets one", provider: acme,
		on:   &seed{edit: set("/paths/~1digilocker~1health", "get: {responses: {'200': {description: OK}}}")},
		edit: set("/paths/~1digilocker~1health/get/operationId", "getHealth"),
		want: look, in: inWire, rule: "operation-named"},
	{what: "an operation is called otherwise", provider: acme,
		on: &seed{edit: set("/paths/~1digilocker~1health",
			"get: {operationId: health, responses: {'200': {description: OK}}}")},
		edit: set("/paths/~1digilocker~1health/get/operationId", "getHealth"),
		want: look, in: inWire, rule: "operation-named"},

	{what: "an operation moves to another server", provider: acme,
		on: &seed{edit: set(status+"/servers", onAcme)}, edit: set(status+"/servers", elsewhere),
		want: breaking, in: inWire, rule: "server-removed"},
	{what: "a path moves to another server", provider: acme,
		on:   &seed{edit: set("/paths/~1digilocker/servers", onAcme)},
		edit: set("/paths/~1digilocker/servers", elsewhere),
		want: breaking, in: inWire, rule: "server-removed"},
	{what: "a path gets a server of its own", provider: cedar,
		edit: set("/paths/~1api~1digilocker/servers", elsewhere),
		want: breaking, in: inWire, rule: "server-removed"},
	{what: "an operation can be called at one more server", provider: acme,
		on: &seed{edit: set(status+"/servers", onAcme)},
		edit: add(status+"/servers",
			"{url: 'https://kyc.acme.example/verification'}"),
		want: compatible, in: inWire, rule: "server-added"},
	{what: "the servers of a path are written at its operations", provider: acme,
		on: &seed{edit: set("/paths/~1digilocker/servers", onAcme)},
		edit: all(del("/paths/~1digilocker/servers"), set(create+"/servers", onAcme),
			set(status+"/servers", onAcme))},
	{what: "a variable of a server gets another default", provider: cedar,
		on: &seed{edit: add("/servers",
			"{url: 'https://{region}.cedar.example', variables: {region: {default: in}}}")},
		edit: set("/servers/2/variables/region/default", "eu"),
		want: look, in: inWire, rule: "server-variables"},

	{what: "a schema says that other members may be there, as holds without it", provider: cedar,
		edit: set(schemas+"Address/additionalProperties", "true")},
	{what: "a schema becomes the allOf of what it was and of one that says more of a member", provider: cedar,
		on: &seed{edit: set(schemas+"Aadhaar1/additionalProperties", "true")}, edit: furtherSaid,
		want: compatible, in: inWire, rule: "response-optional-property-added"},
	{what: "an object that is called status goes from an example", provider: cedar,
		on:   &seed{edit: answered("{status: {mode: none}, code: a}")},
		edit: answered("{code: a}"), want: look, in: inExamples, rule: "example-changed"},
	{what: "a list that is called code changes in an example", provider: cedar,
		on:   &seed{edit: answered("{code: [{id: a}]}")},
		edit: answered("{code: []}"), want: look, in: inExamples, rule: "example-changed"},
}

// furtherSaid writes a schema of Cedar's as the allOf of what it was and of another, which
// refers to one more schema for a member that the first has too.
func furtherSaid(d doc) {
	was := document.Clone(d.at(schemas + "Aadhaar1"))
	set(schemas+"Traced", "{type: object, additionalProperties: true, properties: {hop: {type: integer}}}")(d)
	set(schemas+"Aadhaar1Base", "{}")(d)
	*d.at(schemas + "Aadhaar1Base") = *was
	shown := document.Clone(document.Get(was, "example"))
	document.Delete(d.at(schemas+"Aadhaar1Base"), "example")
	set(schemas+"Aadhaar1", "{allOf: [{$ref: '#/components/schemas/Aadhaar1Base'}, "+
		"{type: object, additionalProperties: true, properties: {address: {$ref: '#/components/schemas/Traced'}}}]}")(d)
	document.Set(d.at(schemas+"Aadhaar1"), "example", shown)
}

// answered is an answer of Cedar's that shows the value.
func answered(value string) edit {
	return set(cedarStatus+"/responses/418", "{description: Teapot, content: {application/json: "+
		"{schema: {type: object}, examples: {tea: {value: "+value+"}}}}}")
}
