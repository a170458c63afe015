package apply

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const published = `openapi: 3.0.3
info:
  title: Invented
  version: "1"
paths:
  /consents:
    get:
      responses:
        "200":
          description: OK
          content:
            application/json:
              examples:
                yes: {value: {n: 12345678901234567890, on: "y", at: "2022-02-03"}}
`

const actions = `overlay: 1.1.0
info: {title: ours, version: "1"}
actions:
  - target: $.info
    update: {description: "words: ours"}
  - target: $.paths['/consents'].get
    x-difference: [AC-D1, AC-D2]
    update: {operationId: getConsents, deprecated: true}
`

const effective = `# The effective document: what acme publishes (openapi.yaml) with our word on it (overlay.yaml). Written by specs/apply: never edited.
openapi: 3.0.3
info:
  title: Invented
  version: "1"
  description: 'words: ours'
paths:
  /consents:
    get:
      responses:
        "200":
          description: OK
          content:
            application/json:
              examples:
                "yes":
                  value:
                    "n": 12345678901234567890
                    "on": "y"
                    at: "2022-02-03"
      operationId: getConsents
      deprecated: true
      x-deprecated-reason: the provider's document says so, without a reason.
      description: 'Deprecated: the provider''s document says so, without a reason.'
`

// house is a temporary folder with specs of the providers acme and bolt.
type house struct{ dir, stdout, stderr string }

func newHouse() *house {
	GinkgoHelper()
	h := &house{dir: GinkgoT().TempDir()}
	for _, p := range []string{"acme", "bolt"} {
		h.write("specs/"+p+"/openapi.yaml", published)
		h.write("specs/"+p+"/overlay.yaml", actions)
	}
	return h
}

func (h *house) write(name, text string) {
	GinkgoHelper()
	Expect(os.MkdirAll(filepath.Dir(h.path(name)), 0o755)).To(Succeed())
	Expect(os.WriteFile(h.path(name), []byte(text), 0o644)).To(Succeed())
}

func (h *house) path(name string) string { return filepath.Join(h.dir, name) }

func (h *house) read(name string) string {
	GinkgoHelper()
	data, err := os.ReadFile(h.path(name))
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}

func (h *house) run(args ...string) int {
	var stdout, stderr bytes.Buffer
	status := Run(append([]string{"-specs", h.path("specs"), "-gen", h.path("gen")}, args...), nil, &stdout, &stderr)
	h.stdout, h.stderr = stdout.String(), stderr.String()
	return status
}

// files are the files below the house, with their times.
func (h *house) files() map[string]time.Time {
	GinkgoHelper()
	found := map[string]time.Time{}
	Expect(filepath.WalkDir(h.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		found[path] = info.ModTime()
		return err
	})).To(Succeed())
	return found
}

