package gonames_test

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/gonames"
	"example.com/digilocker/specs/overlay"
)

// settings are those of a client that is here.
func settings() []byte {
	GinkgoHelper()
	files, err := filepath.Glob("../../gen/*api/cfg.yaml")
	Expect(err).NotTo(HaveOccurred())
	Expect(files).NotTo(BeEmpty())
	text, err := os.ReadFile(files[0])
	Expect(err).NotTo(HaveOccurred())
	return text
}

// clashes are those of a document with an overlay that has the actions.
func clashes(published string, actions []string, settings []byte) ([]gonames.Clash, error) {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	text := "overlay: 1.1.0\ninfo: {title: Acme, version: \"1\"}\nactions:\n" +
		"- {target: $.info, update: {description: ours}}\n"
	for _, action := range actions {
		text += action + "\n"
	}
	Expect(os.WriteFile(filepath.Join(dir, "openapi.yaml"), []byte(published), 0o600)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(dir, "overlay.yaml"), []byte(text), 0o600)).To(Succeed())
	root, _, err := overlay.Effective(dir)
	Expect(err).NotTo(HaveOccurred())
	return gonames.Clashes(root, settings)
}

// with is a document that has the members: paths, components. Without paths, an answer has the
// schema S.
func with(members string) string {
	if !strings.Contains(members, "paths:") {
		members = "paths: {/a: {get: {operationId: getA, responses: {'200': {description: ok, " +
			"content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}}}}}\n" + members
	}
	return "openapi: 3.0.3\ninfo: {title: Acme, version: \"1\"}\n" + members + "\n"
}

const (
	answers  = "responses: {'200': {description: ok}}"
	inPath   = "in: path, required: true, schema: {type: string}"
	ofS      = "$['components']['schemas']['S']"
	ofPath   = "/components/schemas/S"
	ofMember = ofS + "['properties']"
)

