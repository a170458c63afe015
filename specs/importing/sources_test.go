package importing

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

// importedAcme is acme with what is kept of its three publications, none of which is at hand
// any more, and any file can be the next one.
func importedAcme() *house {
	GinkgoHelper()
	h := acme()
	h.takes()
	h.files = nil
	h.unpin()
	return h
}

// unpin writes the manifest without dates and sums.
func (h *house) unpin() {
	GinkgoHelper()
	text := h.read("specs/acme/import.yaml")
	for _, s := range h.sources {
		at, sum := strings.Index(s, ", date: "), strings.Index(s, ", sha256: ")
		text = strings.Replace(text, s, strings.Replace(s[:sum], s[at:at+len(", date: 2022-02-03")], "", 1)+"}\n", 1)
	}
	h.write("specs/acme/import.yaml", text)
}

func (h *house) read(name string) string {
	GinkgoHelper()
	text, err := os.ReadFile(h.path(name))
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// does runs import, which must succeed.
func (h *house) does(args ...string) {
	GinkgoHelper()
	Expect(h.run(args...)).To(Equal(0), h.stderr)
	Expect(h.stderr).To(BeEmpty())
}

// texts is every file below the specs with what is in it.
func (h *house) texts() map[string]string {
	GinkgoHelper()
	found := map[string]string{}
	for path := range h.state() {
		if name, err := filepath.Rel(h.dir, path); err == nil && strings.HasPrefix(name, "specs") {
			found[name] = h.read(name)
		}
	}
	return found
}

// changed are the files that are not as they were.
func (h *house) changed(before map[string]string) []string {
	GinkgoHelper()
	var names []string
	for name, text := range h.texts() {
		if before[name] != text {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// lines are those of b that a has not, without the sums of the files' own texts.
func lines(a, b string) []string {
	var more []string
	has := strings.Split(a, "\n")
	for line := range strings.SplitSeq(b, "\n") {
		if !slices.Contains(has, line) && !strings.HasPrefix(line, "# sha256 of what follows") {
			more = append(more, strings.TrimSpace(line))
		}
	}
	return more
}

// page is testdata/create.md with some text replaced, as a file of its own.
func (h *house) page(pairs ...string) string {
	GinkgoHelper()
	text, err := os.ReadFile("testdata/create.md")
	Expect(err).NotTo(HaveOccurred())
	changed := strings.NewReplacer(pairs...).Replace(string(text))
	Expect(changed).NotTo(Equal(string(text)))
	return h.write("page.md", changed)
}

var _ = Describe("sources", func() {
	It("keep the facts of a publication, byte for byte", func() {
		h := acme()
		h.takes()
		want, err := os.ReadFile("testdata/older.want.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(h.read("specs/acme/sources/older.yaml")).To(Equal(string(want)))
		Expect(h.read("specs/acme/sources/create.yaml")).NotTo(MatchRegexp("Prose|Creates one|Ask your manager"))
	})

	It("are called by their names", func() {
		Expect((&source{Name: "CUR create-URL (v2.1)"}).fileName()).To(Equal("cur-create-url-v2-1.yaml"))
	})

	It("are merged again without any file, which changes no byte and no time", func() {
		h := importedAcme()
		old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		for name := range h.texts() {
			Expect(os.Chtimes(h.path(name), old, old)).To(Succeed())
		}
		before := h.state()
		h.does("acme")
		Expect(h.state()).To(Equal(before))
		h.does()
		Expect(h.stdout).To(HavePrefix("acme: 3 operations"), "without a provider, all of them")
		Expect(h.state()).To(Equal(before))
		h.does("")
		Expect(h.state()).To(Equal(before))
	})

	It("bring back a merged document that was lost", func() {
		h := importedAcme()
		before := h.texts()
		Expect(os.Remove(h.path("specs/acme/openapi.yaml"))).To(Succeed())
		h.does("acme")
		Expect(h.texts()).To(Equal(before))
	})

	It("take the one page that changed, with nothing else at hand, and the diff is its facts", func() {
		h := importedAcme()
		before := h.texts()
		h.does("acme", h.page("id: {type: string, description: The id.}", "key: {type: string, description: Called otherwise.}"))
		Expect(h.changed(before)).To(Equal([]string{"specs/acme/openapi.yaml", "specs/acme/sources/create.yaml"}))
		const file = "specs/acme/sources/create.yaml"
		sum := document.Text(document.At(mustParse(h.read(file)), "/x-source"), "sha256")
		Expect(lines(before[file], h.read(file))).To(Equal([]string{"# https://acme.example/create, undated, sha256 " + sum, "date: undated", "sha256: " + sum, "key:"}))
		Expect(h.read(file)).NotTo(ContainSubstring("otherwise"))
		Expect(lines(before["specs/acme/openapi.yaml"], h.read("specs/acme/openapi.yaml"))).To(Equal([]string{
			"# create: https://acme.example/create, undated, sha256 " + sum, "date: undated", "sha256: " + sum, "key:"}))
		Expect(h.stdout).To(HaveSuffix(fmt.Sprintf("  source \"create\" is now %s (undated, sha256 %s); written to %s\n", h.path("page.md"), sum, h.path(file))))

		h.does("acme", "testdata/create.md")
		Expect(lines(before[file], h.read(file))).To(HaveLen(2), "the first page again, but for its date")
		h.does("-date", "2022-02-03", "acme", "testdata/create.md")
		Expect(h.texts()).To(Equal(before))
		h.does("acme", "testdata/create.md")
		Expect(h.texts()).To(Equal(before), "a file that is given again keeps its date")
	})

	It("are taken again by what the manifest now selects and calls them", func() {
		h := importedAcme()
		manifest := h.read("specs/acme/import.yaml")
		h.write("specs/acme/import.yaml", strings.NewReplacer("[/consents]", `["/consents/{id}", /consents]`, "example/older", "example/very-old").Replace(manifest))
		before := h.texts()
		h.does("acme")
		Expect(h.changed(before)).To(Equal([]string{"specs/acme/openapi.yaml", "specs/acme/sources/older.yaml"}))
		Expect(lines(before["specs/acme/sources/older.yaml"], h.read("specs/acme/sources/older.yaml"))).To(ConsistOf(HavePrefix("# https://acme.example/very-old, 2022-02-03, sha256 ")))
		h.write("specs/acme/import.yaml", `publisher: Acme
select: {operations: [create-consent, read-consent]}
sources: [{name: create}, {name: status}, {name: older}]
decide:
  - {at: /paths/~1consents/post, take: create}
  - {at: /components/schemas/Consent, take: create}
`)
		h.does("acme")
		Expect(h.read("specs/acme/sources/older.yaml")).NotTo(ContainSubstring("/consents/{id}/files"))
	})

	DescribeTable("are told by content:", func(doc, want string) {
		h := importedAcme()
		file := h.write("next.yaml", "openapi: 3.0.3\npaths: "+doc+"\n")
		if want != "" {
			h.does("acme", file)
			Expect(h.stdout).To(ContainSubstring(fmt.Sprintf("source %q is now", want)))
			return
		}
		h.refuses("next.yaml: its content (", "acme", file)
		Expect(h.stderr).To(ContainSubstring(`does not tell which source it is: `))
		Expect(h.stderr).To(HaveSuffix(`; say SOURCE=, one of "create", "status", "older", or list a new one in ` + h.path("specs/acme/import.yaml") + "\n"))
	},
		Entry("the operations of one", "{/consents: {post: {requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/Consent'}}}}}}}\ncomponents: {schemas: {Consent: {type: string}}}", "create"),
		Entry("the operations of another", "{'/consents/{id}': {get: {responses: {}}}}", "status"),
		Entry("those of one with one more", "{'/consents/{id}': {get: {}}, '/consents/{id}/new': {get: {}}}", "status"),
		Entry("those of one, and others that nobody selects", "{'/consents/{id}': {get: {}}, /x: {get: {}}, /y: {get: {}}}", "status"),
		Entry("not of one that has twice as many", "{'/consents/{id}/new': {get: {}}}", ""),
		Entry("not of one in three", "{'/consents/{id}': {get: {}, put: {}, post: {}}}", ""),
	)

	DescribeTable("are not told by content that is too much for one:", func(paths, why string) {
		h := importedAcme()
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), "decide:", "  - {name: fresh}\ndecide:", 1))
		h.refuses("next.yaml: its content (", "acme", h.write("next.yaml", "openapi: 3.0.3\npaths: "+paths+"\n"))
		Expect(h.stderr).To(ContainSubstring(why))
	},
		Entry("a new source, or a known one", "{/consents: {post: {}}}", `(POST /consents, sha256 `),
		Entry("and is said to be either", "{/consents: {post: {}}}", `it could be "create", "fresh"`),
	)

	It("are told apart from two that have the same operation", func() {
		h := importedAcme()
		h.refuses("next.yaml: its content (POST /consents, GET /consents/{id}, sha256 ", "acme",
			h.write("next.yaml", "openapi: 3.0.3\npaths: {/consents: {post: {}}, '/consents/{id}': {get: {}}}\n"))
		Expect(h.stderr).To(ContainSubstring(`: it could be "create", "status"; say SOURCE=`))
	})

	It("are told by their sums, also where the content does not tell", func() {
		h := importedAcme()
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), "decide:", "  - {name: fresh}\ndecide:", 1))
		fresh := h.write("fresh.yaml", "openapi: 3.0.3\npaths: {/consents: {post: {}}}\n")
		h.does("-source", "fresh", "acme", fresh)
		before := h.texts()
		h.refuses("next.yaml: its content (", "acme", h.write("next.yaml", "openapi: 3.0.3\npaths: {/consents: {post: {responses: {}}}}\n"))
		Expect(h.stderr).To(ContainSubstring(`: it could be "create", "fresh"; say SOURCE=`))
		h.does("acme", fresh)
		Expect(h.texts()).To(Equal(before))
	})

	It("are not superseded by a page of one of their three operations", func() {
		h := importedAcme()
		h.does("-source", "status", "acme", h.write("next.yaml", "openapi: 3.0.3\npaths: {'/consents/{id}': {get: {}, put: {}, delete: {}}}\n"))
		h.refuses("next.yaml: its content (PUT /consents/{id}, sha256 ", "acme", h.write("next.yaml", "openapi: 3.0.3\npaths: {'/consents/{id}': {put: {}}}\n"))
		Expect(h.stderr).To(ContainSubstring("does not tell which source it is: the operations are those of no source; say SOURCE="))
	})

	It("are asked for", func() {
		h := importedAcme()
		h.does("-source", "status", "-date", "2022-03-04", "acme", h.write("next.yaml", "openapi: 3.0.3\npaths: {'/consents/{id}/state': {get: {operationId: state}}}\n"))
		Expect(h.stdout).To(ContainSubstring(`source "status" is now ` + h.path("next.yaml") + " (2022-03-04, sha256 "))
		Expect(h.read("specs/acme/openapi.yaml")).To(And(ContainSubstring("operationId: state\n"), Not(ContainSubstring("read-consent"))))
	})

	It("take a new one that is listed, the only one of which nothing is kept", func() {
		h := importedAcme()
		h.write("specs/acme/import.yaml", strings.NewReplacer("decide:", "  - {name: fresh, url: 'https://acme.example/fresh'}\ndecide:", "[/consents]", "[/consents, /fresh]").Replace(h.read("specs/acme/import.yaml")))
		h.refuses(`specs/acme/import.yaml: nothing is kept of source "fresh": give its publication, FROM= a file of https://acme.example/fresh`, "acme")
		before := h.texts()
		h.does("acme", h.write("next.yaml", "openapi: 3.0.3\npaths: {/fresh: {get: {operationId: fresh}}}\n"))
		Expect(h.changed(before)).To(Equal([]string{"specs/acme/openapi.yaml", "specs/acme/sources/fresh.yaml"}))
	})

	It("disagree with the page that changed: its lines, and those of what is kept", func() {
		h := importedAcme()
		h.refuses("sources disagree, and nobody decided; paste below decide in specs/acme/import.yaml", "acme", h.page("code: {type: string,", "code: {type: integer,"))
		Expect(strings.ReplaceAll(h.stderr, h.dir+"/", "")).To(HaveSuffix(`:
  # "create" (page.md:110) and "status" (specs/acme/sources/status.yaml:45) disagree at /components/schemas/Error/properties/code/type
  - at: /components/schemas/Error
    take: create # or status
`))
	})

	It("may be listed by their sums, which then are their only files", func() {
		h := acme()
		h.takes()
		h.refuses(`page.md: is taken for source "create", which specs/acme/import.yaml lists by its sum, and that of the file is another`, "acme", h.page("The id.", "An id."))
		h.does("acme", "testdata/create.md")
		h.refuses(`DATE="2022-03-04": specs/acme/import.yaml says 2022-02-03 of source "create": correct it there`, "-date", "2022-03-04", "acme", "testdata/create.md")
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), "2022-02-03", "2022-03-04", 1))
		h.does("acme")
		Expect(h.read("specs/acme/sources/create.yaml")).To(ContainSubstring(`date: "2022-03-04"`))
		_, sum, _ := strings.Cut(strings.TrimSuffix(h.sources[0], "}\n"), "sha256: ")
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), sum, strings.Repeat("ab", 32), 1))
		h.refuses("specs/acme/sources/create.yaml: is of a file with the sha256 ", "acme")
		Expect(h.stderr).To(ContainSubstring(" lists " + strings.Repeat("ab", 32) + ` for source "create": give the file that is listed (FROM=)`))
	})
})

