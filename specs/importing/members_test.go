package importing

import (
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

// fate is what becomes of a member of a published document.
type fate string

const (
	taken    fate = "kept"     // is in the merged document
	prose    fate = "prose"    // is left out without a word, since it only tells people something
	dropped  fate = "dropped"  // is left out, and the command says so
	refused  fate = "refused"  // ends the command
	followed fate = "followed" // is a reference: what it leads to takes its place
)

// row is a member with a value for it in YAML, and what becomes of it.
type row struct {
	member, value string
	fate          fate
}

// fates are all members of the objects that the import takes apart, or an operation of
// which it keeps what is no prose.
var fates = map[document.Kind][]row{
	document.Document: {
		{"openapi", "", taken}, {"info", "{title: Acme, version: '1'}", taken},
		{"jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema", taken},
		{"servers", "[{url: 'https://acme.example'}]", taken}, {"paths", "", taken},
		{"webhooks", "{done: {post: {operationId: onDone}}}", taken},
		{"components", "", taken}, {"security", "[{}]", taken},
		{"tags", "[{name: a, description: words}]", prose},
		{"externalDocs", "{url: 'https://acme.example/docs'}", prose},
		{"x-any", "1", dropped}, {"$self", "https://acme.example/openapi.yaml", dropped}, {"anything", "1", dropped},
		{"jsonSchemaDialect", "https://json-schema.org/draft-07/schema", refused}, {"swagger", `"2.0"`, refused},
	},
	"info": {
		{"title", "Acme", taken}, {"version", "'1'", taken}, {"termsOfService", "https://acme.example/terms", taken},
		{"license", "{name: Acme Free}", taken},
		{"summary", "words", prose}, {"description", "words", prose}, {"contact", "{name: words}", prose},
		{"x-any", "1", dropped}, {"anything", "1", dropped},
	},
	document.PathItem: {
		{"get", "", taken}, {"put", "{}", taken}, {"post", "{}", taken}, {"delete", "{}", taken},
		{"options", "{}", taken}, {"head", "{}", taken},
		{"patch", "{}", taken}, {"trace", "{}", taken}, {"servers", "[{url: 'https://acme.example'}]", taken},
		{"parameters", "[{name: a, in: query, schema: {}}]", taken},
		{"$ref", "'#/components/pathItems/Shared'", followed},
		{"summary", "words", prose}, {"description", "words", prose},
		{"query", "{}", dropped}, {"connect", "{}", dropped}, {"additionalOperations", "{COPY: {}}", dropped},
		{"x-any", "1", dropped}, {"anything", "1", dropped},
	},
	document.Operation: {
		{"tags", "[a]", taken}, {"operationId", "", taken},
		{"parameters", "[{name: a, in: query, schema: {}}]", taken}, {"requestBody", "{content: {}}", taken},
		{"responses", "{'200': {description: OK}}", taken},
		{"callbacks", "{done: {'{$request.body#/url}': {post: {}}}}", taken}, {"deprecated", "true", taken},
		{"security", "[{}]", taken}, {"servers", "[{url: 'https://acme.example'}]", taken},
		{"summary", "words", prose}, {"description", "words", prose},
		{"externalDocs", "{url: 'https://acme.example/docs'}", prose},
		{"x-any", "1", taken}, {"anything", "1", taken},
	},
}

// withMember is a document with the member in an object of that kind, and the pointer at which
// the merged document has it.
func withMember(kind document.Kind, r row) (text, pointer string) {
	root := mustParse(`
openapi: 3.1.0
paths: {/a: {get: {operationId: read}}}
components: {pathItems: {Shared: {patch: {operationId: change}}}}
`)
	at := map[document.Kind]string{document.Document: "", "info": "/info", document.PathItem: "/paths/~1a",
		document.Operation: "/paths/~1a/get"}[kind]
	if kind == "info" {
		document.Set(root, "info", document.Map())
	}
	pointer = document.Pointer(at, r.member)
	if r.value != "" {
		document.Set(document.At(root, at), r.member, document.Get(mustParse("value: "+r.value), "value"))
	}
	if r.member == "components" {
		document.Set(document.At(root, "/paths/~1a"), "$ref", document.String("#/components/pathItems/Shared"))
		document.Set(document.At(root, "/paths/~1a/get"), "responses",
			document.Get(mustParse(`r: {"200": {$ref: "#/components/responses/OK"}}`), "r"))
		document.Set(document.Get(root, "components"), "responses",
			document.Get(mustParse("r: {OK: {description: OK}}"), "r"))
	}
	return string(document.JSON(root)), pointer
}

var _ = Describe("what becomes of each member of a published document", func() {
	for kind, rows := range fates {
		for _, r := range rows {
			It(string(kind)+": "+r.member+" is "+string(r.fate)+" "+r.value, func() {
				text, pointer := withMember(kind, r)
				h := newHouse()
				h.publish("page", h.write("page.json", text))
				h.manifest("{paths: [/]}", "")
				if r.fate == refused {
					h.refuses("page.json:1: ", "acme", h.path("page.json"))
					return
				}
				before := document.At(mustParse(text), pointer)
				after := document.At(h.takes(), pointer)
				told := strings.Contains(h.stdout, "  dropped: "+h.path("page.json")+":1: "+r.member+" in ")
				Expect(told).To(Equal(r.fate == dropped), h.stdout)
				if r.fate != taken {
					Expect(after).To(BeNil())
					return
				}
				Expect(after).NotTo(BeNil())
				if r.value != "" {
					Expect(document.Difference(before, after, "")).To(BeEmpty())
				}
			})
		}
	}

	DescribeTable("is known of all of them: those that a library reads from", func(kind document.Kind, object any) {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(object)) {
			member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if member == "" || member == "-" {
				continue
			}
			Expect(slices.ContainsFunc(fates[kind], func(r row) bool { return r.member == member })).
				To(BeTrue(), "%s has no row for %s", kind, member)
		}
	},
		Entry("a document", document.Document, openapi3.T{}),
		Entry("info", document.Kind("info"), openapi3.Info{}),
		Entry("a path item", document.PathItem, openapi3.PathItem{}),
		Entry("an operation", document.Operation, openapi3.Operation{}),
	)

	// The tables of the specification, OpenAPI 3.1.1, sections 4.8.1, 4.8.2, 4.8.9 and 4.8.10.
	DescribeTable("is known of all of them: those that the specification lists of",
		func(kind document.Kind, members string) {
			for _, member := range strings.Fields(members) {
				Expect(slices.ContainsFunc(fates[kind], func(r row) bool { return r.member == member })).
					To(BeTrue(), "%s has no row for %s", kind, member)
				Expect(kind.Member(member)).NotTo(BeEmpty(), "the grammar of %s lacks %s", kind, member)
			}
		},
		Entry("a document", document.Document,
			"openapi info jsonSchemaDialect servers paths webhooks components security tags externalDocs"),
		Entry("info", document.Kind("info"), "title summary description termsOfService contact license version"),
		Entry("a path item", document.PathItem,
			"$ref summary description get put post delete options head patch trace servers parameters"),
		Entry("an operation", document.Operation,
			"tags summary description externalDocs operationId parameters requestBody responses callbacks "+
				"deprecated security servers"),
	)
})