var _ = Describe("names that clash in Go", func() {
	DescribeTable("are told, with an action that cures each:", func(members string, want ...string) {
		found, err := clashes(with(members), nil, settings())
		Expect(err).NotTo(HaveOccurred())
		var lines, actions []string
		for _, c := range found {
			lines, actions = append(lines, c.Line()), append(actions, c.Action)
		}
		Expect(lines).To(Equal(want))
		Expect(clashes(with(members), actions, settings())).To(BeEmpty(), "pasted, the actions do not cure it")
	},
		Entry("two spellings of a member",
			"components: {schemas: {S: {type: object, properties: {Status: {type: string}, status: {type: string}}}}}",
			ofPath+`/properties/Status and `+ofPath+`/properties/status both become the field S.Status: - {target: "`+
				ofMember+`['status']", update: {x-go-name: "Status2"}}`),
		Entry("three",
			"components: {schemas: {S: {type: object, properties: {a-b: {type: string}, a.b: {type: string}, "+
				"a_b: {type: string}}}}}",
			ofPath+`/properties/a-b and `+ofPath+`/properties/a.b both become the field S.AB: - {target: "`+ofMember+
				`['a.b']", update: {x-go-name: "AB2"}}`,
			ofPath+`/properties/a-b and `+ofPath+`/properties/a_b both become the field S.AB: - {target: "`+ofMember+
				`['a_b']", update: {x-go-name: "AB3"}}`),
		Entry("members that a schema has of another",
			"components: {schemas: {S: {allOf: [{$ref: '#/components/schemas/P'}, {type: object, properties: {n: "+
				"{$ref: '#/components/schemas/P'}}}]}, P: {type: object, properties: {N: {type: string}}}}}",
			`/components/schemas/P/properties/N and `+ofPath+`/allOf/1/properties/n both become the field S.N: `+
				`- {target: "`+ofS+`['allOf'][1]['properties']['n']", update: {x-go-name: "N2"}}`),
		Entry("members of a script without capitals",
			"components: {schemas: {S: {type: object, properties: {नाम: {type: string}}}}}",
			ofPath+`/properties/नाम makes no name in Go: - {target: "`+ofMember+
				`['नाम']", update: {x-go-name: "Member"}}`),
		Entry("a member and a method",
			"components: {schemas: {S: {type: object, additionalProperties: true, properties: {get: {type: string}}}}}",
			ofPath+`/properties/get becomes the field S.Get, which is a method's name already: - {target: "`+ofMember+
				`['get']", update: {x-go-name: "Get2"}}`),
		Entry("a member and the generator's own",
			"components: {schemas: {S: {type: object, additionalProperties: true, "+
				"properties: {additional_properties: {type: string}}}}}",
			ofPath+`/properties/additional_properties becomes the field S.AdditionalProperties, `+
				`which is another's name already: `+
				`- {target: "`+ofMember+`['additional_properties']", update: {x-go-name: "AdditionalProperties2"}}`),
		Entry("a schema and the generator's own",
			"components: {schemas: {S: {type: object, properties: {c: {$ref: '#/components/schemas/Client'}}}, "+
				"Client: {type: object, properties: {n: {type: string}}}}}",
			`/components/schemas/Client becomes the type Client, which every client has: `+
				`- {target: "$['components']['schemas']['Client']", update: {x-go-name: "ClientSchema"}}`),
		Entry("a schema of a script without capitals",
			"components: {schemas: {S: {type: object, properties: {c: {$ref: '#/components/schemas/नाम'}}}, "+
				"नाम: {type: object, properties: {n: {type: string}}}}}",
			`/components/schemas/नाम makes no name in Go: `+
				`- {target: "$['components']['schemas']['नाम']", update: {x-go-name: "Schema"}}`),
		Entry("a schema within one, and another",
			"components: {schemas: {S: {type: object, properties: {e: {type: string, enum: [a]}, "+
				"f: {$ref: '#/components/schemas/SE'}}}, SE: {type: string, enum: [b]}}}",
			ofPath+`/properties/e and /components/schemas/SE both become the type SE: - {target: "`+ofMember+
				`['e']", update: {x-go-type-name: "SE2"}}`),
		Entry("three of them",
			"components: {schemas: {S: {type: object, properties: {a: {$ref: '#/components/schemas/T'}, "+
				"b: {$ref: '#/components/schemas/t'}, f: {$ref: '#/components/schemas/TE'}}}, "+
				"T: {type: object, properties: {e: {type: string, enum: [a]}}}, t: {type: object, "+
				"properties: {e: {type: string, enum: [b]}}}, TE: {type: string, enum: [c]}}}",
			`/components/schemas/T/properties/e and /components/schemas/t/properties/e and /components/schemas/TE `+
				`all become the type TE: `+
				`- {target: "$['components']['schemas']['t']['properties']['e']", update: {x-go-type-name: "TE3"}}`,
			`/components/schemas/T/properties/e and /components/schemas/t/properties/e and /components/schemas/TE `+
				`all become the type TE: `+
				`- {target: "$['components']['schemas']['T']['properties']['e']", update: {x-go-type-name: "TE2"}}`),
		Entry("schemas within two whose names begin with a figure",
			"components: {schemas: {S: {type: object, properties: {a: {$ref: '#/components/schemas/1x'}, "+
				"b: {$ref: '#/components/schemas/1-x'}}}, "+
				"1x: {type: object, properties: {e: {type: string, enum: [a, b]}}}, 1-x: {type: object, "+
				"properties: {e: {type: string, enum: [a, b]}}}}}",
			`/components/schemas/1x/properties/e and /components/schemas/1-x/properties/e both become the type N1XE: `+
				`- {target: "$['components']['schemas']['1-x']['properties']['e']", `+
				`update: {x-go-type-name: "N1XE3"}}`),
		Entry("a value of an enum, and a schema",
			"components: {schemas: {S: {type: object, properties: {e: {type: string, enum: [x, y]}, "+
				"f: {$ref: '#/components/schemas/SEX'}}}, SEX: {type: object, properties: {n: {type: string}}}}}",
			ofPath+`/properties/e has a value that becomes the constant SEX, which is the name of something else: `+
				`- {target: "`+ofMember+`['e']", update: {x-enum-varnames: ["XValue","Y"]}}`),
		Entry("two values of an enum, each with a schema",
			"components: {schemas: {S: {type: object, properties: {e: {type: string, enum: [x, y, z]}, "+
				"f: {$ref: '#/components/schemas/SEX'}, g: {$ref: '#/components/schemas/SEZ'}}}, "+
				"SEX: {type: object, properties: {n: {type: string}}}, "+
				"SEZ: {type: object, properties: {n: {type: string}}}}}",
			ofPath+`/properties/e has a value that becomes the constant SEX, which is the name of something else; `+
				ofPath+`/properties/e has a value that becomes the constant SEZ, which is the name of something else: `+
				`- {target: "`+ofMember+`['e']", update: {x-enum-varnames: ["XValue","Y","ZValue"]}}`),
		Entry("operations in two spellings",
			"paths: {/a: {get: {operationId: get-check, "+answers+
				"}}, /b: {get: {operationId: getCheck, "+answers+"}}}",
			`/paths/~1a/get/operationId and /paths/~1b/get/operationId both become the method GetCheck: `+
				`- {target: "$['paths']['/b']['get']", update: {operationId: "getB"}}`),
		Entry("operations of which only one has a body",
			"paths: {/a: {post: {operationId: post-check, requestBody: {content: {text/plain: {schema: {type: "+
				"string}}}}, "+answers+"}}, /b: {get: {operationId: postCheck, "+answers+"}}}",
			`/paths/~1a/post/operationId and /paths/~1b/get/operationId both become the method PostCheck: `+
				`- {target: "$['paths']['/b']['get']", update: {operationId: "getB"}}`),
		Entry("an operation that makes no name",
			"paths: {/it's: {get: {operationId: 检查, "+answers+"}}}",
			`/paths/~1it's/get/operationId makes no name in Go: `+
				`- {target: "$['paths']['/it\\'s']['get']", update: {operationId: "getItS"}}`),
		Entry("parameters of a path item and an operation, and in several places",
			"paths: {/a: {parameters: [{name: id, in: query, schema: {type: string}}], get: {operationId: getA, "+
				"parameters: [{name: ID, in: query, schema: {type: string}}, "+
				"{name: Id, in: header, schema: {type: string}}], "+answers+"}}}",
			`/paths/~1a/get/parameters/0 and /paths/~1a/parameters/0 both become the field GetAParams.ID: `+
				`- {target: "$['paths']['/a']['parameters'][0]", update: {x-go-name: "IDQuery"}}`,
			`/paths/~1a/get/parameters/0 and /paths/~1a/get/parameters/1 both become the field GetAParams.ID: `+
				`- {target: "$['paths']['/a']['get']['parameters'][1]", update: {x-go-name: "IDHeader"}}`),
		Entry("parameters in a path, with others and with what the method uses",
			"paths: {'/{server}/{url}/{req-1}/{req_1}/{err}': {get: {operationId: getA, parameters: [{name: server, "+
				inPath+"}, {name: url, "+inPath+"}, "+
				"{name: req-1, "+inPath+"}, {name: req_1, "+inPath+"}, {name: err, "+inPath+"}], "+answers+"}}}",
			argument("0", "", "server", "ServerInPath"), argument("1", "", "url", "UrlInPath"),
			argument("3", "2", "req1", "Req1InPath"), argument("4", "", "err", "ErrInPath")),
	)

	DescribeTable("are told of a parameter in a path, where there is a body:", func(name, free string) {
		members := "paths: {'/k/{" + name + "}': {post: {operationId: postK, parameters: [{name: " +
			name + ", " + inPath + "}], " +
			"requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}, " +
			answers + "}}}"
		found, err := clashes(with(members), nil, settings())
		Expect(err).NotTo(HaveOccurred())
		Expect(found).To(HaveLen(1))
		Expect(found[0].Line()).To(Equal("/paths/~1k~1{" + name + "}/post/parameters/0 becomes the argument " + name +
			", which is another's name already: " +
			`- {target: "$['paths']['/k/{` + name +
			`}']['post']['parameters'][0]", update: {x-go-name: "` + free + `"}}`))
		Expect(clashes(with(members), []string{found[0].Action}, settings())).To(BeEmpty())
	},
		Entry("the context", "ctx", "CtxInPath"),
		Entry("the editors", "reqEditors", "ReqEditorsInPath"),
		Entry("the type of the body", "contentType", "ContentTypeInPath"),
		Entry("the request", "req", "ReqInPath"),
		Entry("the answer", "rsp", "RspInPath"),
		Entry("the client", "c", "CInPath"),
		Entry("Go's own nil", "nil", "NilInPath"),
		Entry("Go's own string", "string", "StringInPath"),
	)

	DescribeTable("are told of an operation that is called as a field of every client:", func(id, method string) {
		members := "paths: {/k: {post: {operationId: " + id +
			", requestBody: {content: {application/json: {schema: {type: object, " +
			"properties: {a: {type: string}}}}}}, " + answers + "}}}"
		found, err := clashes(with(members), nil, settings())
		Expect(err).NotTo(HaveOccurred())
		Expect(found).To(HaveLen(1))
		Expect(found[0].Line()).To(Equal("/paths/~1k/post/operationId becomes the method " + method +
			`, which is the name of a field that every client has: ` +
			`- {target: "$['paths']['/k']['post']", update: {operationId: "postK"}}`))
		Expect(clashes(with(members), []string{found[0].Action}, settings())).To(BeEmpty())
	},
		Entry("its client for HTTP", "client", "Client"),
		Entry("in capitals", "Client", "Client"),
		Entry("its server", "server", "Server"),
		Entry("what the client of answers holds", "ClientInterface", "ClientInterface"),
	)

	DescribeTable("are none, by a rule or a setting that is the same for all:", func(members string) {
		Expect(clashes(with(members), nil, settings())).To(BeEmpty())
	},
		Entry("a schema and an operation's result",
			"components: {schemas: {S: {$ref: '#/components/schemas/GetAResponse'}, GetAResponse: {type: object, "+
				"properties: {n: {type: string}}}}}"),
		Entry("two schemas",
			"components: {schemas: {S: {type: object, properties: {a: {$ref: '#/components/schemas/Paper%20Kind'}, "+
				"b: {$ref: '#/components/schemas/paper_kind'}}}, "+
				"Paper Kind: {type: object, properties: {a: {type: string}}}, paper_kind: {type: object, "+
				"properties: {b: {type: string}}}}}"),
		Entry("values of an enum", "components: {schemas: {S: {type: object, properties: {e: {type: string, "+
			"enum: [a b, a_b, a-b, '', '-', हाँ]}}}}}"),
		Entry("a parameter in a path that is called as what Go has, and no function uses",
			"paths: {'/{len}': {get: {operationId: getA, parameters: [{name: len, "+inPath+"}], "+answers+"}}}"),
		Entry("values of an enum that are numbers",
			"components: {schemas: {S: {type: object, properties: {e: {type: integer, enum: [1000, 1001]}}}}}"),
		Entry("an object within an answer in XML", "paths: {/a: {get: {operationId: getA, "+
			"responses: {'200': {description: ok, content: {application/xml: {schema: "+
			"{type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}}}}}}}}"),
	)

	It("are told although the settings do not help", func() {
		plain := []byte(strings.Replace(string(settings()), "resolve-type-name-collisions: true",
			"resolve-type-name-collisions: false", 1))
		members := "components: {schemas: {S: {$ref: '#/components/schemas/GetAResponse'}, " +
			"GetAResponse: {type: object, properties: {n: {type: string}}}}}"
		found, err := clashes(with(members), nil, plain)
		Expect(err).NotTo(HaveOccurred())
		Expect(found).To(HaveLen(1))
		Expect(found[0].Line()).To(Equal(
			`/components/schemas/GetAResponse and the result of /paths/~1a/get both become the type GetAResponse: ` +
				`- {target: "$['components']['schemas']['GetAResponse']", update: {x-go-name: "GetAResponseSchema"}}`))
		Expect(clashes(with(members), []string{found[0].Action}, plain)).To(BeEmpty())
	})

	It("are told once if nothing cures them, with the others", func() {
		found, err := clashes(with("components: {schemas: {S: {type: object, properties: {a: {x-go-type: Nothing}, "+
			"Status: {type: string}, status: {type: string}}}}}"), nil, settings())
		Expect(err).NotTo(HaveOccurred())
		Expect(found).To(HaveLen(2))
		Expect(found[0].Line()).
			To(Equal("the client uses Nothing, which is not declared: let x-go-type name a type that is, such as any"))
		Expect(found[1].What).To(ContainSubstring("S.Status"))
	})
})

