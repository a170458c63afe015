package changes

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// What a trial of the report on 149 changes found told wrongly: of which it said too
// little, and of which it said too much.

const (
	createBody   = schemas + "DigiLockerVerificationCreateUrlRequestSchema"
	statusAnswer = schemas + "DigiLockerVerificationGetStatusResponseSchema"
	firstAction  = "actions:\n"
)

// hooked is a webhook as an operation in OpenAPI 3.1.
const hooked = "post: {operationId: done, requestBody: {content: {application/json: {schema: {type: object, " +
	"properties: {id: {type: string}}}}}}, responses: {'200': {description: OK}}}"

// verbose is an optional parameter, with a sample.
const verbose = "{name: verbose, in: query, example: true, schema: {type: boolean}}"

var saidTooLittle = []seed{
	{what: "an operation is deprecated", provider: acme,
		edit: set(create+"/deprecated", "true"),
		want: look, in: inWire, rule: "endpoint-deprecated"},
	{what: "a parameter is deprecated", provider: acme,
		edit: set(status+"/parameters/2/deprecated", "true"),
		want: look, in: inWire, rule: "request-parameter-deprecated"},
	{what: "a member of a request is deprecated", provider: acme,
		edit: set(createBody+"/properties/user_flow/deprecated", "true"),
		want: look, in: inWire, rule: "request-property-deprecated"},
	{what: "a member of an answer is deprecated", provider: acme,
		edit: set(statusAnswer+"/properties/document_consent/deprecated", "true"),
		want: look, in: inWire, rule: "response-property-deprecated"},
	{what: "a header of an answer is deprecated", provider: acme,
		on: &seed{edit: set(responses+"DigiLockerVerificationGetStatusResponse/headers",
			"{x-request-id: {schema: {type: string}}}")},
		edit: set(responses+"DigiLockerVerificationGetStatusResponse/headers/x-request-id/deprecated", "true"),
		want: look, in: inWire, rule: "unjudged"},
	{what: "an operation is no longer deprecated", provider: acme,
		on: &seed{edit: set(create+"/deprecated", "true")}, edit: del(create + "/deprecated"),
		want: compatible, in: inWire, rule: "endpoint-reactivated"},
	{what: "a path goes that was deprecated", provider: acme,
		on:   &seed{edit: set("/paths/~1digilocker~1verify-account/post/deprecated", "true")},
		edit: del("/paths/~1digilocker~1verify-account"),
		want: breaking, in: inWire, rule: "api-path-removed-with-deprecation"},
	{what: "a parameter goes that was deprecated", provider: acme,
		on:   &seed{edit: set(status+"/parameters/2/deprecated", "true")},
		edit: del(status + "/parameters/2"),
		want: breaking, in: inWire, rule: "request-parameter-removed-with-deprecation"},
	{what: "a member of an answer goes that was deprecated", provider: acme,
		on:   &seed{edit: set(statusAnswer+"/properties/document_requested/deprecated", "true")},
		edit: del(statusAnswer + "/properties/document_requested"),
		want: breaking, in: inWire, rule: "response-optional-property-removed"},

	{what: "servers named by their place stand in another order", provider: acme,
		edit: reverse("/servers"),
		want: breaking, in: inWire, rule: "server-renamed"},
	{what: "a regional server stands before those named by their place", provider: acme,
		edit: all(reverse("/servers"), add("/servers", "{url: 'https://in.acme.example/verification'}"),
			reverse("/servers")),
		want: breaking, in: inWire, rule: "server-renamed"},
	{what: "a regional server stands before those named by their URL", provider: cedar,
		edit: all(reverse("/servers"), add("/servers", "{url: 'https://in.cedar.example'}"), reverse("/servers")),
		want: compatible, in: inWire, rule: "server-added"},

	{what: "a parameter becomes required that our overlay calls optional", provider: acme,
		on: &seed{ours: setting("$.paths['/digilocker'].get.parameters[?@.name=='verification_id']",
			"{required: false}")},
		edit: set(status+"/parameters/2/required", "true"), want: breaking, in: inOverlay, rule: "required-hidden"},
	{what: "a header becomes required that our overlay calls optional", provider: acme,
		on:   &seed{ours: setting("$.components.parameters.x_cf_signature", "{required: false}")},
		edit: set("/components/parameters/x_cf_signature/required", "true"),
		want: breaking, in: inOverlay, rule: "required-hidden"},
	{what: "a member becomes required where our overlay requires none", provider: acme,
		on:   &seed{ours: gone("$" + dotted(createBody) + ".required")},
		edit: add(createBody+"/required", "user_flow"), want: breaking, in: inOverlay, rule: "required-hidden"},
	{what: "a limit is set below ours", provider: acme,
		edit: set(createBody+"/properties/verification_id/maxLength", "40"),
		want: breaking, in: inOverlay, rule: "break-hidden"},
	{what: "a limit is tightened that our overlay widens", provider: acme,
		on: &seed{edit: set(createBody+"/properties/redirect_url/maxLength", "80"),
			ours: setting("$"+dotted(createBody)+".properties.redirect_url", "{maxLength: 90}")},
		edit: set(createBody+"/properties/redirect_url/maxLength", "70"),
		want: breaking, in: inOverlay, rule: "break-hidden"},
	{what: "a limit is tightened that our overlay takes away", provider: acme,
		on: &seed{edit: set(createBody+"/properties/redirect_url/maxLength", "80"),
			ours: gone("$" + dotted(createBody) + ".properties.redirect_url.maxLength")},
		edit: set(createBody+"/properties/redirect_url/maxLength", "70"),
		want: breaking, in: inOverlay, rule: "break-hidden"},
	{what: "a limit is widened above ours", provider: acme,
		on: &seed{edit: set(createBody+"/properties/redirect_url/maxLength", "80"),
			ours: setting("$"+dotted(createBody)+".properties.redirect_url", "{maxLength: 90}")},
		edit: set(createBody+"/properties/redirect_url/maxLength", "100"),
		want: look, in: inOverlay, rule: "change-hidden"},
	{what: "a pattern is set that is not ours", provider: acme,
		edit: set(createBody+"/properties/redirect_url/pattern", "'^https://[a-z]'"),
		want: look, in: inOverlay, rule: "change-hidden"},

	{what: "a refusal's code moves to another status", provider: acme,
		edit: all(moveCode("IP not whitelisted", "Response403", "Response429")),
		want: breaking, in: inExamples, rule: "example-decides"},
	{what: "a refusal's code moves to a status that is new", provider: acme, edit: all(
		set(create+"/responses/410",
			"{description: Gone, content: {application/json: {schema: {$ref: "+
				"'#/components/schemas/ErrorResponseSchema'}, examples: {gone: {value: {type: authentication_error, "+
				"code: ip_validation_failed, message: Gone}}}}}}"),
		del(responses+"Response403"+shown+"IP not whitelisted")), want: breaking, in: inExamples,
		rule: "example-decides"},

	{what: "a default is new in a request", provider: acme,
		edit: set(createBody+"/properties/user_flow/default", "signup"),
		want: look, in: inWire, rule: "request-property-default-value-added"},
	{what: "a default of a request changes", provider: acme,
		on:   &seed{edit: set(createBody+"/properties/user_flow/default", "signup")},
		edit: set(createBody+"/properties/user_flow/default", "signin"),
		want: look, in: inWire, rule: "request-property-default-value-changed"},
	{what: "a default of a parameter is new", provider: acme,
		edit: set(status+"/parameters/2/schema/default", "ABC"),
		want: look, in: inWire, rule: "request-parameter-default-value-added"},

	{what: "a webhook is published as OpenAPI 3.1 has them", provider: cedar,
		edit: all(set("/openapi", "3.1.0"), set("/webhooks", "{journeyDone: {"+hooked+"}}")),
		want: compatible, in: inWire, rule: "endpoint-added"},
	{what: "a member of a webhook goes in OpenAPI 3.1", provider: cedar,
		on:   &seed{edit: all(set("/openapi", "3.1.0"), set("/webhooks", "{journeyDone: {"+hooked+"}}"))},
		edit: del("/webhooks/journeyDone/post/requestBody/content/application~1json/schema/properties/id"),
		want: breaking, in: inWire, rule: "response-optional-property-removed"},
	{what: "a callback's URL changes", provider: acme,
		ours: []string{"'{$webhookURL}':", "'{$request.body#/webhook}':"},
		want: look, in: inWire, rule: "callback-url"},
	{what: "a callback expects another status of us", provider: acme,
		on: &seed{edit: hook("200")}, edit: set(create+"/callbacks/other/{$url}/post/responses",
			"{'204': {description: OK}}"),
		want: look, in: inWire, rule: "callback-status"},
	{what: "a webhook expects another status of us", provider: cedar,
		on:   &seed{edit: all(set("/openapi", "3.1.0"), set("/webhooks", "{journeyDone: {"+hooked+"}}"))},
		edit: ren("/webhooks/journeyDone/post/responses/200", "204"), want: look, in: inWire, rule: "callback-status"},
	{what: "a member is newly required in a request", provider: cedar,
		edit: all(set(schemas+"CreateaDigilockerRequestRequest/properties/tenant", "{type: string}"),
			add(schemas+"CreateaDigilockerRequestRequest/required", "tenant")),
		want: breaking, in: inOverlay, rule: "contradiction-request"},
}

