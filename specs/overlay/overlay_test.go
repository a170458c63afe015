package overlay_test

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// published is what Acme, which does not exist, publishes.
const published = `openapi: 3.0.3
x-sources:
  - name: page
info: {title: Acme, version: "1"}
paths:
  /consents:
    post:
      operationId: post-consents
      parameters:
        - name: trace
          in: header
          schema: {type: string}
          examples:
            short: {value: t-1}
        - name: locale
          in: query
          schema: {type: string}
          examples:
            english: {value: en}
      responses:
        "200":
          description: OK
          headers:
            Server:
              schema: {type: string}
              examples:
                gateway: {value: acme-gw}
          content:
            application/json:
              schema:
                type: object
                properties:
                  amount: {type: number, default: "10"}
                  default: {type: string}
              examples:
                granted: {value: {amount: 1, state: granted}}
                denied: {value: {amount: 0, state: denied}}
        default:
          description: default
          content:
            application/json:
              schema: {type: object}
              examples:
                outage: {value: {code: 7}}
`

// head is line 1 to 3 of an overlay: its first action begins in line 4.
const head = "overlay: 1.1.0\ninfo: {title: ours, version: \"1\"}\nactions:\n"

// provider is a folder with Acme's document and an overlay.
func provider(overlay string) string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	Expect(os.WriteFile(filepath.Join(dir, "openapi.yaml"), []byte(published), 0o600)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(dir, "overlay.yaml"), []byte(overlay), 0o600)).To(Succeed())
	return dir
}

func effective(actions string) (*yaml.Node, *overlay.Overlay) {
	GinkgoHelper()
	root, o, err := overlay.Effective(provider(head + actions))
	Expect(err).NotTo(HaveOccurred())
	return root, o
}

const (
	post     = "$.paths['/consents'].post"
	json200  = post + ".responses['200'].content['application/json']"
	json200p = "/paths/~1consents/post/responses/200/content/application~1json"
)