// argument is the line about a parameter of the one operation, and another one.
func argument(index, other, name, free string) string {
	const at = "/paths/~1{server}~1{url}~1{req-1}~1{req_1}~1{err}/get/parameters/"
	what := at + index + " becomes the argument " + name + ", which is another's name already"
	if other != "" {
		what = at + other + " and " + at + index + " both become the argument " + name
	}
	return what + `: - {target: "$['paths']['/{server}/{url}/{req-1}/{req_1}/{err}']['get']['parameters'][` + index +
		`]", update: {x-go-name: "` + free + `"}}`
}

var _ = DescribeTable("the generator's own faults are told on one line:", func(members, settings, want string) {
	_, err := clashes(with(members), nil, []byte(settings))
	Expect(err).To(MatchError(And(ContainSubstring(want), Not(ContainSubstring("\n")))))
},
	Entry("a path without its parameter", "paths: {'/{id}': {get: {operationId: getA, "+answers+"}}}",
		"package: a\ngenerate: {client: true, models: true}", "path '/{id}' has 1 positional parameters"),
	Entry("no Go", "components: {schemas: {S: {x-go-type: '[['}}}",
		"package: a\ngenerate: {client: true, models: true}", "what is generated is no Go: client.gen.go:"),
	Entry("settings that are none", "paths: {}", "package: [", "cfg.yaml: "),
	Entry("settings that do not fit", "paths: {}", "generate: {client: true}", "cfg.yaml: "),
)