var saidTooMuch = []seed{
	{what: "a header of a request is written in another case", provider: acme,
		edit: set("/components/parameters/x_cf_signature/name", "X-Cf-Signature")},
	{what: "headers of an operation are written in another case", provider: acme,
		on: &seed{edit: add(status+"/parameters",
			"{name: x-tenant, in: header, schema: {type: string, example: a}}")},
		edit: set(status+"/parameters/3/name", "X-TENANT")},
	{what: "a header of an answer is written in another case", provider: acme,
		on: &seed{edit: set(responses+"DigiLockerVerificationGetStatusResponse/headers",
			"{x-request-id: {example: a, schema: {type: string}}}")},
		edit: ren(responses+"DigiLockerVerificationGetStatusResponse/headers/x-request-id", "X-Request-ID")},
	{what: "a header of an answer that our overlay takes away is written in another case", provider: cedar,
		edit: ren(cedarCreate+"/responses/201/headers/Server", "server")},
	{what: "a credential's header is written in another case", provider: acme,
		edit: set("/components/securitySchemes/XClientID/name", "X-Client-Id")},
	{what: "the keys of Acme's document are sorted", provider: acme, edit: sorted},
	{what: "the keys of Birch's document are sorted", provider: birch, edit: sorted},
	{what: "the keys of Cedar's document are sorted", provider: cedar, edit: sorted},
	{what: "an optional parameter is listed first", provider: acme,
		edit: all(reverse(status+"/parameters"), add(status+"/parameters",
			"{name: verbose, in: query, schema: {type: boolean}}"), reverse(status+"/parameters")),
		want: compatible, in: inWire, rule: "new-optional-request-parameter"},
	{what: "parameters are listed in another order", provider: acme, edit: reverse(status + "/parameters")},
	{what: "a schema is written as the allOf of its parts", provider: acme, edit: parted("ErrorResponseSchema")},
	{what: "a request's schema is written as the allOf of its parts", provider: cedar,
		edit: parted("FetchadocumentRequest")},
	{what: "a reference is written as an allOf of it alone", provider: cedar,
		edit: set(schemas+"Invalidpayload1/properties/error", "{allOf: [{$ref: '#/components/schemas/Error'}]}")},
	{what: "a reference to a schema is written out", provider: cedar,
		edit: writtenOut(schemas + "Invalidpayload1/properties/error")},
	{what: "a reference to a parameter is written out", provider: acme, edit: writtenOut(status + "/parameters/0")},
	{what: "a reference to an answer is written out", provider: acme, edit: writtenOut(create + "/responses/401")},
	{what: "a parameter is moved to its path", provider: acme, on: &seed{edit: add(fetch+"/parameters", verbose)},
		edit: all(set("/paths/~1digilocker~1document~1{document_type}/parameters", "["+verbose+"]"),
			del(fetch+"/parameters/4"))},
	{what: "a security scheme is called otherwise", provider: acme,
		edit: all(ren("/components/securitySchemes/XClientID", "ClientID"), schemeCalled("XClientID",
			"ClientID")),
		on: &seed{ours: []string{"  - target: $.components.securitySchemes.XClientID\n    update: " +
			"{description: The account's client id.}\n", ""}}},
	{what: "a member that can be null is spelt as OpenAPI 3.1 does", provider: cedar,
		on:   &seed{edit: set(schemas+"Xml1/properties/shareCode/nullable", "true")},
		edit: all(set("/openapi", "3.1.0"), set(schemas+"Xml1/properties/shareCode", "{type: [string, 'null']}"))},
	{what: "a limit that is excluded is spelt as OpenAPI 3.1 does", provider: cedar,
		on: &seed{edit: all(set(schemas+"Address/properties/floor",
			"{type: integer, minimum: 0, exclusiveMinimum: true}"))},
		edit: all(set("/openapi", "3.1.0"), set(schemas+"Address/properties/floor",
			"{type: integer, exclusiveMinimum: 0}"))},
	{what: "a reference or null is spelt as OpenAPI 3.1 does", provider: cedar,
		on: &seed{edit: set(schemas+"Invalidpayload1/properties/error",
			"{allOf: [{$ref: '#/components/schemas/Error'}], nullable: true}")},
		edit: all(set("/openapi", "3.1.0"), set(schemas+"Invalidpayload1/properties/error",
			"{anyOf: [{$ref: '#/components/schemas/Error'}, {type: 'null'}]}"))},
	{what: "a value that is the only one is spelt as a const", provider: cedar,
		on:   &seed{edit: set(schemas+"Xml1/properties/shareCode/enum", "['']")},
		edit: all(set("/openapi", "3.1.0"), set(schemas+"Xml1/properties/shareCode", "{type: string, const: ''}"))},
	{what: "a keyword says what holds without it", provider: acme,
		edit: all(set(create+"/deprecated", "false"), set(status+"/parameters/2/required", "false"),
			set(statusAnswer+"/properties/status/nullable", "false"))},
	{what: "BI-D6 is mended: the documents are a list", provider: birch,
		edit: set(birchCreate+"/requestBody/content/application~1json/schema/properties/document_requested",
			"{type: array, items: {type: string}, example: [AADHAAR]}"),
		want: look, in: inOverlay, rule: "difference-mended"},
	{what: "AC-D1 is mended: the schema says text or number", provider: acme,
		edit: set(schemas+"DigiLockerVerifyAccountResponseSchema/properties/mobile_number",
			"{oneOf: [{type: string}, {type: integer}], example: 1234567899}"),
		want: look, in: inOverlay, rule: "difference-mended"},
	{what: "CE-D11 is mended: two members of an answer are no longer required", provider: cedar,
		edit: all(drop(schemas+"GetDigilockerRequestStatusSuccess/required", "traceId"),
			drop(schemas+"GetDigilockerRequestStatusSuccess/required", "digilockerUserDetails")),
		want: look, in: inOverlay, rule: "target-gone"},
	{what: "a media type is new, with a sample as it writes it", provider: acme,
		edit: set(responses+"Response422/content/application~1xml", "{schema: {type: object}, example: '<error/>'}"),
		want: compatible, in: inWire, rule: "response-media-type-added"},
	{what: "a media type is new, and listed first", provider: acme,
		edit: firstMediaType, want: look, in: inExamples, rule: "example-renamed"},
	{what: "a media type is new, with a sample", provider: acme,
		edit: set(responses+"Response422/content/application~1problem+json",
			"{schema: {$ref: '#/components/schemas/ErrorResponseSchema'}, examples: {Insufficient balance: "+
				"{value: {type: validation_error, code: insufficient_balance, message: Insufficient balance to "+
				"process this request}}}}"),
		want: look, in: inExamples, rule: "case-missing"},
}