var _ = Describe("an overlay", func() {
	DescribeTable("may, giving its reason where it needs one,", func(actions, pointer, want string) {
		root, _ := effective(actions)
		got := document.At(root, pointer)
		if want == "" {
			Expect(got).To(BeNil())
			return
		}
		Expect(got).NotTo(BeNil())
		Expect(string(document.JSON(got))).To(Equal(want))
	},
		Entry("set our own words", `
  - target: $.info
    update: {description: "Ours, not theirs."}
`, "/info", `{"title":"Acme","version":"1","description":"Ours, not theirs."}`),
		Entry("give Go names", `
  - target: `+post+`
    update: {operationId: startJourney}
`, "/paths/~1consents/post/operationId", `"startJourney"`),
		Entry("answer a difference", `
  - target: `+json200+`.schema.properties.amount
    x-difference: AC-D1
    update: {minimum: 0}
`, json200p+"/schema/properties/amount/minimum", "0"),
		Entry("keep the digits of what it adds", `
  - target: `+json200+`.schema.properties.amount
    x-difference: AC-D1
    update: {maximum: 12345678901234567890}
`, json200p+"/schema/properties/amount/maximum", "12345678901234567890"),
		Entry("turn text into a number of the same digits", `
  - target: `+json200+`.schema.properties.amount
    x-difference: AC-D1
    update: {default: 10}
`, json200p+"/schema/properties/amount/default", "10"),
		Entry("turn text into a truth, where it aims at it", `
  - target: `+json200+`.schema.properties.amount.default
    x-difference: AC-D1
    update: false
`, json200p+"/schema/properties/amount/default", "false"),
		Entry("change nothing on the wire, and say so", `
  - target: `+json200+`.schema
    x-same-wire: names what stands inline
    update: {x-go-type: Consent}
`, json200p+"/schema/x-go-type", `"Consent"`),
		Entry("remove a parameter before one that has examples", `
  - target: `+post+`.parameters[0]
    x-difference: AC-D2
    remove: true
`, "/paths/~1consents/post/parameters/0/examples/english/value", `"en"`),
		Entry("remove a gateway's header with its example", `
  - target: `+post+`.responses['200'].headers
    x-difference: AC-D3
    remove: true
`, "/paths/~1consents/post/responses/200/headers", ""),
		Entry("add an example from a known publication", `
  - target: `+json200+`.examples
    x-source: page
    update:
      expired: {x-source: page, value: {state: expired}}
`, json200p+"/examples/expired/value", `{"state":"expired"}`),
		Entry("name a publication of its own and add an example from it", `
  - target: $['x-sources']
    update: [{name: guide}]
  - target: `+post+`.responses.default.content['application/json'].examples
    x-source: guide
    update:
      full: {x-source: guide, value: {code: 8}}
`, "/paths/~1consents/post/responses/default/content/application~1json/examples/full/value", `{"code":8}`),
		Entry("use anchors", `
  - target: $.info
    x-difference: AC-D1
    update: {version: &v "2", contact: {name: *v}}
`, "/info/contact", `{"name":"2"}`),
		Entry("copy", `
  - target: `+post+`.responses.default
    x-difference: AC-D4
    copy: `+post+`.responses['200'].headers.Server
`, "/paths/~1consents/post/responses/default/schema/type", `"string"`),
	)

	It("says which differences it answers, sorted, each once", func() {
		_, o := effective(`
  - target: $.info
    x-difference: [AC-D10, AC-D1]
    update: {version: "2"}
  - target: $.info
    x-difference: AC-D1
    x-source: page
    update: {contact: {}}
  - target: $.info
    update: {description: words}
`)
		Expect(o.Differences()).To(Equal([]string{"AC-D1", "AC-D10"}))
		Expect(o.Actions).To(HaveLen(3))
		Expect(o.Actions[1].Target).To(Equal("$.info"))
		Expect(o.Actions[1].Source).To(Equal("page"))
		Expect(o.Actions[1].Differences).To(Equal([]string{"AC-D1"}))
		Expect(o.Actions[2].Differences).To(BeEmpty())
	})

	It("applies as many of its actions as asked for, in order", func() {
		dir := provider(head + `
  - target: $.info
    update: {description: one}
  - target: $.info
    update: {description: two}
`)
		o, err := overlay.Read(filepath.Join(dir, "overlay.yaml"))
		Expect(err).NotTo(HaveOccurred())
		for n, want := range []string{"", "one", "two"} {
			root, err := document.Read(filepath.Join(dir, "openapi.yaml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(o.Apply(root, 0, n)).To(Succeed())
			Expect(document.Text(document.Get(root, "info"), "description")).To(Equal(want))
		}
	})
})

var _ = Describe("an overlay that does not fit", func() {
	It("is applied as far as it does, and says what each action came to", func() {
		dir := provider(head + `
  - target: $.paths['/gone']
    update: {description: words}
  - target: $.info
    update: {title: Acme}
  - target: ` + json200 + `.schema
    x-difference: AC-D1
    update: {properties: {amount: {default: 10, minimum: 0}, total: {description: words}}}
  - target: ` + post + `.parameters[0,1].schema
    x-difference: AC-D2
    update: {type: integer, format: int64}
  - target: ` + post + `.responses['200'].headers
    x-difference: AC-D3
    remove: true
`)
		o, err := overlay.Read(filepath.Join(dir, "overlay.yaml"))
		Expect(err).NotTo(HaveOccurred())
		root, err := document.Read(filepath.Join(dir, "openapi.yaml"))
		Expect(err).NotTo(HaveOccurred())
		steps := o.ApplyEach(root)
		Expect(steps).To(HaveLen(5))

		Expect(steps[0].Gone).To(BeTrue())
		Expect(steps[0].Err).To(MatchError(ContainSubstring("overlay.yaml:5: action 1")))
		Expect(steps[1].Needless).To(BeTrue())
		Expect(steps[2].Describes).To(Equal([]string{"/properties/total"}))
		Expect(steps[2].Adds).To(Equal([]string{"/properties/amount/minimum"}))
		Expect(hides(steps[2])).To(Equal([]string{`"10"`}))
		Expect(steps[3].Targets).To(Equal(2))
		Expect(steps[3].Adds).To(Equal([]string{"/format", "/format"}))
		Expect(hides(steps[3])).To(Equal([]string{`"string"`, `"string"`}))
		Expect(steps[3].Err).NotTo(HaveOccurred())
		Expect(o.Actions[4].Removes()).To(BeTrue())
		Expect(o.Actions[3].Removes()).To(BeFalse())
		Expect(hides(steps[4])).To(ConsistOf(ContainSubstring("acme-gw")))

		Expect(string(document.JSON(document.At(root, json200p+"/schema/properties")))).To(Equal(
			`{"amount":{"type":"number","default":10,"minimum":0},"default":{"type":"string"}}`))
		Expect(document.At(root, "/paths/~1consents/post/responses/200/headers")).To(BeNil())
	})

	It("hides nothing where it takes away what it has copied", func() {
		dir := provider(head + `
  - target: $.info
    x-same-wire: room
    update: {x-copy: {}}
  - target: $.info['x-copy']
    x-same-wire: elsewhere
    copy: ` + json200 + `.schema
  - target: ` + json200 + `.schema
    x-same-wire: made room
    remove: true
`)
		o, err := overlay.Read(filepath.Join(dir, "overlay.yaml"))
		Expect(err).NotTo(HaveOccurred())
		root, err := document.Read(filepath.Join(dir, "openapi.yaml"))
		Expect(err).NotTo(HaveOccurred())
		steps := o.ApplyEach(root)
		Expect(steps[2].Err).NotTo(HaveOccurred())
		Expect(steps[2].Hides).To(BeEmpty())
	})
})

func hides(s overlay.Step) []string {
	var all []string
	for _, n := range s.Hides {
		all = append(all, string(document.JSON(n)))
	}
	return all
}

var _ = Describe("an overlay is refused, by file and line,", func() {
	DescribeTable("when an action", func(actions, place, want string) {
		dir := provider(head + actions)
		_, _, err := overlay.Effective(dir)
		Expect(err).To(MatchError(HavePrefix(filepath.Join(dir, "overlay.yaml") + place + " ")))
		Expect(err).To(MatchError(ContainSubstring(want)))
		Expect(err.Error()).NotTo(ContainSubstring("\n"))
	},
		Entry("has lost its target", `
  - target: $.info
    update: {description: words}
  - target: $.paths['/gone']
    update: {description: words}
`, ":7:", "action 2 ($.paths['/gone']) finds nothing"),
		Entry("removes what is not there", `
  - target: $.info.contact
    x-difference: AC-D1
    remove: true
`, ":5:", "action 1 ($.info.contact) finds nothing"),
		Entry("changes nothing", `
  - target: $.info
    update: {title: Acme}
`, ":5:", "action 1 ($.info) changes nothing"),
		Entry("describes a property that is not there", `
  - target: `+json200+`.schema
    update: {properties: {amount: {description: words}, total: {description: words}}}
`, ":5:", "action 1 ("+json200+".schema) describes /properties/total, which the document does not have"),
		Entry("corrects a property that is not there", `
  - target: `+json200+`.schema.properties
    x-difference: AC-D1
    update: {total: {nullable: true}}
`, ":5:", "describes /total, which the document does not have"),
		Entry("says something of an example that is not there", `
  - target: `+json200+`.examples
    x-difference: AC-D1
    update: {expired: {x-difference: AC-D1}}
`, ":5:", "describes /expired, which the document does not have"),
		Entry("has a target that is no JSONPath", `
  - target: $.info[
    update: {title: Acme}
`, ":5:", "action 1 ($.info[) cannot be applied"),
		Entry("puts an object where text is", `
  - target: $.info
    update: {title: {a: b}}
    x-difference: AC-D1
`, ":5:", "action 1 ($.info) cannot be applied: key \"title\": type mismatch"),
		Entry("does nothing at all", `
  - target: $.info
    x-difference: AC-D1
    updates: {title: x}
`, ":5:", "action 1 ($.info) has neither update nor remove nor copy"),
		Entry("changes a fact without a reason", `
  - target: $.info
    update: {version: "2"}
`, ":5:", "action 1 ($.info) changes a fact without a reason"),
		Entry("removes without a reason", `
  - target: $.info
    remove: true
`, ":5:", "changes a fact without a reason"),
		Entry("hides a fact among words", `
  - target: `+json200+`.schema
    update: {description: words, properties: {amount: {description: words, minimum: 0}}}
`, ":5:", "changes a fact without a reason"),
		Entry("adds a property that is called title without a reason", `
  - target: `+json200+`.schema.properties
    update: {title: {type: string}}
`, ":5:", "changes a fact without a reason"),
		Entry("cites what is no difference", `
  - target: $.info
    x-difference: CF-1
    update: {version: "2"}
`, ":5:", `cites "CF-1", which is no difference`),
		Entry("cites one bad difference among good ones", `
  - target: $.info
    x-difference: [AC-D1, AC-D0]
    update: {version: "2"}
`, ":5:", `cites "AC-D0"`),
		Entry("comes from a publication that nobody knows", `
  - target: $.info
    x-source: hearsay
    update: {version: "2"}
`, ":5:", `action 1 ($.info) names the source "hearsay", which is not in x-sources`),
		Entry("edits a published example", `
  - target: $.info
    update: {description: words}
  - target: `+json200+`.examples.granted.value
    x-difference: AC-D1
    update: {amount: 2}
  - target: $.info
    update: {summary: words}
`, ":7:", "action 2 ("+json200+".examples.granted.value) edits the published example at "+json200p+"/examples/granted;"),
		Entry("edits a published example in the default response", `
  - target: $..examples.outage.value
    x-difference: AC-D1
    update: {code: 8}
`, ":5:", "edits the published example at /paths/~1consents/post/responses/default/"),
		Entry("takes a published example away", `
  - target: `+json200+`.examples.denied
    x-difference: AC-D1
    remove: true
`, ":5:", "takes away the published example at "+json200p+"/examples/denied"),
		Entry("adds an example without a source", `
  - target: $.info
    update: {description: words}
  - target: `+json200+`.examples
    x-source: page
    update:
      expired: {value: {state: expired}}
`, ":7:", "adds the example at "+json200p+"/examples/expired without x-source"),
		Entry("adds an example without a source to the default response", `
  - target: $..responses.default.content['application/json'].examples
    x-source: page
    update:
      full: {value: {code: 8}}
`, ":5:", "adds the example at /paths/~1consents/post/responses/default/content/application~1json/examples/full without x-source"),
		Entry("adds a redirect without a source", `
  - target: `+post+`
    x-source: page
    update:
      x-redirects:
        done: {value: "https://caller.example/back?ok=1"}
`, ":5:", "adds the example at /paths/~1consents/post/x-redirects/done without x-source"),
		Entry("adds an example from a publication that nobody knows", `
  - target: `+json200+`.examples
    x-source: page
    update:
      expired: {x-source: hearsay, value: {state: expired}}
`, ":5:", `gives the example at `+json200p+`/examples/expired the source "hearsay"`),
	)

	DescribeTable("when it", func(text, place, want string) {
		dir := provider(text)
		_, err := overlay.Read(filepath.Join(dir, "overlay.yaml"))
		Expect(err).To(MatchError(HavePrefix(filepath.Join(dir, "overlay.yaml") + place + " ")))
		Expect(err).To(MatchError(ContainSubstring(want)))
		Expect(err.Error()).NotTo(ContainSubstring("\n"))
	},
		Entry("is of version 1.0.0", "overlay: 1.0.0\ninfo: {title: t, version: \"1\"}\nactions: [{target: $.info, update: {description: d}}]\n", ":", `overlay: "1.0.0", want "1.1.0"`),
		Entry("has no version", "actions: []\n", ":", `overlay: "", want "1.1.0"`),
		Entry("has no action, as the specification demands", "overlay: 1.1.0\ninfo: {title: t, version: \"1\"}\nactions: []\n", ":", "at least one action"),
		Entry("has no info", "overlay: 1.1.0\nactions: [{target: $.info, update: {description: d}}]\n", ":", "overlay info version must be defined; overlay info title must be defined"),
		Entry("has an action without a target", head+"  - update: {description: d}\n", ":", "target must be defined"),
		Entry("is empty", "# nothing yet\n", ":", "is empty but for comments"),
		Entry("has a duplicate member", head+"  - target: $.info\n    target: $.info\n", ":5:", `duplicate member "target"`),
		Entry("is not YAML", head+"  - target: $.info\n   update: {}\n", ":4:", "is not YAML"),
		Entry("has actions of another kind", "overlay: 1.1.0\ninfo: {title: t, version: \"1\"}\nactions: [x]\n", ":", "line 3: cannot unmarshal"),
	)

	It("when it or the document is not there", func() {
		dir := provider(head)
		Expect(os.Remove(filepath.Join(dir, "overlay.yaml"))).To(Succeed())
		_, _, err := overlay.Effective(dir)
		Expect(err).To(MatchError(filepath.Join(dir, "overlay.yaml") + ": no such file or directory"))
		_, _, err = overlay.Effective(filepath.Join(dir, "nobody"))
		Expect(err).To(MatchError(filepath.Join(dir, "nobody", "openapi.yaml") + ": no such file or directory"))
	})
})

var _ = Describe("a published document", func() {
	sealed := func() string {
		root, err := document.Parse("openapi.yaml", []byte("openapi: 3.0.3\ninfo: {title: Acme, version: \"1\"}\npaths: {}\n"))
		Expect(err).NotTo(HaveOccurred())
		text, err := document.Seal(root, "What Acme publishes.\n")
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}
	effective := func(openapi string) error {
		dir := GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "openapi.yaml"), []byte(openapi), 0o644)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "overlay.yaml"), []byte("overlay: 1.1.0\ninfo: {title: Acme, version: \"1\"}\nactions:\n  - target: $.info\n    update: {description: ours}\n"), 0o644)).To(Succeed())
		_, _, err := overlay.Effective(dir)
		return err
	}

	It("is taken as make import wrote it", func() { Expect(effective(sealed())).To(Succeed()) })

	It("is refused once somebody edited it", func() {
		edited := strings.Replace(sealed(), "title: Acme", "title: Akme", 1)
		Expect(effective(edited)).To(MatchError(ContainSubstring("openapi.yaml: was edited by hand")))
	})

	DescribeTable("leaves a schema that is true or false", func(version, pointer, want string) {
		dir := provider(head + "  - {target: $.info, update: {description: ours}}\n")
		text := `
openapi: ` + version + `
info: {title: Acme, version: "1"}
paths: {}
components:
  schemas:
    Pair: {items: false, additionalProperties: false, properties: {any: true, additionalProperties: false}, const: true}
`
		Expect(os.WriteFile(filepath.Join(dir, "openapi.yaml"), []byte(text), 0o600)).To(Succeed())
		root, _, err := overlay.Effective(dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(document.JSON(document.At(root, "/components/schemas/Pair"+pointer)))).To(Equal(want))
	},
		Entry("written as an object in 3.1, false", "3.1.0", "/items", `{"not":{}}`),
		Entry("written as an object in 3.1, true", "3.1.0", "/properties/any", `{}`),
		Entry("written as an object in 3.1, whatever the member's name is", "3.1.0", "/properties/additionalProperties", `{"not":{}}`),
		Entry("as it is where 3.0 has it too", "3.1.0", "/additionalProperties", `false`),
		Entry("as it is if it is a value", "3.1.0", "/const", `true`),
		Entry("as it is in 3.0, which has none", "3.0.3", "/items", `false`),
	)
})