// people is a document with four people in its examples, and other operations that nobody
// selects; cut is a cut of it in which they have other names.
const (
	people = `openapi: 3.0.3
info: {title: Acme, version: "1", description: Prose of all of Acme.}
paths:
  /consents/{id}/owner: {get: {operationId: owner, responses: {'200': {$ref: '#/components/responses/Owner'}}}}
  /elsewhere: {get: {operationId: elsewhere, responses: {'200': {$ref: '#/components/responses/Elsewhere'}}}}
components:
  responses:
    Elsewhere: {description: d, content: {application/json: {example: {name: Xaver Invented}}}}
    Owner:
      description: Whose it is.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Owner'}
          examples:
            one: {value: {name: Yolanda Invented, care_of: "C/O: Zeno Invented", lives: {house: 1 Unlikely Street}}}
            two: {summary: A second one., value: [{name: Walburga Invented}]}
  schemas:
    Elsewhere: {type: string}
    Owner: {type: object, description: Prose.}
`
	cutPeople = `openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /consents/{id}/owner: {get: {operationId: owner, responses: {'200': {$ref: '#/components/responses/Owner'}}}}
components:
  responses:
    Owner:
      description: Whose it is.
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Owner'}
          examples:
            one: {value: {name: Fake Person, care_of: "C/O: Fake Guardian", lives: {house: 1 Fake Street}}}
            two: {value: [{name: Fake Second}]}
  schemas:
    Owner: {type: object}
`
	replacing = `    replace:
      - {at: /components/responses/Owner/content/application~1json/examples/one/value/name, with: Fake Person}
      - {at: /components/responses/Owner/content/application~1json/examples/one/value/care_of, with: "C/O: Fake Guardian"}
      - {at: /components/responses/Owner/content/application~1json/examples/one/value/lives, with: {house: 1 Fake Street}}
      - {at: /components/responses/Owner/content/application~1json/examples/two/value/0/name, with: Fake Second}
`
)

