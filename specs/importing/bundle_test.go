package importing

import (
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var _ = Describe("import of a document that refers to other files", func() {
	// of is a document whose one answer has that schema.
	of := func(schema string) string {
		return `
openapi: 3.0.3
paths:
  /a:
    get:
      responses:
        "200": {content: {application/json: {schema: ` + schema + `}}}
`
	}
	// publish is a house in which such a document lies, with the others beside it.
	publish := func(text string, others ...string) *house {
		GinkgoHelper()
		h := newHouse()
		Expect(os.MkdirAll(h.path("published", "schemas"), 0o755)).To(Succeed())
		for i := 0; i < len(others); i += 2 {
			h.write(others[i], others[i+1])
		}
		h.publish("page", h.write("published/a.yaml", text))
		h.manifest("{paths: [/]}", "")
		return h
	}
	answer := "/paths/~1a/get/responses/200/content/application~1json/schema"

	It("takes what they have as components of its own, and they what they refer to", func() {
		h := publish(of(`{$ref: "schemas/paper%20kind.json#/definitions/Paper~1Kind"}`),
			"published/schemas/paper kind.json",
			`{"definitions": {"Paper/Kind": {"properties": {"next": {"$ref": "#/definitions/Paper~1Kind"}, `+
				`"other": {"$ref": "../other.yaml"}, "own": {"$ref": "../a.yaml#/components/schemas/Own"}}}}}`,
			"published/other.yaml", "type: string\nexample: {$ref: elsewhere.yaml}\n")
		root := h.write("published/a.yaml", of(`{$ref: "schemas/paper%20kind.json#/definitions/Paper~1Kind"}`)+
			"components: {schemas: {Own: {type: integer}, other: {type: number}}}\n")
		h.sources, h.files = nil, nil
		h.publish("page", root)
		h.manifest("{paths: [/]}", "")
		got := h.takes()
		Expect(got).To(haveAt(answer, `{"$ref":"#/components/schemas/Paper-Kind"}`))
		Expect(got).To(haveAt("/components/schemas", `{"Own":{"type":"integer"},`+
			`"Paper-Kind":{"properties":{"next":{"$ref":"#/components/schemas/Paper-Kind"},`+
			`"other":{"$ref":"#/components/schemas/other2"},"own":{"$ref":"#/components/schemas/Own"}}},`+
			`"other2":{"type":"string","example":{"$ref":"elsewhere.yaml"}}}`))
		Expect(h.stdout).To(And(ContainSubstring("  with it came other.yaml, beside it (sha256 "),
			ContainSubstring("  with it came schemas/paper kind.json, beside it (sha256 ")))

		source, err := document.Read(h.path("specs/acme/sources/page.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(document.At(source, "/x-source/with").Content).To(HaveLen(4))
		before := h.state()
		Expect(os.RemoveAll(h.path("published"))).To(Succeed()) // what is kept is enough
		Expect(h.run("acme")).To(Equal(0), h.stderr)
		for file := range before {
			if strings.Contains(file, "/specs/") {
				Expect(h.state()).To(HaveKeyWithValue(file, before[file]))
			}
		}
	})

	It("keeps the name of a component that is nothing but another file", func() {
		h := publish(of(`{$ref: "#/components/schemas/Paper"}`)+
			`components: {schemas: {Paper: {$ref: schemas/paper.yaml}, Same: {$ref: schemas/paper.yaml}, `+
			`Kind: {$ref: 'schemas/paper.yaml#/properties/kind'}}}`,
			"published/schemas/paper.yaml",
			"properties: {kind: {enum: [pan]}, same: {$ref: '#/properties/kind'}, next: {$ref: paper.yaml}}")
		Expect(h.takes()).To(haveAt("/components/schemas", `{"Paper":{"properties":{"kind":{"enum":["pan"]},`+
			`"same":{"$ref":"#/components/schemas/Kind"},"next":{"$ref":"#/components/schemas/Paper"}}},`+
			`"Kind":{"enum":["pan"]}}`))
	})

	It("takes paths, responses and parameters from them, and what a discriminator maps to", func() {
		h := publish("openapi: 3.0.3\npaths: {/a: {$ref: path.yaml}}\n",
			"published/path.yaml", `
get:
  parameters: [{$ref: 'shared.yaml#/parameters/0'}]
  responses: {"200": {$ref: 'shared.yaml#/ok'}}
`,
			"published/shared.yaml", `
parameters: [{name: page, in: query, schema: {type: integer}}]
ok: {content: {application/json: {schema: {oneOf: [], discriminator: {propertyName: kind, mapping: {pan: pan.yaml, same: Paper, whole: './shared.yaml#/whole'}}}}}}
whole: {type: object}
`,
			"published/pan.yaml", "type: string")
		h.refuses(`published/a.yaml: the reference "#/components/schemas/Paper" leads nowhere`,
			"acme", h.path("published/a.yaml"))
		h = publish(h.text("published/a.yaml")+"components: {schemas: {Paper: {}}}\n",
			"published/path.yaml", h.text("published/path.yaml"), "published/shared.yaml",
			h.text("published/shared.yaml"), "published/pan.yaml", "type: string")
		got := h.takes()
		Expect(got).To(haveAt("/paths/~1a/get", `{"parameters":[{"$ref":"#/components/parameters/0"}],`+
			`"responses":{"200":{"$ref":"#/components/responses/ok"}}}`))
		Expect(got).To(haveAt("/components/responses/ok/content/application~1json/schema/discriminator/mapping",
			`{"pan":"#/components/schemas/pan","same":"Paper","whole":"#/components/schemas/whole"}`))
		Expect(got).To(haveAt("/components/schemas", `{"Paper":{},"pan":{"type":"string"},"whole":{"type":"object"}}`))
		Expect(got).To(haveAt("/components/pathItems", ""))
	})

	DescribeTable("refuses, by its name, one that", func(ref, why string) {
		h := publish(of(`{$ref: "`+ref+`"}`), "outside.yaml", "type: object", "published/broken.yaml", "a: [\n")
		Expect(os.Symlink(h.path("outside.yaml"), h.path("published/link.yaml"))).To(Succeed())
		h.refuses(`published/a.yaml:7: the reference "`+ref+`" cannot be followed: `+why,
			"acme", h.path("published/a.yaml"))
	},
		Entry("is not there",
			"schemas/none.json", "there is no file schemas/none.json beside published/a.yaml: save it there too"),
		Entry("lies at an address", "https://acme.example/paper.json", "it is an address, from which nothing is "+
			"fetched: save that beside published/a.yaml, and write the file's name for the address, in a copy"),
		Entry("lies at an address without a scheme", "//acme.example/paper.json", "it is an address"),
		Entry("lies outside of the folder",
			"../outside.yaml", "it leads out of the folder of published/a.yaml: copy that into the folder"),
		Entry("lies outside of the folder, escaped", "schemas/%2e%2e/../../outside.yaml", "it leads out of the folder"),
		Entry("has a path from the top", "/etc/passwd", "it leads out of the folder"),
		Entry("is a link out of the folder", "link.yaml", "link.yaml: path escapes from parent"),
		Entry("is broken", "broken.yaml", "broken.yaml:2: is not YAML"),
		Entry("has nothing there", "a.yaml/x", "a.yaml/x: not a directory"),
		Entry("is a folder", "schemas", "schemas: is a directory"),
	)

	It("never takes a file of the same name in another folder, and says why it took none", func() {
		h := publish(of(`{$ref: "schemas/s.json#/Node"}`),
			"published/schemas/s.json", `{"Node": {"properties": {"up": {"$ref": "other.yaml"}}}}`,
			"published/other.yaml", "type: string")
		h.refuses(`published/a.yaml: the reference "schemas/other.yaml" cannot be followed: there is no file `+
			`schemas/other.yaml beside published/a.yaml`,
			"acme", h.path("published/a.yaml"))
		h.write("published/schemas/other.yaml", "a: [\n")
		h.refuses(`published/a.yaml: the reference "schemas/other.yaml" cannot be `+
			`followed: schemas/other.yaml:2: is not YAML`,
			"acme", h.path("published/a.yaml"))
	})

	It("refuses an anchor, and a pointer to nothing, in another file", func() {
		h := publish(of(`{$ref: "b.yaml#here"}`), "published/b.yaml", "$anchor: here")
		h.refuses(`published/a.yaml:7: the reference "b.yaml#here" cannot be followed: it names the anchor `+
			`"here": write the JSON pointer of what is meant, in a copy`, "acme", h.path("published/a.yaml"))
		h = publish(of(`{$ref: "b.yaml#/here"}`), "published/b.yaml", "there: {}")
		h.refuses(`published/a.yaml:7: the reference "b.yaml#/here" cannot be followed: there is nothing at /here `+
			`in b.yaml`, "acme", h.path("published/a.yaml"))
	})

	It("lets what is not selected refer to whatever it likes", func() {
		h := publish(of(`{type: object}`) +
			"  /b: {get: {responses: {\"200\": {content: {a/b: {schema: {$ref: 'https://acme.example/b.json'}}}}}}}\n")
		h.manifest("{paths: [/a]}", "")
		h.takes()
		h.manifest("{paths: [/]}", "")
		h.refuses(`published/a.yaml:8: the reference "https://acme.example/b.json" cannot be followed`,
			"acme", h.path("published/a.yaml"))
	})

	It("reads a document with a byte-order mark, be it JSON or YAML, and parts with one", func() {
		for _, text := range []string{
			`{"openapi": "3.0.3", "paths": {"/a": {"get": {"requestBody": {"$ref": "b.json#/r"}}}}}`,
			"openapi: 3.0.3\npaths: {/a: {get: {requestBody: {$ref: 'b.json#/r'}}}}\n",
		} {
			h := publish("\ufeff"+text, "published/b.json", "\ufeff{\"r\": {\"content\": {}}}")
			Expect(h.takes()).To(haveAt("/components/requestBodies", `{"r":{"content":{}}}`))
		}
	})
})
