package importing

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var _ = Describe("import of webhooks", func() {
	const hook = `{post: {operationId: onCheckDone, summary: words, ` +
		`requestBody: {content: {application/json: {example: {id: 7}}}}}}`

	It("takes them beside the paths, facts only", func() {
		root := imported("openapi: 3.1.0\npaths: {/a: {get: {operationId: read}}}\nwebhooks: {checkDone: " + hook +
			"}\n")
		Expect(root).To(haveAt("/paths/~1a/get", `{"operationId":"read"}`))
		Expect(root).To(haveAt("/webhooks/checkDone",
			`{"post":{"operationId":"onCheckDone",`+
				`"requestBody":{"content":{"application/json":{"examples":{"example":{"value":{"id":7}}}}}}}}`))
	})

	It("takes a document that has nothing else, and merges again what is kept of it", func() {
		h := newHouse()
		h.publish("page", h.write("a.yaml", "openapi: 3.1.0\nwebhooks: {checkDone: "+hook+"}\n"))
		h.manifest("{paths: [/]}", "")
		Expect(h.takes()).To(And(haveAt("/paths", ""), haveAt("/webhooks/checkDone/post/operationId", `"onCheckDone"`)))
		Expect(h.stdout).
			To(HavePrefix("acme: 0 operations, 1 webhooks, 1 request and response examples, 0 components;"))
		before := h.state()
		Expect(h.run("acme")).To(Equal(0), h.stderr)
		Expect(h.state()).To(Equal(before))
	})

	It("follows what they refer to, be it a path item or a component that they alone reach", func() {
		root := imported(`
openapi: 3.1.0
paths: {}
webhooks: {done: {$ref: '#/components/pathItems/Done', parameters: [{name: X-Id, in: header}]}}
components:
  pathItems: {Done: {post: {requestBody: {$ref: '#/components/requestBodies/Sent%20Body'}}}}
  requestBodies: {Sent Body: {content: {application/json: {schema: {type: object}}}}, Other: {content: {}}}
`)
		Expect(root).
			To(haveAt("/webhooks/done", `{"post":{"requestBody":{"$ref":"#/components/requestBodies/Sent%20Body"}},`+
				`"parameters":[{"name":"X-Id","in":"header"}]}`))
		Expect(root).To(haveAt("/components",
			`{"requestBodies":{"Sent Body":{"content":{"application/json":{"schema":{"type":"object"}}}}}}`))
	})

	It("tells of a path item that it is not taken only where it was not written out either", func() {
		h := newHouse()
		h.write("first.yaml", "$ref: 'second.yaml'\n")
		h.write("second.yaml", "post: {}\n")
		h.publish("page", h.write("a.yaml",
			"openapi: 3.1.0\nwebhooks: {one: {$ref: '#/components/pathItems/W'}, two: {$ref: first.yaml}}\n"+
				"components: {pathItems: {W: {$ref: '#/components/pathItems/V'}, V: {post: {}}, Other: {post: {}}}}\n"))
		h.manifest("{paths: [/]}", "")
		Expect(h.takes()).To(haveAt("/webhooks", `{"one":{"post":{}},"two":{"post":{}}}`))
		Expect(h.stdout).To(ContainSubstring("  not taken, as nothing that is taken refers to it: pathItems/Other\n"))
	})

	It("refuses a path item that says the same as what it refers to", func() {
		h := newHouse()
		h.publish("page", h.write("a.yaml", "openapi: 3.1.0\nwebhooks: {done: {$ref: '#/components/pathItems/D', "+
			"post: {}}}\ncomponents: {pathItems: {D: {post: {}}}}\n"))
		h.manifest("{paths: [/]}", "")
		h.refuses("a.yaml:2: /webhooks/done: has post beside a $ref to what has one too", "acme", h.path("a.yaml"))
	})

	DescribeTable("takes those that are selected, and names the others:", func(selection, webhooks, told string) {
		h := newHouse()
		h.publish("page", h.write("a.yaml", "openapi: 3.1.0\npaths: {/a: {get: {operationId: read}}}\n"+
			"webhooks: {one: {post: {operationId: onOne}}, two: {post: {operationId: onTwo}}}\n"))
		h.manifest(selection, "")
		names := ""
		for name := range document.Members(document.Get(h.takes(), "webhooks")) {
			names += name + " "
		}
		Expect(names).To(Equal(webhooks))
		if told == "" {
			Expect(h.stdout).NotTo(ContainSubstring("not selected"))
		} else {
			Expect(h.stdout).To(ContainSubstring("  not selected: " + told + "\n"))
		}
	},
		Entry("all with all paths", "{paths: [/]}", "one two ", ""),
		Entry("none with some paths", "{paths: [/a]}", "", "webhook one, webhook two"),
		Entry("by name", "{webhooks: [two]}", "two ", "path /a, webhook one"),
		Entry("by the id of the operation", "{operations: [onOne]}", "one ", "path /a, webhook two"),
	)

	It("takes an operation that stands outside paths by its id alone, with what it refers to", func() {
		h := newHouse()
		h.publish("page", h.write("a.yaml", "openapi: 3.1.0\npaths: {/a: {get: {operationId: read}}}\ncomponents:\n"+
			"  pathItems:\n    One: {post: {operationId: check, responses: {'200': "+
			"{$ref: '#/components/responses/R'}}}}\n"+
			"    Two: {post: {operationId: other}}\n  responses: {R: {}}\n"))
		h.manifest("{paths: [/], operations: [check]}", "")
		root := h.takes()
		Expect(root).To(And(haveAt("/components/pathItems/One/post/operationId", `"check"`),
			haveAt("/components/responses/R/description", `"OK"`)))
		Expect(document.At(root, "/components/pathItems/Two")).To(BeNil())
		Expect(h.stdout).To(ContainSubstring("acme: 1 operation"))
	})

	It("says that a selection names a webhook that there is not", func() {
		h := newHouse()
		h.publish("page", h.write("a.yaml", "openapi: 3.1.0\nwebhooks: {one: {post: {}}}\n"))
		h.manifest("{webhooks: [one, three]}", "")
		h.refuses(`specs/acme/import.yaml: select names "three", which takes nothing from the sources`, "acme",
			h.path("a.yaml"))
	})

	It("merges those of several sources, tells the file by them, and lets nobody but the manifest decide between two",
		func() {
			h := newHouse()
			first := h.write("a.yaml", "openapi: 3.1.0\npaths: {/a: {get: {}}, /b: {get: {}}, /c: {get: {}}}\n"+
				"webhooks: {one: {post: {operationId: onOne}}}\n")
			second := h.write("b.yaml",
				"openapi: 3.1.0\nwebhooks: {one: {post: {operationId: onFirst}}, two: {post: {}}}\n")
			h.sources = []string{"  - {name: first, url: u, licence: l}\n"}
			h.manifest("{paths: [/]}", "")
			Expect(h.run("acme", first)).To(Equal(0), h.stderr)
			h.sources = append(h.sources, "  - {name: second, url: u, licence: l}\n")
			h.manifest("{paths: [/]}", "")
			Expect(h.run("acme", second)).To(Equal(2))
			Expect(h.stderr).
				To(And(ContainSubstring("sources disagree"), ContainSubstring("- at: /webhooks/one/post\n")))
			h.manifest("{paths: [/]}", "decide: [{at: /webhooks/one, take: second}]\n")
			Expect(h.run("acme", second)).To(Equal(0), h.stderr)
			root, err := document.Read(h.path("specs/acme/openapi.yaml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(root).To(haveAt("/webhooks",
				`{"one":{"post":{"operationId":"onFirst","x-source":"second"}},"two":{"post":{"x-source":"second"}}}`))

			h.write("b.yaml",
				"openapi: 3.1.0\nwebhooks: {one: {post: {operationId: onFirst}}, two: {post: {operationId: onTwo}}}\n")
			Expect(h.run("acme", second)).To(Equal(0), h.stderr)
			Expect(h.stdout).To(ContainSubstring(`source "second" is now ` + second))
		})
})