var _ = Describe("people in published examples", func() {
	var h *house
	var whole, cut, sum string
	BeforeEach(func() {
		h = newHouse()
		whole, cut = h.write("whole.yaml", people), h.write("cut.yaml", cutPeople)
		h.publish("whole", whole)
		h.publish("cut", cut)
		sums := make([]string, 2)
		for i, s := range h.sources {
			_, after, _ := strings.Cut(s, "sha256: ")
			sums[i] = strings.TrimSuffix(after, "}\n")
		}
		sum = sums[0]
		h.sources = []string{"  - name: file\n    url: https://acme.example/all\n    date: 2022-02-03\n    sha256: " + sums[0] + "\n    instead: [" + sums[1] + "]\n" + replacing}
		h.manifest("{paths: [/consents]}", "")
	})

	It("are replaced before anything is written: the document gives the facts of the cut, with its own sum", func() {
		h.does("acme", whole)
		ofWhole := h.texts()
		for _, text := range ofWhole {
			Expect(text).NotTo(MatchRegexp("Invented|Unlikely|elsewhere|Elsewhere"))
		}
		Expect(ofWhole["specs/acme/openapi.yaml"]).To(ContainSubstring("sha256: " + sum + "\n"))
		h.does("acme", cut)
		for _, name := range []string{"specs/acme/openapi.yaml", "specs/acme/sources/file.yaml"} {
			Expect(lines(ofWhole[name], h.read(name))).To(And(HaveLen(2), HaveEach(ContainSubstring("sha256"))), "but for the sum they are the same")
		}
		h.does("acme", whole)
		Expect(h.texts()).To(Equal(ofWhole))
	})

	It("are not passed over when they stand elsewhere", func() {
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), "value/lives", "value/lived", 1))
		h.refuses("whole.yaml: has nothing at /components/responses/Owner/content/application~1json/examples/one/value/lived, which specs/acme/import.yaml replaces", "acme", whole)
	})

	It("are replaced in the block of a page that has them", func() {
		h.write("specs/acme/import.yaml", "publisher: Acme\nselect: {paths: [/consents]}\nsources:\n  - name: file\n"+replacing)
		h.does("acme", h.write("page.md", "# Acme\n```yaml\nopenapi: 3.0.3\npaths: {/consents: {get: {responses: {}}}}\n```\n```yaml\n"+people+"```\n"))
		Expect(h.read("specs/acme/openapi.yaml")).To(And(ContainSubstring("Fake Second"), Not(ContainSubstring("Invented"))))
	})

	It("stand in what is kept, when a replacement is new: the file has to be given again", func() {
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), replacing[strings.LastIndex(replacing, "      - "):], "", 1))
		h.does("acme", whole)
		Expect(h.read("specs/acme/openapi.yaml")).To(ContainSubstring("Walburga"))
		h.manifest("{paths: [/consents]}", "")
		h.refuses("specs/acme/sources/file.yaml: has at /components/responses/Owner/content/application~1json/examples/two/value/0/name another value than the replacement in specs/acme/import.yaml: give the publication again (FROM=)", "acme")
		h.does("acme", whole)
		Expect(h.read("specs/acme/openapi.yaml")).NotTo(ContainSubstring("Walburga"))
		h.does("acme")
	})
})