var _ = Describe("apply", func() {
	const out = "gen/acmeapi/openapi.gen.yaml"
	var h *house
	BeforeEach(func() { h = newHouse() })

	It("writes the effective document of one provider, and says what it did", func() {
		Expect(h.run("acme")).To(Equal(0), h.stderr)
		Expect(h.read(out)).To(Equal(effective))
		Expect(h.stdout).To(Equal("acme: 2 overlay actions applied, answering 2 differences\n"))
		Expect(h.stderr).To(BeEmpty())
		Expect(h.path("gen/boltapi")).NotTo(BeAnExistingFile())
	})

	It("says what its flags are", func() {
		Expect(h.run("-h")).To(Equal(0))
		Expect(h.stderr).To(ContainSubstring("-gen folder"))
		Expect(h.stdout).To(BeEmpty())
	})

	It("does all providers when none is named", func() {
		Expect(h.run()).To(Equal(0), h.stderr)
		Expect(h.read(out)).To(Equal(effective))
		Expect(h.path("gen/boltapi/openapi.gen.yaml")).To(BeARegularFile())
		Expect(h.stdout).To(MatchRegexp(`(?s)^acme: .*\nbolt: .*\n$`))
	})

	It("changes no byte and no time when it runs again", func() {
		Expect(h.run()).To(Equal(0), h.stderr)
		old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		Expect(os.Chtimes(h.path(out), old, old)).To(Succeed())
		before := h.files()
		Expect(h.run()).To(Equal(0), h.stderr)
		Expect(h.files()).To(Equal(before))
		Expect(h.read(out)).To(Equal(effective))
	})

	It("replaces an older result", func() {
		h.write(out, "older\n")
		Expect(h.run("acme")).To(Equal(0), h.stderr)
		Expect(h.read(out)).To(Equal(effective))
	})

	DescribeTable("writes nothing for any provider, and ends with 2, when", func(name, text, want string, args ...string) {
		if name != "" {
			h.write(name, text)
		}
		h.write(out, "older\n")
		before := h.files()
		Expect(h.run(args...)).To(Equal(2))
		Expect(h.stderr).To(MatchRegexp(`^apply: .*\n$`))
		Expect(h.stderr).To(ContainSubstring(want))
		Expect(h.stdout).To(BeEmpty(), "it says that it did what it did not")
		Expect(h.files()).To(Equal(before))
		Expect(h.read(out)).To(Equal("older\n"))
	},
		Entry("the last overlay has lost a target", "specs/bolt/overlay.yaml", actions+"  - target: $.gone\n    update: {description: d}\n",
			"bolt/overlay.yaml:9: action 3 ($.gone) finds nothing"),
		Entry("an overlay has no action", "specs/bolt/overlay.yaml", "overlay: 1.1.0\ninfo: {title: t, version: \"1\"}\nactions: []\n",
			"bolt/overlay.yaml: overlay must define at least one action"),
		Entry("an overlay is empty", "specs/bolt/overlay.yaml", "", "bolt/overlay.yaml: is empty"),
		Entry("a published document is broken", "specs/bolt/openapi.yaml", "a: 1\na: 2\n", `bolt/openapi.yaml:2: duplicate member "a"`),
		Entry("a provider has no overlay", "specs/cork/openapi.yaml", published, "cork/overlay.yaml: no such file or directory"),
		Entry("a provider is unknown", "", "", "nobody/openapi.yaml: no such file or directory", "acme", "nobody"),
	)

	It("writes nothing for names that clash in Go, and tells all of them at once, with what to write", func() {
		for p, member := range map[string]string{"acme": "N", "bolt": "a-b: {type: string}, aB"} {
			h.write("specs/"+p+"/openapi.yaml", strings.Replace(published, "              examples:",
				"              schema: {type: object, properties: {n: {type: string}, "+
					"ab: {type: string}, "+member+": {type: string}}}\n              examples:", 1))
			h.write("gen/"+p+"api/cfg.yaml", "package: "+p+"api\ngenerate: {client: true, models: true}\n"+
				"output-options: {generate-types-for-anonymous-schemas: true}\n")
		}
		h.write(out, "older\n")
		before := h.files()
		Expect(h.run()).To(Equal(2))
		const schema = "/paths/~1consents/get/responses/200/content/application~1json/schema/properties/"
		Expect(h.stderr).To(Equal("apply: acme: a name of the document clashes in Go; write this action, " +
			"or another like it, into " + h.path("specs/acme/overlay.yaml") + "\n" +
			"  " + schema + "N and " + schema + "n both become the field GetConsents200JSONResponseBody.N: " +
			`- {target: "$['paths']['/consents']['get']['responses']['200']['content']['application/json']['schema']` +
			`['properties']['n']", update: {x-go-name: "N2"}}` + "\n" +
			"apply: bolt: a name of the document clashes in Go; write this action, or another like it, into " +
			h.path("specs/bolt/overlay.yaml") + "\n" +
			"  " + schema + "a-b and " + schema + "aB both become the field GetConsents200JSONResponseBody.AB: " +
			`- {target: "$['paths']['/consents']['get']['responses']['200']['content']['application/json']['schema']` +
			`['properties']['aB']", update: {x-go-name: "AB2"}}` + "\n"))
		Expect(h.stdout).To(BeEmpty())
		Expect(h.files()).To(Equal(before))
		Expect(h.read(out)).To(Equal("older\n"))
	})

	It("writes nothing for a document of which the generator makes nothing", func() {
		h.write("specs/bolt/openapi.yaml", strings.Replace(published, "/consents", "/consents/{id}", 1))
		h.write("specs/bolt/overlay.yaml", strings.ReplaceAll(actions, "/consents", "/consents/{id}"))
		h.write("gen/boltapi/cfg.yaml", "package: boltapi\ngenerate: {client: true, models: true}\n")
		before := h.files()
		Expect(h.run()).To(Equal(2))
		Expect(h.stderr).To(MatchRegexp(`^apply: bolt: the generator makes nothing of the document: .*path ` +
			`'/consents/{id}' has 1 positional .*; correct the document by an action of .*bolt/overlay.yaml\n$`))
		Expect(h.files()).To(Equal(before))
	})

	It("ends with 2 where there are no specs", func() {
		Expect(os.RemoveAll(h.path("specs"))).To(Succeed())
		Expect(h.run()).To(Equal(2))
		Expect(h.stderr).To(Equal("apply: there is no " + h.path("specs/*/openapi.yaml") + "\n"))
	})

	It("ends with 2 when it cannot write, and leaves no temporary file", func() {
		h.write(out+"/in the way", "")
		before := h.files()
		Expect(h.run("acme")).To(Equal(2))
		Expect(h.stderr).To(MatchRegexp(`^apply: .*openapi.gen.yaml.*\n$`))
		Expect(h.stdout).To(BeEmpty())
		Expect(h.files()).To(Equal(before))
	})

	It("ends with 2 for a flag that it does not have", func() {
		Expect(h.run("-nope")).To(Equal(2))
		Expect(h.stderr).To(ContainSubstring("-nope"))
	})
})
