package doctor_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document/documenttest"
)

// ailing is a document with an example that fits, and two that do not.
const ailing = `
openapi: 3.0.3
x-sources: [{name: PAGE, date: "2026-01-02"}]
info: {title: Acme, version: "1"}
paths:
  /thing:
    get:
      operationId: getThing
      parameters:
        - {name: mood, in: query, schema: {$ref: '#/components/schemas/Mood'}, example: calm}
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              examples:
                fits: {value: {size: 1, mood: calm}}
                large: {value: {size: large}}
                grim: {value: {mood: grim}}
      x-redirects:
        back: {value: 'https://acme.example/back'}
components:
  schemas:
    Mood: {type: string, enum: [calm]}
    Thing:
      type: object
      properties:
        size: {type: integer}
        mood: {$ref: '#/components/schemas/Mood'}
`

const (
	size  = "$.components.schemas.Thing.properties.size"
	mood  = "$.components.schemas.Mood"
	large = "/paths/~1thing/get/responses/200/content/application~1json/examples/large/value"
	grim  = "/paths/~1thing/get/responses/200/content/application~1json/examples/grim/value"
)

// overlayHead is what stands above the actions of an overlay.
const overlayHead = "overlay: 1.1.0\ninfo: {title: ours, version: \"1\"}\nactions:\n"