// dotted is the path of a pointer whose tokens are plain names.
func dotted(pointer string) string { return strings.ReplaceAll(pointer, "/", ".") }

// setting is an action of our overlay that comes first.
func setting(target, update string) []string {
	return []string{firstAction,
		firstAction + "  - target: " + target + "\n    x-difference: AC-D6\n    update: " + update + "\n"}
}

// gone is such an action that takes its target away.
func gone(target string) []string {
	return []string{firstAction,
		firstAction + "  - target: " + target + "\n    x-difference: AC-D6\n    remove: true\n"}
}

// moveCode moves an example from one answer to another.
func moveCode(name, from, to string) edit {
	return func(d doc) {
		document.Set(d.at(responses+to+strings.TrimSuffix(shown, "/")), name, d.at(responses+from+shown+name))
		del(responses + from + shown + name)(d)
	}
}

// hook is a callback of createURL that expects the status of us.
func hook(status string) edit {
	return set(create+"/callbacks",
		"{other: {'{$url}': {post: {operationId: other, requestBody: {content: {application/json: {schema: "+
			"{type: object}}}}, responses: {'"+status+"': {description: OK}}}}}}")
}

// sorted sorts the keys of the whole document.
func sorted(d doc) {
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode {
			var keys []string
			members := document.Map()
			for key := range document.Members(n) {
				keys = append(keys, key)
			}
			slices.Sort(keys)
			for _, key := range keys {
				document.Set(members, key, document.Get(n, key))
			}
			n.Content = members.Content
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(d.tree)
}

// parted writes a schema as the allOf of one with its first member and one with the rest.
func parted(name string) edit {
	return func(d doc) {
		whole := d.at(schemas + name)
		first, rest, members := document.Map(), document.Clone(whole), document.Map()
		for key, value := range document.Members(document.Get(whole, "properties")) {
			document.Set(members, key, value)
			document.Delete(document.Get(rest, "properties"), key)
			break
		}
		document.Set(first, "type", document.String("object"))
		document.Set(first, "properties", members)
		document.Set(d.at(strings.TrimSuffix(schemas, "/")), name+"First", first)
		ref := document.Map()
		document.Set(ref, "$ref", document.String("#"+schemas+name+"First"))
		both := document.Map()
		document.Set(both, "allOf", document.Seq(ref, rest))
		if x := document.Get(rest, "example"); x != nil {
			document.Set(both, "example", x)
			document.Delete(rest, "example")
		}
		*whole = *both
	}
}

// writtenOut puts what a reference leads to in its place.
func writtenOut(pointer string) edit {
	return func(d doc) {
		target, _, err := document.Resolve(d.tree, d.at(pointer), "")
		if err != nil {
			panic(err)
		}
		*d.at(pointer) = *document.Clone(target)
	}
}

// schemeCalled calls a security scheme otherwise where it is asked for.
func schemeCalled(from, to string) edit {
	return func(d doc) {
		document.Walk(document.Document, d.tree, "", func(kind document.Kind, n *yaml.Node, _ string) {
			if kind == document.Requirement && document.Get(n, from) != nil {
				document.Set(n, to, document.Get(n, from))
				document.Delete(n, from)
			}
		})
	}
}

// firstMediaType lists another media type first, which shows an example of the same name.
func firstMediaType(d doc) {
	content := d.at(responses + "Response422/content")
	old := document.Clone(content)
	other := value("{schema: {type: object}, examples: {Insufficient balance: {value: {code: 7}}}}")
	*content = *document.Map()
	document.Set(content, "application/problem+json", other)
	document.Set(content, "application/json", document.Get(old, "application/json"))
}