// written is a source's file that somebody wrote by hand.
const written = `# What Acme's page says of locks. Written by hand: the page has no OpenAPI document.
x-source: {authored: true, date: 2022-05-06}
openapi: 3.0.3
paths:
  /consents/{id}/locks:
    get:
      operationId: list-locks
      summary: Prose stays here.
      responses:
        "200": {description: Locks., content: {application/json: {schema: {type: array}, example: []}}} # as in the second table
`

var _ = Describe("a source that is authored", func() {
	var h *house
	const file = "specs/acme/sources/locks.yaml"
	BeforeEach(func() {
		h = importedAcme()
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), "decide:", "  - {name: Locks, url: 'https://acme.example/locks', licence: unknown}\ndecide:", 1))
	})

	It("is merged as any other, and never written", func() {
		h.write(file, written)
		h.does("acme")
		Expect(h.read(file)).To(Equal(written))
		root := mustParse(h.read("specs/acme/openapi.yaml"))
		Expect(root).To(And(
			haveAt("/paths/~1consents~1{id}~1locks/get", `{"operationId":"list-locks","responses":{"200":{"content":{"application/json":{"schema":{"type":"array"},"examples":{"example":{"value":[]}}}},"description":"OK"}},"x-source":"Locks"}`),
			haveAt("/x-sources/3", `{"name":"Locks","date":"2022-05-06","url":"https://acme.example/locks","licence":"unknown","authored":true}`)))
		Expect(h.read("specs/acme/openapi.yaml")).To(ContainSubstring("# Locks: https://acme.example/locks, 2022-05-06, written by hand\n"))
		before := h.state()
		h.does()
		Expect(h.state()).To(Equal(before))
	})

	It("may say which page it was written from", func() {
		sum := strings.Repeat("ab", 32)
		h.write(file, strings.Replace(written, "true, date: 2022-05-06", "true, sha256: "+sum, 1))
		h.does("acme")
		Expect(h.read("specs/acme/openapi.yaml")).To(ContainSubstring("# Locks: https://acme.example/locks, undated, written by hand from sha256 " + sum + "\n"))
	})

	It("may come from elsewhere, letter by letter", func() {
		h.does("acme", h.write("mine.yaml", written))
		Expect(h.stdout).To(ContainSubstring("(2022-05-06, written by hand); written to "))
		Expect(h.read(file)).To(Equal(written))
		h.does("acme", h.write("mine.yaml", strings.Replace(written, "array", "object", 1)))
		Expect(h.read(file)).To(ContainSubstring("object"))
		h.refuses(`DATE="2022-02-03": mine.yaml is authored, and says its date itself`, "-date", "2022-02-03", "acme", h.path("mine.yaml"))
	})

	DescribeTable("is refused when", func(from, to, want string) {
		text := strings.Replace(written, from, to, 1)
		Expect(text).NotTo(Equal(written))
		h.write(file, text)
		h.refuses(want, "acme")
	},
		Entry("it does not say that it is", "authored: true", "authored: false, sha256: "+strings.Repeat("ab", 32), file+`: was not written by make import, and does not say "x-source: {authored: true}": put it back, or give the publication again (FROM=, SOURCE="Locks")`),
		Entry("it says nothing", "x-source: {authored: true, date: 2022-05-06}", "", file+`: was not written by make import`),
		Entry("it says it in another way", "authored: true", "authored: [yes]", file+`:2: x-source: authored is true or false, date and sha256 are text`),
		Entry("it says more", "authored: true", "authored: true, by: me", file+`:2: x-source: has no member "by"; there are date, sha256 and authored`),
		Entry("its date is none", "2022-05-06", "6 May 2022", file+`:2: x-source: date "6 May 2022" is neither YYYY-MM-DD nor "undated"`),
		Entry("the sum of its page is none", "authored: true", "authored: true, sha256: 12ab", file+`:2: x-source: sha256 must be 64 hexadecimal digits`),
		Entry("it is sealed", "# What", "# sha256 of what follows: "+strings.Repeat("0", 64)+"\n# What", file+`: says that it is authored, and has the sum of a text that was not`),
		Entry("it is no document", "openapi: 3.0.3", "", file+`:2: is no OpenAPI document`),
		Entry("it has nothing that is selected", "/consents/", "/locked/", `specs/acme/import.yaml: select takes none of the 1 paths in specs/acme/sources/locks.yaml`),
		Entry("it refers to nothing", "responses:", "requestBody: {$ref: '#/components/requestBodies/None'}\n      responses:", file+`:9: the reference "#/components/requestBodies/None" leads nowhere`),
	)

	It("is not superseded by a publication before somebody deletes it", func() {
		h.write(file, written)
		next := h.write("next.yaml", "openapi: 3.0.3\npaths: {'/consents/{id}/locks': {get: {operationId: locks}}}\n")
		h.refuses(`next.yaml: is taken for source "Locks", which is authored: edit specs/acme/sources/locks.yaml, or delete it and give the file again`, "acme", next)
		Expect(os.Remove(h.path(file))).To(Succeed())
		h.does("acme", next)
	})

	It("is told to write an invented value where one may be somebody's", func() {
		page := strings.Replace(written, "example: []", "example: [{name: Quill Marble}]", 1)
		h.does("acme", h.write("mine.yaml", page))
		Expect(h.stdout).To(And(ContainSubstring(
			"specs/acme/sources/locks.yaml looks like a person, a number or a key; what is invented may stay; "+
				"in the place of one that may be real, write an invented one there:\n"),
			Not(ContainSubstring("replace"))))
	})

	It("has nothing replaced", func() {
		h.write(file, written)
		h.write("specs/acme/import.yaml", strings.Replace(h.read("specs/acme/import.yaml"), "licence: unknown", "replace: [{at: /paths, with: 1}]", 1))
		h.refuses(file+": is authored, so nothing of it is replaced", "acme")
	})
})