var _ = Describe("import of several versions of OpenAPI", func() {
	// publish makes sources a, b, ... of a version and a schema each.
	publish := func(versions ...[2]string) *house {
		GinkgoHelper()
		h := newHouse()
		for i, of := range versions {
			name := string(rune('a' + i))
			h.publish(name, h.write(name+".yaml",
				"openapi: "+of[0]+"\npaths: {/"+name+": {get: {parameters: [{schema: "+of[1]+"}]}}}\n"))
		}
		return h
	}

	DescribeTable("refuses 3.0 beside 3.1 where a schema means something else there, "+
		"even where somebody decided which version is written", func(schema, at string) {
		h := publish([2]string{"3.0.3", "{}"}, [2]string{"3.0.3", schema}, [2]string{"3.1.0", "{}"})
		for _, rest := range []string{"", "decide: [{at: /openapi, take: c}]\n"} {
			h.manifest("{paths: [/]}", rest)
			h.refuses(`specs/acme/import.yaml: source "b" is OpenAPI 3.0.3 and source "c" is OpenAPI 3.1.0, `+
				`and schemas of 3.0 mean something else in 3.1 `+
				`(nullable, exclusiveMinimum, members beside a $ref, and what 3.0 does not know), `+
				`as at /paths/~1b/get/parameters/0/schema`+at+
				`; convert the file of "b", for example with openapi-format --convertTo 3.1, `+
				`and give that instead, together with the others (FROM=)`, append([]string{"acme"}, h.files...)...)
		}
	},
		Entry("null", "{type: string, nullable: true}", "/nullable"),
		Entry("an open lower end", "{items: {minimum: 1, exclusiveMinimum: true}}", "/items/exclusiveMinimum"),
		Entry("an open upper end", "{allOf: [{maximum: 1, exclusiveMaximum: true}]}", "/allOf/0/exclusiveMaximum"),
		Entry("a word that 3.0 does not know", "{type: string, const: a}", "/const"),
		Entry("one within an item", "{items: {patternProperties: {a: {minLength: 1}}}}", "/items/patternProperties"),
		Entry("what stands beside a reference", "{items: {$ref: '#/paths', maxLength: 1}}", "/items/$ref"),
	)

	It("merges 3.0 into 3.1 where it reads the same there, whoever of them comes first", func() {
		for _, order := range [][2]int{{0, 1}, {1, 0}} {
			of := [][2]string{
				{"3.0.3", "{type: string, example: a}"}, {"3.1.0", "{type: [string, 'null'], exclusiveMinimum: 1}"},
			}
			h := publish(of[order[0]], of[order[1]])
			h.manifest("{paths: [/]}", "")
			Expect(h.takes()).To(haveAt("/openapi", `"3.1.0"`))
			Expect(h.takes()).To(haveAt("/paths/~1"+string(rune('a'+order[0]))+"/get/parameters/0/schema",
				`{"type":"string","example":"a"}`))
		}
	})

	It("merges releases of one version, of which the manifest chooses what is written", func() {
		h := publish([2]string{"3.0.1", "{nullable: true}"}, [2]string{"3.0.3", "{}"})
		h.manifest("{paths: [/]}", "decide: [{at: /openapi, take: b}]\n")
		Expect(h.takes()).To(haveAt("/openapi", `"3.0.3"`))
	})
})