var _ = Describe("the example doctor", func() {
	diagnose := func(document, actions string) (*example.Diagnosis, error) {
		GinkgoHelper()
		specs := GinkgoT().TempDir()
		Expect(os.Mkdir(filepath.Join(specs, "acme"), 0o700)).To(Succeed())
		for file, text := range map[string]string{
			"openapi.yaml": document,
			"overlay.yaml": overlayHead + actions,
		} {
			Expect(os.WriteFile(filepath.Join(specs, "acme", file), []byte(text), 0o600)).To(Succeed())
		}
		return doctor.Diagnose(specs, "acme")
	}
	const (
		words  = "  - {target: $.info, update: {description: ours}}\n"
		number = "  - {target: " + size + ".type, update: integer, x-source: PAGE}\n"
		text   = "  - {target: " + size + ".type, update: string, x-source: PAGE}\n"
		reason = "  - {target: " + size + ".type, update: string, x-difference: AC-D1}\n"
	)
	It("examines a published document to which the overlay gives its ids", func() {
		d, err := diagnose(strings.Replace(ailing, "operationId: getThing", "tags: []", 1), "  - target: $.paths['/thing'].get\n    update: {operationId: getThing}\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Broken).To(HaveLen(2))
	})
	mend := func(actions string) example.Broken {
		GinkgoHelper()
		d, err := diagnose(ailing, actions)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Broken).To(HaveLen(2))
		Expect(d.Broken[0].Pointer).To(Equal(large))
		Expect(d.Broken[1]).To(SatisfyAll(HaveField("Pointer", grim), HaveField("MendedBy", "")))
		return d.Broken[0]
	}

	It("tells what breaks, and what still does", func() {
		d, err := diagnose(ailing, words+"  - {target: "+size+", update: {nullable: true}, x-difference: AC-D2}\n"+
			"  - {target: "+mood+".enum, update: [grim], x-difference: AC-D3}\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(d.String()).To(Equal("acme: 2 of 4 published examples break their published schema, 1 of 4 after the overlay"))
		Expect(d.StillBroken).To(Equal([]string{large}))
		Expect(d.Broken[0].Faults).To(HaveExactElements(SatisfyAll(HaveField("Pointer", "/size"), HaveField("Keyword", "type"))))
		Expect(d.Broken[0].MendedBy).To(BeEmpty())
		Expect(d.Broken[1]).To(SatisfyAll(HaveField("Pointer", grim), HaveField("MendedBy", mood+".enum"), HaveField("Differences", []string{"AC-D3"})))
	})

	It("reads a published document whose operations have no ids of their own", func() {
		text := documenttest.Replace(ailing, "      operationId: getThing\n", "") + "x-note: a\n"
		text = documenttest.Replace(text, "  /thing:\n", "  /a: {get: {operationId: same, responses: {}}, put: {operationId: same, responses: {}}}\n  /thing:\n")
		d, err := diagnose(text, "  - {target: \"$.paths['/thing'].get\", update: {operationId: getThing}}\n"+
			"  - {target: \"$.paths['/a'].put\", update: {operationId: other}}\n  - {target: "+mood+".enum, update: [grim], x-difference: AC-D3}\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Broken).To(HaveLen(2))
		Expect(d.Broken[1].MendedBy).To(Equal(mood + ".enum"))
	})

	It("examines of a published document what can be read, and says what cannot be", func() {
		const other = "  /other: {get: {operationId: other, parameters: [{$ref: '#/components/parameters/Lost'}], " +
			"responses: {\"200\": {description: OK, content: {application/json: {schema: {type: integer}, " +
			"examples: {one: {value: two}}}}}}}}\n"
		d, err := diagnose(documenttest.Replace(ailing, "  /thing:\n", other+"  /thing:\n"),
			"  - {target: $.components, update: {parameters: {Lost: {name: lost, in: query, "+
				"schema: {type: integer}, example: gone}}}, x-source: PAGE}\n"+
				"  - {target: "+mood+".enum, update: [grim], x-difference: AC-D3}\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Unreadable).
			To(HaveExactElements(SatisfyAll(HavePrefix("/paths/~1other/get: "), ContainSubstring("Lost"))))
		Expect(d.Published).To(Equal(4))
		Expect(d.Broken).To(HaveExactElements(HaveField("Pointer", large),
			SatisfyAll(HaveField("Pointer", grim), HaveField("MendedBy", mood+".enum"))))
		Expect(d.StillBroken).To(HaveExactElements(
			"/paths/~1other/get/responses/200/content/application~1json/examples/one/value", large,
			"/components/parameters/Lost/example"))
		Expect(d.String()).To(HavePrefix("acme: 2 of 4 published examples break their published schema, " +
			"3 of 6 after the overlay; 1 operations cannot be read as published, such as /paths/~1other/get: "))
	})

	It("has nothing to tell of a sound document", func() {
		d, err := diagnose(documenttest.Sound, words)
		Expect(err).NotTo(HaveOccurred())
		Expect(*d).To(Equal(example.Diagnosis{Provider: "acme", Published: 1, Effective: 1}))
	})

	DescribeTable("names as mender", func(actions string, differences ...string) {
		b := mend(actions)
		Expect(b.MendedBy).To(Equal(size + ".type"))
		Expect(slices.Equal(b.Differences, differences)).To(BeTrue(), "%q", b.Differences)
	},
		Entry("the action that gives its reason", words+reason, "AC-D1"),
		Entry("one that gives none, if no other mended it", words+text),
		Entry("the one with a reason, after one without", text+number+reason, "AC-D1"),
		Entry("the one with a reason, before one without", reason+number+text, "AC-D1"),
		Entry("the last of two with reasons", reason+number+"  - {target: "+size+".type, update: string, x-difference: AC-D4}\n", "AC-D4"),
		Entry("not a later one that finds it mended", reason+"  - {target: "+size+", update: {nullable: true}, x-difference: AC-D2}\n", "AC-D1"),
		Entry("one at a step at which another part of the document does not load",
			"  - {target: $.paths, update: {/other: {get: {operationId: other, "+
				"parameters: [{$ref: '#/components/parameters/Other'}], responses: {}}}}, x-source: PAGE}\n"+reason+
				"  - {target: $.components, update: {parameters: {Other: {name: o, in: query, "+
				"schema: {type: string}}}}, x-source: PAGE}\n", "AC-D1"),
		Entry("one behind a step at which the document does not load",
			"  - {target: "+mood+", remove: true, x-source: PAGE}\n"+
				"  - {target: $.components.schemas, update: {Mood: {type: string, enum: [calm]}}, x-source: PAGE}\n"+reason, "AC-D1"),
	)

	DescribeTable("says what it cannot read", func(document, actions, complaint string) {
		d, err := diagnose(document, actions)
		Expect(err).To(MatchError(ContainSubstring(complaint)))
		Expect(d).To(BeNil())
	},
		Entry("a document that is none", "openapi: [", words, "openapi.yaml"),
		Entry("an overlay that finds nothing", ailing, "  - {target: $.nothing, update: {description: ours}}\n", "finds nothing"),
		Entry("a document that does not load", documenttest.Replace(ailing, "{type: string, enum: [calm]}", "{type: [}"), words, "openapi.yaml"),
		Entry("an effective document with a reference to nowhere", ailing, "  - {target: "+mood+", remove: true, x-source: PAGE}\n", "acme"),
	)
})