var _ = Describe("what is kept is refused when", func() {
	const file = "specs/acme/sources/create.yaml"

	It("it was edited by hand, until its publication is given again", func() {
		h := importedAcme()
		before := h.texts()
		h.write(file, strings.Replace(h.read(file), "maxLength: 64", "maxLength: 65", 1))
		h.refuses(file+`: was edited by hand: put it back, or give the publication again (FROM=, SOURCE="create")`, "acme")
		h.refuses(file+": was edited by hand", "acme", "testdata/status.md")
		h.does("-date", "2022-02-03", "acme", "testdata/create.md")
		Expect(h.texts()).To(Equal(before))
	})

	It("it is no document, until its publication is given again", func() {
		h := importedAcme()
		before := h.texts()
		h.write(file, "openapi: [\n")
		h.refuses(file+":2: is not YAML", "acme")
		h.does("-date", "2022-02-03", "-source", "create", "acme", "testdata/create.md")
		Expect(h.texts()).To(Equal(before))
	})

	It("it is a folder", func() {
		h := importedAcme()
		Expect(os.Remove(h.path(file))).To(Succeed())
		Expect(os.Mkdir(h.path(file), 0o755)).To(Succeed())
		h.refuses("read "+file+": is a directory", "acme")
	})

	It("no source is called so", func() {
		h := importedAcme()
		h.write("specs/acme/sources/gone.yaml", "a: 1\n")
		h.refuses("specs/acme/sources/gone.yaml: belongs to no source in specs/acme/import.yaml: list its source there, or delete the file", "acme")
	})

	It("two have the same file", func() {
		h := importedAcme()
		h.refuses(`testdata/create.md: is the file of source "create", and of source "status" too; a source has a file of its own`, "-source", "status", "acme", "testdata/create.md")
	})

	It("it is given for a publication", func() {
		h := importedAcme()
		h.refuses(file+": was written by make import: give the file that was published", "acme", h.path(file))
	})

	It("two files are given for it", func() {
		h := importedAcme()
		other := h.write("other.yaml", "openapi: 3.0.3\npaths: {/consents: {post: {}}}\n")
		h.refuses(`testdata/create.md and other.yaml: both are taken for source "create"; give them one after the other, with SOURCE=`, "acme", "testdata/create.md", other)
	})

	It("all of it is gone", func() {
		h := importedAcme()
		Expect(os.RemoveAll(h.path("specs/acme/sources"))).To(Succeed())
		h.refuses(`specs/acme/import.yaml: nothing is kept of source "create"`, "acme")
	})

	It("no provider is there", func() {
		h := newHouse()
		h.refuses("there is no specs/*/import.yaml")
	})
})

