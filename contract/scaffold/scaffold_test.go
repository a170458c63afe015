package scaffold

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	. "github.com/onsi/gomega/gstruct"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/importing"
)

var _ = Describe("provider", func() {
	var t *tree
	BeforeEach(func() { t = newTree() })

	It("says how it is called", func(ctx SpecContext) {
		Expect(t.run(ctx, "-h")).To(Equal(0))
		Expect(t.stderr).To(And(ContainSubstring("-name name"), ContainSubstring("-with adapter")))
	})

	It("writes document, client and description, and the entry in the list", func(ctx SpecContext) {
		before := t.files()
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		var written []string
		for path := range t.files() {
			if _, old := before[path]; !old && filepath.Ext(path) != "" {
				rel, err := filepath.Rel(t.dir, path)
				Expect(err).NotTo(HaveOccurred())
				written = append(written, rel)
			}
		}
		Expect(written).To(ConsistOf(
			"specs/acme/import.yaml", "specs/acme/openapi.yaml", "specs/acme/overlay.yaml", "specs/acme/sources/document.yaml",
			"gen/acmeapi/generate.go", "gen/acmeapi/cfg.yaml", "gen/acmeapi/quick.go", "gen/acmeapi/quicken.go",
			"gen/acmeapi/openapi.gen.yaml", "gen/acmeapi/client.gen.go",
			"contract/provider/acme/provider.go", "contract/provider/acme/acme_test.go", "contract/provider/acme/examples.sum",
		))
		Expect(t.commands).To(Equal([]string{"list", "generate", "build", "test"}))
		Expect(t.read(listFile)).To(And(ContainSubstring("/contract/provider/acme\"\n"), ContainSubstring("\tacme.Provider,\n}\n")))
		Expect(t.read("specs/acme/openapi.yaml")).To(ContainSubstring("operationId: getCheck"))
		Expect(t.read("contract/provider/acme/provider.go")).NotTo(ContainSubstring("Simulator"))
		Expect(t.stdout).To(And(HavePrefix("acme was written:\n  specs/acme\n  gen/acmeapi\n  contract/provider/acme\n"), HaveSuffix("\n  make\n")))
	})

	It("keeps what came into the list meanwhile", func(ctx SpecContext) {
		t.before = func(_ string, args []string) error {
			if args[0] == "test" {
				t.before = func(string, []string) error { return nil }
				other := tree{dir: t.dir, before: t.before}
				Expect(other.run(ctx, "-name", "other", t.path("document.yaml"))).To(Equal(0), other.stderr)
			}
			return nil
		}
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.read(listFile)).To(And(ContainSubstring("/contract/provider/acme\"\n"), ContainSubstring("/contract/provider/other\"\n"), ContainSubstring("\tother.Provider,\n\tacme.Provider,\n}\n")))
		Expect(t.path(listFile + ".next")).NotTo(BeAnExistingFile())
	})

	It("writes skeletons where it is asked for them, and describes nothing that is not so", func(ctx SpecContext) {
		t.write("document.yaml", published("      requestBody: {content: {application/json: {schema: {type: object}, examples: {all: {value: {}}}}}}\n"))
		Expect(t.run(ctx, "-name", "acme", "-with", "adapter", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.commands).To(Equal([]string{"list", "generate", "build", "test", "test"}),
			"the adapter's tests are compiled too")
		description := t.read("contract/provider/acme/provider.go")
		Expect(description).To(ContainSubstring("Simulator: &behaviour"))
		Expect(description).NotTo(MatchRegexp(`(?m)^\s*(Files|Account|Journey|Adapter|Answers):`))
		Expect(description).To(ContainSubstring("//go:embed examples.sum\n"),
			"and what is to be decided counts for nothing")
		Expect(t.read("contract/provider/acme/simulator.go")).To(ContainSubstring("//   - getCheck: GET /checks\n"))
		Expect(t.read("adapters/acme/acme.go")).To(And(
			ContainSubstring("//   - GetCheckWithResponse\n//   - PostFormWithResponse\npackage acme"),
			ContainSubstring("//	resp, err := call.Fit(c, "+
				"acmeapi.ParseGetCheckResponse)(\n//		a.api.GetCheckWithResponse(c.Context(), authorized))\n"),
		))

		_, err := example.ReadCases("cases.yaml", []byte(t.read("contract/provider/acme/cases.yaml")))
		Expect(err).To(MatchError(ContainSubstring("is nothing that an example can mean")), "no case counts before it is decided")
		decided := strings.NewReplacer("means: to be decided", "means: nothing", "gets: to be decided",
			"gets: 200/ok").Replace(t.read("contract/provider/acme/cases.yaml"))
		cases, err := example.ReadCases("cases.yaml", []byte(decided))
		Expect(err).NotTo(HaveOccurred())
		for _, id := range []string{"acme/getCheck/200/ok", "acme/getCheck/request/all"} {
			_, err = cases.Of(id)
			Expect(err).NotTo(HaveOccurred())
		}
	})

	It("asks each question that is answered of a provider, and no answer counts before it is decided", func(
		ctx SpecContext) {
		Expect(t.run(ctx, "-name", "acme", "-with", "adapter", t.path("document.yaml"))).To(Equal(0), t.stderr)
		text := t.read("contract/provider/acme/moving.yaml")
		answers := func(text string) (map[string]string, error) {
			return provider.Provider{Name: "acme", Files: fstest.MapFS{"moving.yaml": {Data: []byte(text)}}}.Moving()
		}
		_, err := answers(text)
		Expect(err).To(MatchError(ContainSubstring("documents is to be decided")))
		Expect(answers(strings.ReplaceAll(text, "to be decided", "not published"))).To(HaveLen(
			len(provider.Questions())))
		for _, q := range provider.Questions() {
			Expect(text).To(ContainSubstring("\n" + q.Key + ": to be decided # " + q.Text + "\n"))
		}
	})

	It("shows differences and ways in the form in which they are read", func(ctx SpecContext) {
		Expect(t.run(ctx, "-name", "acme", "-with", "adapter", t.path("document.yaml"))).To(Equal(0), t.stderr)
		shown := func(file string) []byte { // without the hash signs, and without the sentences around
			return []byte(regexp.MustCompile(`(?m)^(# \S.*|#)\n|^#   `).ReplaceAllString(t.read(
				"contract/provider/acme/"+file), ""))
		}
		differences, err := example.ReadDifferences("differences.yaml", shown("differences.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(differences).To(HaveExactElements(And(HaveField("ID", "AC-D1"),
			HaveField("Sources", []string{"document"}))))
		ways, err := example.ReadWays("ways.yaml", shown("ways.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(ways).To(PointTo(MatchFields(IgnoreExtras, Fields{
			"Answers": HaveLen(1), "Shown": HaveKey("AC-D2"), "Without": HaveKey("AC-D3"),
		})))
	})

	It("lists what refusals may be known by, where it is asked for an adapter", func(ctx SpecContext) {
		const refused = `        "404":
          description: no
          content: {application/json: {schema: {type: object}, examples: {
          none: {value: {error: {code: no_check, type: no code, detail: Quill}, code: 17}},
          more: {value: {error: {code: gone}}}}}}
        "500": {description: no}
        "201": {description: ok, content: {application/json: {schema: {type: object}, examples: {
          ok: {value: {code: fine}}}}}}
`
		Expect(t.run(ctx, "-name", "acme", "-with", "adapter", t.write("document.yaml", published("")+refused))).To(
			Equal(0), t.stderr)
		Expect(t.read("adapters/acme/errors.go")).To(ContainSubstring("by status and member,\n//\n" +
			"//   - 404 /code: 17\n//   - 404 /error/code: gone, no_check\n" +
			"//   - 500: no example has a code\nvar kinds = map[string]kyc.Err{}\n"))
	})

	It("gives an id to an operation whose id another one has", func(ctx SpecContext) {
		t.write("document.yaml", published("")+strings.NewReplacer("/checks",
			"/checks/it's/all").Replace(strings.SplitN(published(""), "paths:\n", 2)[1]))
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.read("specs/acme/overlay.yaml")).To(ContainSubstring(
			"  - target: $.paths['/checks/it\\'s/all'].get\n" +
				"    update: {operationId: getChecksItSAll} # published as getCheck, which is another operation's\n"))
		Expect(t.read("gen/acmeapi/openapi.gen.yaml")).To(ContainSubstring("operationId: getChecksItSAll"))
	})

	It("tells names apart that clash in Go", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "{type: object}",
			"{type: object, properties: {status: {type: string}, Status: {type: string}}}", 1))
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		const schema = "/paths/~1checks/get/responses/200/content/application~1json/schema/properties/"
		const clash = schema + "Status and " + schema +
			"status both become the field GetCheck200JSONResponseBody.Status"
		Expect(t.read("specs/acme/overlay.yaml")).To(HaveSuffix("  # Names that clash in Go as they were published. " +
			"These tell them apart: choose better ones.\n  # " + clash + ".\n" +
			`  - {target: "$['paths']['/checks']['get']['responses']['200']['content']['application/json']['schema']` +
			`['properties']['status']", update: {x-go-name: "Status2"}}` + "\n"))
		Expect(t.read("gen/acmeapi/openapi.gen.yaml")).To(ContainSubstring("x-go-name: Status2"))
		Expect(t.stdout).To(ContainSubstring("names that clash in Go were told apart by specs/acme/overlay.yaml; " +
			"choose better ones there:\n  " + clash + "\n"))
	})

	It("gives an id to an operation that has none", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "      operationId: getCheck\n", "", 1))
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.read("gen/acmeapi/openapi.gen.yaml")).To(ContainSubstring("operationId: getChecks"))
	})

	It("takes the caller's overlay", func(ctx SpecContext) {
		text := "overlay: 1.1.0\ninfo: {title: a, version: b}\nactions: [{target: $.info, update: {description: mine}}]\n"
		Expect(t.run(ctx, "-name", "acme", "-overlay", t.write("overlay.yaml", text), t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.read("specs/acme/overlay.yaml")).To(Equal(text))
		Expect(t.read("gen/acmeapi/openapi.gen.yaml")).To(ContainSubstring("description: mine"))
	})

	It("tells several files apart by their names", func(ctx SpecContext) {
		other := t.write("more/document.json", `{"openapi": "3.0.3", "paths": {"/b": {"get": {"operationId": "b", "responses": {}}}}}`)
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"), other)).To(Equal(0), t.stderr)
		Expect(t.read("specs/acme/import.yaml")).To(And(ContainSubstring(`- name: "document"`), ContainSubstring(`- name: "document 2"`), Not(ContainSubstring("sha256"))))
		Expect(t.read("specs/acme/sources/document.yaml")).To(ContainSubstring("/checks:"))
		Expect(t.read("specs/acme/sources/document-2.yaml")).To(ContainSubstring("/b:"))
		Expect(importing.Run([]string{"-specs", t.path("specs"), "acme", t.write("changed.json", `{"openapi": "3.0.3", "paths": {"/b": {"get": {"operationId": "c", "responses": {}}}}}`)}, nil, GinkgoWriter, GinkgoWriter)).To(Equal(0), "the page that changed goes in alone")
		Expect(t.read("specs/acme/openapi.yaml")).To(And(ContainSubstring("operationId: c\n"), ContainSubstring("operationId: getCheck\n")))
	})

	It("takes a document that says it was written by hand for one that is authored", func(ctx SpecContext) {
		text := "x-source: {authored: true, date: 2022-02-03}\n" + published("      summary: As the page says.\n")
		Expect(t.run(ctx, "-name", "acme", t.write("document.yaml", text))).To(Equal(0), t.stderr)
		Expect(t.read("specs/acme/sources/document.yaml")).To(Equal(text))
		Expect(t.read("specs/acme/openapi.yaml")).To(ContainSubstring("authored: true"))
	})

	It("lists in the first overlay the pages that a document written by hand names, and takes its operation "+
		"without a path", func(ctx SpecContext) {
		text := strings.Replace(published("      x-source: P2\n"), "{ok: {value: {}}}",
			"{ok: {x-source: P1, value: {name: Quill Marble}}}", 1)
		text = strings.Replace(text, "openapi: 3.0.3",
			"openapi: 3.1.0\nx-source: {authored: true, date: 2022-02-03}\nservers: [{url: "+
				"'https://acme.example', x-source: P1}]", 1) +
			"components:\n  pathItems: {Nowhere: {post: {operationId: checkNowhere, responses: {'200': " +
			"{description: ok}}}}}\n"
		Expect(t.run(ctx, "-name", "acme", t.write("document.yaml", text))).To(Equal(0), t.stderr)
		Expect(t.read("specs/acme/overlay.yaml")).To(ContainSubstring("  - target: $['x-sources']\n    update:\n" +
			"      - name: \"P1\"\n        date: undated # fill in\n        url: https://acme.example/fill-in # " +
			"fill in\n      - name: \"P2\"\n"))
		Expect(t.read("gen/acmeapi/openapi.gen.yaml")).To(And(ContainSubstring("- name: P2\n"),
			ContainSubstring("operationId: checkNowhere")))
		Expect(t.stdout).To(And(
			ContainSubstring("next: fill in url and licence in specs/acme/import.yaml\nand date and url of P1, P2 "+
				"in specs/acme/overlay.yaml\nthen\n"),
			ContainSubstring("write an invented one there:\n"),
			Not(ContainSubstring("DATE=")), Not(ContainSubstring("replace")), Not(ContainSubstring("sha256"))))
		Expect(importing.Run([]string{"-specs", t.path("specs"), "acme"}, nil, GinkgoWriter, GinkgoWriter)).To(Equal(0))
	})

	It("takes several files that say they were written by hand, and names of the others the first to date", func(
		ctx SpecContext) {
		by := "x-source: {authored: true}\n"
		other := t.write("other.yaml", by+strings.ReplaceAll(strings.ReplaceAll(published(""), "/checks", "/others"),
			"getCheck", "getOther"))
		third := t.write("third.yaml", strings.ReplaceAll(strings.ReplaceAll(published(""), "/checks", "/thirds"),
			"getCheck", "getThird"))
		Expect(t.run(ctx, "-name", "acme", t.write("document.yaml", by+published("")), other, third)).To(Equal(0),
			t.stderr)
		Expect(t.read("specs/acme/sources/other.yaml")).To(ContainSubstring("/others"))
		Expect(t.stdout).To(ContainSubstring("FROM=" + third + " DATE=YYYY-MM-DD"))
	})

	It("says which examples break their schema", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "{type: object}", "{type: string}", 1))
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.stdout).To(ContainSubstring("which fails for 1 examples that break their schema, until specs/acme/overlay.yaml corrects it:\n  /paths/~1checks/get/responses/200/content/application~1json/examples/ok/value\n"))
	})

	It("says what the import leaves out, and what may be somebody's", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "examples: {ok: {value: {}}}",
			"examples: {ok: {value: {name: Quill Marble}}}",
			1)+"tags: []\ncomponents: {schemas: {Unused: {type: object}}}\n")
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.stdout).To(And(
			ContainSubstring("\n  not taken, as nothing that is taken refers to it: "),
			ContainSubstring("\n  warning: 1 value of "),
			ContainSubstring(" of source \"document\" in specs/acme/import.yaml, once "),
			ContainSubstring("\n        - "+
				"{at: \"/paths/~1checks/get/responses/200/content/application~1json/examples/ok/value/name\", with: "),
			Not(ContainSubstring("Quill"))))
	})

	It("says by which patterns nothing is judged", func(ctx SpecContext) {
		t.write("document.yaml", strings.Replace(published(""), "{type: object}", "{type: object, properties: {a: {type: string, pattern: '(['}}}", 1))
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.stdout).To(ContainSubstring("nothing is judged by these patterns, until the overlay corrects them:\n" +
			`  /paths/~1checks/get/responses/200/content/application~1json/schema/properties/a/pattern: "([" is no regular expression`))
	})

	DescribeTable("knows what a webhook's body becomes:", func(ctx SpecContext, callbacks, want string) {
		const hook = "{'{$url}': {post: {operationId: ID, requestBody: {content: {application/json: {schema: {type: object}, examples: {EXAMPLE: {value: {}}}}}}, responses: {'200': {description: ok}}}}}"
		for id := range strings.FieldsSeq("done other another") {
			callbacks = strings.ReplaceAll(callbacks, "<"+id+">", strings.NewReplacer("ID", id, "EXAMPLE", id).Replace(hook))
		}
		t.write("document.yaml", published("      callbacks: "+callbacks+"\n"))
		Expect(t.run(ctx, "-name", "acme", t.path("document.yaml"))).To(Equal(0), t.stderr)
		description := t.read("contract/provider/acme/provider.go")
		if want == "" {
			Expect(description).NotTo(ContainSubstring("Webhooks"))
			return
		}
		Expect(description).To(ContainSubstring(want))
	},
		Entry("of one whose type was generated", "{a: <done>}", `"getCheck": func() any { return new(acmeapi.DoneJSONRequestBody) },`),
		Entry("not of one whose type is not known", "{a: <other>}", ""),
		Entry("not of two, of which an example could be either", "{a: <done>, b: <another>}", ""),
	)

	It("takes a document of webhooks alone, and gives them ids and types", func(ctx SpecContext) {
		t.write("document.yaml", onlyWebhooks("")+"x-any: 1\n")
		Expect(t.run(ctx, "-name", "acme", "-with", "adapter", t.path("document.yaml"))).To(Equal(0), t.stderr)
		Expect(t.read("specs/acme/overlay.yaml")).
			To(ContainSubstring("  - target: $.webhooks['done'].post\n    update: {operationId: onDone}\n"))
		Expect(t.read("contract/provider/acme/examples.sum")).To(ContainSubstring(" acme/onDone/webhook/ok\n"))
		Expect(t.stdout).To(ContainSubstring("  dropped: " + t.path("document.yaml") +
			":5: x-any in the document: an extension that nothing here reads there"))
		t.write("named.yaml", onlyWebhooks("operationId: done, "))
		Expect(t.run(ctx, "-name", "other", t.path("named.yaml"))).To(Equal(0), t.stderr)
		Expect(t.read("contract/provider/other/provider.go")).
			To(ContainSubstring(`"done": func() any { return new(otherapi.DoneJSONRequestBody) },`))
	})

	It("writes of webhooks alone what the go command generates and compiles", func(ctx SpecContext) {
		j := job{root: root, name: "scaffolded", with: "adapter", output: command, stage: GinkgoT().TempDir()}
		j.files = []string{t.write("document.yaml", onlyWebhooks(""))}
		Expect(j.check(ctx)).To(Succeed())
		Expect(j.try(ctx)).To(Succeed())
		description, err := os.ReadFile(filepath.Join(j.stage, "contract/provider/scaffolded/provider.go"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(description)).
			To(ContainSubstring(`"onDone": func() any { return new(scaffoldedapi.OnDoneJSONRequestBody) },`))
	})

	It("writes references of every form so that the go command generates and compiles", func(ctx SpecContext) {
		j := job{root: root, name: "scaffolded", output: command, stage: GinkgoT().TempDir()}
		t.write("parts/paper.json", `{"Paper Kind": {"type": "object", "properties": {"a/b": {"type": "string"}}}}`)
		j.files = []string{t.write("document.yaml", `openapi: 3.1.0
info: {title: Acme, version: "1"}
paths:
  /checks:
    get:
      operationId: getCheck
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Paper%20Kind'}}}}
        "201": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/a~1b'}}}}
        "202": {description: ok, content: {application/json: {schema: {$ref: '#/paths/~1checks/get/responses/203/content/application~1json/schema'}}}}
        "203": {description: ok, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}
        "204": {description: ok, content: {application/json: {schema: {$ref: 'parts/paper.json#/Paper%20Kind'}}}}
components: {schemas: {Paper Kind: {type: object}, a/b: {type: object}}}
`)}
		Expect(j.check(ctx)).To(Succeed())
		Expect(j.try(ctx)).To(Succeed())
		client, err := os.ReadFile(filepath.Join(j.stage, "gen/scaffoldedapi/client.gen.go"))
		Expect(err).NotTo(HaveOccurred())
		for status, want := range map[string]string{"200": `\*PaperKind`, "201": `\*AB`, "204": `\*PaperKind2`} {
			Expect(string(client)).To(MatchRegexp(`(?m)^\s+JSON` + status + `\s+` + want + `$`))
		}
	})

	It("writes what the go command generates and compiles", func(ctx SpecContext) {
		j := job{root: root, name: "scaffolded", with: "adapter", output: command, stage: GinkgoT().TempDir()}
		j.files = []string{t.write("document.yaml", published("      callbacks: {a: {'{$url}': {post: {operationId: allDone, requestBody: {content: {application/json: {schema: {type: object}, examples: {ok: {value: {}}}}}}, responses: {'200': {description: ok}}}}}}\n"))}
		Expect(j.check(ctx)).To(Succeed())
		Expect(j.try(ctx)).To(Succeed())
		client, err := os.ReadFile(filepath.Join(j.stage, "gen/scaffoldedapi/client.gen.go"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(client)).To(ContainSubstring("func (c *ClientWithResponses) GetCheckWithResponse("))
		description, err := os.ReadFile(filepath.Join(j.stage, "contract/provider/scaffolded/provider.go"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(description)).To(ContainSubstring("new(scaffoldedapi.AllDoneJSONRequestBody)"))
	})
})

// onlyWebhooks is a document of one webhook, with members of its operation.
func onlyWebhooks(members string) string {
	return `openapi: 3.1.0
info: {title: Acme, version: "1"}
webhooks:
  done: {post: {` + members + `requestBody: {content: {application/json: {schema: {type: object}, examples: {ok: {value: {}}}}}}, responses: {"200": {description: ok}}}}
`
}

var _ = DescribeTable("numbered differences begin with two letters of", func(name, want string) {
	Expect(prefix(name)).To(Equal(want))
},
	Entry("a name", "acme", "AC"),
	Entry("a name of one letter", "x", "XX"),
	Entry("a name with digits", "a1b2", "AB"),
)

var _ = DescribeTable("an item of a list in a comment", func(text string, want ...string) {
	Expect(wrapped(text)).To(Equal(want))
},
	Entry("stays one line", "400 /code: a, b", "400 /code: a, b"),
	Entry("is broken where it would be too long", "400 /code: "+strings.Repeat("aaaaaaaaa, ", 9)+"b",
		"400 /code: "+strings.TrimSpace(strings.Repeat("aaaaaaaaa, ", 8)), "aaaaaaaaa, b"),
	Entry("is not broken where it has no blank", strings.Repeat("a", 200), strings.Repeat("a", 200)),
)

var _ = Describe("ids", func() {
	DescribeTable("of operations that have none of their own follow from method and path:", func(paths, want string) {
		doc, err := document.Parse("document.yaml", []byte("paths: "+paths))
		Expect(err).NotTo(HaveOccurred())
		var got []string
		for _, m := range missing(doc) {
			got = append(got, m.Method+" "+m.Name+" "+m.ID)
		}
		Expect(strings.Join(got, ", ")).To(Equal(want))
	},
		Entry("all have one", "{/a: {get: {operationId: one}, post: {operationId: two}}}", ""),
		Entry("none", "{/a: {get: {}, parameters: []}, '/a/{b-c}': {post: {}}}", "get /a getA, post /a/{b-c} postABC"),
		Entry("the second of two", "{/a: {get: {operationId: one}, post: {operationId: one}}}", "post /a postA"),
		Entry("another one has it already", "{/a: {get: {}}, /b: {get: {operationId: getA}}, /c: {get: {operationId: getA2}}}", "get /a getA3"),
		Entry("two paths that differ in signs", "{/a-b: {get: {}}, /a_b: {get: {}}}", "get /a-b getAB, get /a_b getAB2"),
		Entry("webhooks, by their names",
			"{/a: {get: {}}}\nwebhooks: {check done: {post: {}, put: {}}, other: {post: {operationId: getA}}}",
			"get /a getA2, post check done onCheckDone, put check done onCheckDone2"),
		Entry("a webhook that has the id of an operation",
			"{/a: {get: {operationId: one}}}\nwebhooks: {done: {post: {operationId: one}}}", "post done onDone"),
		Entry("a path with a backslash", `{'/a\b': {get: {}}}`, `get /a\\b getAB`),
	)
})

var _ = Describe("the client's settings", func() {
	settings, _ := filepath.Glob(filepath.Join(root, "gen/*api/cfg.yaml")) // the pattern is well formed
	own := regexp.MustCompile(`(?m)^package: .*\n|^  additional-initialisms: .*\n`)

	It("are looked at", func() { Expect(settings).NotTo(BeEmpty()) })

	for _, file := range settings {
		It("are those of "+filepath.Base(filepath.Dir(file)), func() {
			text, err := os.ReadFile(file)
			Expect(err).NotTo(HaveOccurred())
			ours, err := texts.ReadFile("templates/cfg.yaml.tmpl")
			Expect(err).NotTo(HaveOccurred())
			Expect(own.ReplaceAllString(string(text), "")).To(Equal(own.ReplaceAllString(string(ours), "")),
				"templates/cfg.yaml.tmpl and %s differ in more than the package and its initialisms", file)
		})
	}
})

var _ = Describe("the list", func() {
	const head = "package providers\n\nimport (\n\t\"m/contract/provider\"\n%s)\n\n"

	DescribeTable("gets an import in order and an entry at its end", func(imports, before, wantImports, want string) {
		got, err := listed([]byte(fmt.Sprintf(head, imports)+before), "m", "delta")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(got)).To(Equal(fmt.Sprintf(head, wantImports) + want))
	},
		Entry("between others", "\t\"m/contract/provider/alpha\"\n\t\"m/contract/provider/zeta\"\n\t\"m/contract/simulator\"\n",
			"var All = []provider.Provider{\n\talpha.Provider,\n\tzeta.Provider, // the last\n}\n",
			"\t\"m/contract/provider/alpha\"\n\t\"m/contract/provider/delta\"\n\t\"m/contract/provider/zeta\"\n\t\"m/contract/simulator\"\n",
			"var All = []provider.Provider{\n\talpha.Provider,\n\tzeta.Provider, // the last\n\tdelta.Provider,\n}\n"),
		Entry("where there is none", "", "var All = []provider.Provider{}\n", "\t\"m/contract/provider/delta\"\n", "var All = []provider.Provider{\n\tdelta.Provider,\n}\n"),
		Entry("where all are in one line", "\t\"m/contract/provider/zeta\"\n", "var All = []provider.Provider{zeta.Provider}\n",
			"\t\"m/contract/provider/delta\"\n\t\"m/contract/provider/zeta\"\n", "var All = []provider.Provider{\n\tzeta.Provider,\n\tdelta.Provider,\n}\n"),
		Entry("where all are in one line, with a comment", "\t\"m/contract/provider/alpha\"\n\t\"m/contract/provider/zeta\"\n", "var All = []provider.Provider{alpha.Provider /* first */, zeta.Provider}\n",
			"\t\"m/contract/provider/alpha\"\n\t\"m/contract/provider/delta\"\n\t\"m/contract/provider/zeta\"\n",
			"var All = []provider.Provider{\n\talpha.Provider, /* first */\n\tzeta.Provider,\n\tdelta.Provider,\n}\n"),
	)
})
