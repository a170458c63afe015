package document_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

// kinds is what Walk visits in a document, each as "pointer=kind".
func kinds(root *node) []string {
	all := []string{}
	document.Walk(document.Document, root, "", func(kind document.Kind, _ *node, pointer string) {
		all = append(all, pointer+"="+string(kind))
	})
	return all
}

var _ = Describe("the grammar", func() {
	// within expects what is found below the pointer, in text put in the place of %s.
	within := func(pointer, whole string) func(text, want string) {
		return func(text, want string) {
			GinkgoHelper()
			found := []string{}
			for _, one := range kinds(tree(fmt.Sprintf(whole, text))) {
				if rest, below := strings.CutPrefix(one, pointer+"/"); below {
					found = append(found, rest)
				}
			}
			Expect(found).To(Equal(strings.Fields(want)))
		}
	}

	DescribeTable("finds at the top", within("", "--- {%s}"),
		Entry("info", "info: {title: T, contact: {name: N}, license: {name: N}}",
			"info=info info/contact=contact info/license=license"),
		Entry("servers", "servers: [{url: u, variables: {default: {default: d}}}]",
			"servers/0=server servers/0/variables/default=serverVariable"),
		Entry("security", "security: [{tags: []}, {}]", "security/0=requirement security/1=requirement"),
		Entry("tags", "tags: [{name: n}]", "tags/0=tag"),
		Entry("paths, without their extensions", "paths: {/get: {get: {}}, x-acme: {get: {}}}",
			"paths=paths paths/~1get=pathItem paths/~1get/get=operation"),
		Entry("webhooks", "webhooks: {x-done: {post: {}}}", "webhooks/x-done=pathItem webhooks/x-done/post=operation"),
		Entry("nothing in what is of another form", "components: ~, paths: [{}], servers: {url: {}}", ""),
		Entry("nothing in what nobody knows", "acme: {get: {}}, x-acme: {schema: {}}", ""),
	)

	DescribeTable("finds as a component", func(section, kind string) {
		const name = "examples" // also where it looks like a member
		within("/components/"+section, "components: {"+section+": {%s: {x-acme: {}}}}")(name, name+"="+kind)
	},
		Entry("schemas", "schemas", "schema"), Entry("responses", "responses", "response"),
		Entry("parameters", "parameters", "parameter"), Entry("examples", "examples", "example"),
		Entry("requests", "requestBodies", "requestBody"), Entry("headers", "headers", "header"),
		Entry("security", "securitySchemes", "securityScheme"), Entry("links", "links", "link"),
		Entry("callbacks", "callbacks", "callback"), Entry("paths", "pathItems", "pathItem"),
	)

	DescribeTable("finds of a path", within("/paths/p", "paths: {p: {%s}}"),
		Entry("every method",
			"get: {}, put: {}, post: {}, delete: {}, options: {}, head: {}, patch: {}, trace: {}, acme: {}",
			"get=operation put=operation post=operation delete=operation "+
				"options=operation head=operation patch=operation trace=operation"),
		Entry("what its operations share", "summary: s, parameters: [{name: n, schema: {}}], servers: [{url: u}]",
			"parameters/0=parameter parameters/0/schema=schema servers/0=server"),
	)

	DescribeTable("finds of an operation", within("/paths/p/get", "paths: {p: {get: {%s}}}"),
		Entry("its parameters", "parameters: [{$ref: '#/p'}, {example: {schema: {}}, content: {schema: {schema: {}}}}]",
			"parameters/0=parameter parameters/1=parameter parameters/1/content/schema=mediaType "+
				"parameters/1/content/schema/schema=schema"),
		Entry("its request", "requestBody: {content: {a/b: {schema: {}}}}",
			"requestBody=requestBody requestBody/content/a~1b=mediaType requestBody/content/a~1b/schema=schema"),
		Entry("examples, not what they show", "parameters: [{examples: {schema: {value: {examples: {e: {value: 1}}}}}}]",
			"parameters/0=parameter parameters/0/examples/schema=example"),
		Entry("how a form is encoded", "requestBody: {content: {f: {encoding: {x: {headers: {schema: {schema: {}}}}}}}}",
			`requestBody=requestBody requestBody/content/f=mediaType requestBody/content/f/encoding/x=encoding
			 requestBody/content/f/encoding/x/headers/schema=header
			 requestBody/content/f/encoding/x/headers/schema/schema=schema`),
		Entry("its responses, without their extensions", "responses: {default: {}, x-acme: {content: {}}, 5XX: {}}",
			"responses=responses responses/default=response responses/5XX=response"),
		Entry("headers, whatever their names", "responses: {default: {headers: {x-acme: {}, example: {}}}}",
			`responses=responses responses/default=response responses/default/headers/x-acme=header
			 responses/default/headers/example=header`),
		Entry("links", "responses: {'200': {links: {server: {server: {url: u}, parameters: {server: {}}}}}}",
			`responses=responses responses/200=response responses/200/links/server=link
			 responses/200/links/server/server=server`),
		Entry("its callbacks", "callbacks: {example: {description: {post: {}}, x-acme: {post: {}}}}",
			`callbacks/example=callback callbacks/example/description=pathItem
			 callbacks/example/description/post=operation`),
		Entry("its security and servers", "security: [{a: []}], servers: [{url: u}]",
			"security/0=requirement servers/0=server"),
		Entry("where it leads the user, in our extension", "x-redirects: {value: {value: u}}", "x-redirects/value=example"),
	)

	DescribeTable("finds of a schema", within("/components/schemas/S", "components: {schemas: {S: {%s}}}"),
		Entry("the one schema of a keyword", `items: {}, additionalProperties: {}, unevaluatedItems: {},
  unevaluatedProperties: {}, contains: {}, propertyNames: {}, not: {}, if: {}, then: {}, else: {}, contentSchema: {}`,
			`items=schema additionalProperties=schema unevaluatedItems=schema unevaluatedProperties=schema
			 contains=schema propertyNames=schema not=schema if=schema then=schema else=schema contentSchema=schema`),
		Entry("the lists", "allOf: [{}], anyOf: [{}, {}], oneOf: [{}], prefixItems: [{}]",
			"allOf/0=schema anyOf/0=schema anyOf/1=schema oneOf/0=schema prefixItems/0=schema"),
		Entry("the maps",
			"properties: {a: {}}, patternProperties: {a: {}}, dependentSchemas: {a: {}}, $defs: {a: {}}, definitions: {a: {}}",
			"properties/a=schema patternProperties/a=schema dependentSchemas/a=schema $defs/a=schema definitions/a=schema"),
		Entry("the rest", "discriminator: {mapping: {schema: {}}}, xml: {name: n}", "discriminator=discriminator xml=xml"),
		Entry("properties that look like members",
			"properties: {properties: {}, example: {}, enum: {items: {}}, x-acme: {}, $ref: {}}",
			`properties/properties=schema properties/example=schema properties/enum=schema
			 properties/enum/items=schema properties/x-acme=schema properties/$ref=schema`),
		Entry("what stands beside a reference", "$ref: '#/s', items: {}", "items=schema"),
		Entry("what is true or false", "items: true, prefixItems: [false], properties: {a: true}, not: {not: false}",
			"items=schema prefixItems/0=schema properties/a=schema not=schema not/not=schema"),
		Entry("nothing in what is of another form", "items: 1, not: ~, allOf: true, anyOf: {}, properties: [{}]", ""),
		Entry("nothing in data", "default: {items: {}}, enum: [{items: {}}], const: {items: {}}, example: {items: {}}", ""),
		Entry("nothing in lists of data", "examples: [{items: {}}], dependentRequired: {items: []}", ""),
		Entry("nothing in what nobody knows", "acme: {items: {}}, x-acme: {properties: {a: {}}}", ""),
	)

	DescribeTable("finds of security", within("/components/securitySchemes/S",
		"components: {securitySchemes: {S: {%s}}}"),
		Entry("its flows",
			"flows: {implicit: {scopes: {a: b}}, password: {}, clientCredentials: {}, authorizationCode: {}}",
			"flows=flows flows/implicit=flow flows/password=flow flows/clientCredentials=flow flows/authorizationCode=flow"),
	)

	It("begins where it is told to: with an object, a list or a map", func() {
		var seen []string
		see := func(kind document.Kind, _ *node, pointer string) { seen = append(seen, pointer+" "+string(kind)) }
		document.Walk(document.Schema, tree("items: {}"), "/s", see)
		document.Walk("[]"+document.Schema, document.Get(tree("a: [{}]"), "a"), "/l", see)
		document.Walk("{}"+document.Schema, tree("x-a: {}"), "/m", see)
		document.Walk("", tree("items: {}"), "", see)
		document.Walk(document.Schema, nil, "", see)
		Expect(seen).To(Equal([]string{"/s schema", "/s/items schema", "/l/0 schema", "/m/x-a schema"}))
	})

	It("knows every member that the library of the checks reads, but for those of later versions", func() {
		for kind, is := range map[document.Kind]any{
			document.Document: openapi3.T{}, "info": openapi3.Info{}, "contact": openapi3.Contact{},
			"license": openapi3.License{}, "server": openapi3.Server{}, "serverVariable": openapi3.ServerVariable{},
			"components": openapi3.Components{}, "pathItem": openapi3.PathItem{}, "operation": openapi3.Operation{},
			"parameter": openapi3.Parameter{}, "requestBody": openapi3.RequestBody{}, "response": openapi3.Response{},
			"mediaType": openapi3.MediaType{}, "encoding": openapi3.Encoding{}, "example": openapi3.Example{},
			"link": openapi3.Link{}, "schema": openapi3.Schema{}, "discriminator": openapi3.Discriminator{},
			"xml": openapi3.XML{}, "tag": openapi3.Tag{}, "securityScheme": openapi3.SecurityScheme{},
			"flows": openapi3.OAuthFlows{}, "flow": openapi3.OAuthFlow{},
		} {
			for _, field := range reflect.VisibleFields(reflect.TypeOf(is)) {
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				if !slices.Contains([]string{"", "-", "connect", "query", "additionalOperations", "itemSchema"}, name) {
					Expect(kind.Member(name)).NotTo(BeZero(), "%s of %s", name, kind)
				}
			}
		}
	})

	DescribeTable("says what a member is", func(kind document.Kind, name string, want document.Kind) {
		Expect(kind.Member(name)).To(Equal(want))
	},
		Entry("a fact", document.Schema, "required", document.Plain),
		Entry("a reference", document.Response, "$ref", document.Plain),
		Entry("a list", document.Operation, "parameters", "[]"+document.Parameter),
		Entry("a map", document.Components, "parameters", "{}"+document.Parameter),
		Entry("a name in a map", "{}"+document.Parameter, "x-client-id", document.Parameter),
		Entry("any name", "{}"+document.Parameter, "*", document.Parameter),
		Entry("an item", "[]"+document.Parameter, "0", document.Parameter),
		Entry("a scheme of security", document.Requirement, "x-api-key", document.Plain),
		Entry("a status", document.Kind("responses"), "default", document.Response),
		Entry("no status", document.Kind("responses"), "x-acme", document.Kind("")),
		Entry("nothing that anybody knows", document.Operation, "acme", document.Kind("")),
		Entry("no name where nobody chooses any", document.Operation, "*", document.Kind("")),
		Entry("nothing of what is unknown", document.Kind(""), "$ref", document.Kind("")),
		Entry("nothing of a fact", document.Plain, "items", document.Kind("")),
	)

	DescribeTable("tells words from facts", func(kind document.Kind, name string, want bool) {
		Expect(kind.IsProse(name)).To(Equal(want))
	},
		Entry("a description", document.Schema, "description", true),
		Entry("the documentation elsewhere", document.Operation, "externalDocs", true),
		Entry("one that does not belong there", document.Header, "summary", true),
		Entry("of anything", document.Kind(""), "summary", true),
		Entry("a title", document.Schema, "title", false),
		Entry("a property", "{}"+document.Schema, "description", false),
		Entry("a callback's address", document.Kind("callback"), "description", false),
		Entry("an extension", document.Kind(""), "x-acme", false),
	)

	DescribeTable("tells examples from the rest", func(kind document.Kind, name string, want bool) {
		Expect(kind.IsExample(name)).To(Equal(want))
	},
		Entry("one", document.Parameter, "example", true), Entry("a list", document.Schema, "examples", true),
		Entry("a map", document.MediaType, "examples", true), Entry("components", document.Components, "examples", true),
		Entry("of anything", document.Kind(""), "example", true),
		Entry("redirects", document.Operation, "x-redirects", true),
		Entry("a default", document.Schema, "default", false),
		Entry("a response", document.Kind("responses"), "example", false),
		Entry("a property", "{}"+document.Schema, "examples", false),
	)

	DescribeTable("guesses what a member of an unknown object is", func(text string, want document.Kind) {
		for name, n := range document.Members(tree(text)) {
			Expect(document.Guess(name, n)).To(Equal(want))
		}
	},
		Entry("a map", "parameters: {p: {}}", "{}"+document.Parameter),
		Entry("a list", "parameters: [{}]", "[]"+document.Parameter),
		Entry("an object", "schema: {}", document.Schema), Entry("a schema that is true", "items: true", document.Schema),
		Entry("a map of examples", "examples: {e: {}}", "{}"+document.Example),
		Entry("a list of examples", "examples: [1]", document.Shown),
		Entry("words", "summary: s", document.Prose), Entry("a fact", "enum: [{}]", document.Plain),
		Entry("a list where none can be", "paths: []", document.Kind("")), Entry("a name", "acme: {}", document.Kind("")),
	)
})