var _ = It("an import that cannot write the merged document leaves the sources as they were", func() {
	h := importedAcme()
	Expect(os.Remove(h.path("specs/acme/openapi.yaml"))).To(Succeed())
	Expect(os.MkdirAll(h.path("specs/acme/openapi.yaml/in the way"), 0o755)).To(Succeed())
	before := h.texts()
	Expect(h.run("acme", h.page("The id.", "An id.", "v7", "v8"))).To(Equal(2))
	Expect(h.texts()).To(Equal(before))
	Expect(os.RemoveAll(h.path("specs/acme/sources"))).To(Succeed())
	Expect(h.run(append([]string{"acme"}, acme().files...)...)).To(Equal(2))
	Expect(h.path("specs/acme/sources")).NotTo(BeADirectory())
})

var _ = Describe("a merged document", func() {
	It("is stale when a source or the manifest has changed since, and import says what to do where it cannot be merged", func() {
		h := importedAcme()
		stale := func() string { return strings.ReplaceAll(Stale(h.path("specs"), "acme"), h.dir+"/", "") }
		Expect(stale()).To(BeEmpty())
		manifest := h.read("specs/acme/import.yaml")
		h.write("specs/acme/import.yaml", strings.Replace(manifest, "example/older", "example/very-old", 1))
		Expect(stale()).To(Equal("specs/acme/sources/older.yaml is not what import.yaml and sources make of it"))
		h.does("acme")
		Expect(stale()).To(BeEmpty())
		h.write("specs/acme/import.yaml", manifest[:strings.Index(manifest, "decide:")])
		Expect(stale()).To(HavePrefix("sources disagree, and nobody decided; paste into specs/acme/import.yaml"))
		Expect(stale()).NotTo(ContainSubstring("\n"))
		Expect(os.RemoveAll(h.path("specs/acme/sources"))).To(Succeed())
		Expect(stale()).To(BeEmpty(), "before there were sources")
	})
})

// What this repository keeps of each provider is what its documents are merged from.
var _ = Describe("the providers here", func() {
	names := providers("..")
	It("are looked at", func() { Expect(names).NotTo(BeEmpty()) })
	for _, name := range names {
		It("have a document that merging again leaves as it is: "+name, func() {
			h := newHouse()
			Expect(os.CopyFS(h.path("specs", name), os.DirFS(filepath.Join("..", name)))).To(Succeed())
			before := h.texts()
			h.does(name)
			Expect(h.changed(before)).To(BeEmpty(), "run make import, and make generate")
		})
	}
})
