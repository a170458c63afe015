package changes

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
)

// stage is a provider's state with files of ours, before or while somebody does the steps.
type stage struct {
	edit  edit     // of the published document
	ours  []string // of our overlay, in pairs
	files map[string]string
	done  bool // generated, with a case and a new recording of each example, which are accepted
}

// read is the provider at that stage.
func (s stage) read(name string) *provider {
	GinkgoHelper()
	p, err := seed{provider: name, edit: s.edit, ours: s.ours}.grown()
	Expect(err).NotTo(HaveOccurred())
	files := fstest.MapFS{}
	for file, text := range s.files {
		files[file] = &fstest.MapFile{Data: []byte(text)}
	}
	if s.done {
		p.generated, p.stale, p.cases, p.fixtures = p.effective, false, map[string]int{}, map[string]string{}
		for _, e := range p.doc.Entries {
			p.cases[e.ID] = 1
			if e.Direction == example.Response || e.Direction == example.Request {
				p.fixtures[e.ID] = strings.Repeat("1", 64)
			}
		}
		files[sumsFile(name)] = &fstest.MapFile{Data: []byte(p.doc.SumsText())}
	}
	p.readOurs(files)
	return p
}

// to is the report on two stages.
func (s stage) to(name string, now stage) *report {
	GinkgoHelper()
	r := compare(&side{name: "base", providers: map[string]*provider{name: s.read(name)}},
		&side{name: "head", providers: map[string]*provider{name: now.read(name)}}, decided)
	r.revision = "HEAD"
	r.finish()
	return r
}

// mended are the files with other text, in pairs.
func mended(files map[string]string, pairs ...string) map[string]string {
	now := maps.Clone(files)
	for file, text := range now {
		now[file] = strings.NewReplacer(pairs...).Replace(text)
	}
	return now
}

// edits are the steps that have a file of the suite's or the adapter's edited.
func edits(r *report) []string {
	return slices.DeleteFunc(commands(r), func(c string) bool {
		return !strings.HasPrefix(c, "edit adapters/") && !strings.HasPrefix(c, "edit contract/")
	})
}

func why(r *report, prefix string) string {
	for _, c := range r.Next {
		if strings.HasPrefix(c.Command, prefix) {
			return c.Why
		}
	}
	return ""
}

const toCheck = "\nNothing is left to write or to mend: what follows are checks.\n"

var _ = Describe("the steps", func() {
	Context("after a path and its parameter were renamed", func() {
		const revoke = "/paths/~1api~1digilocker~1{requestId}~1revoke"
		const from, to = "/api/digilocker/{requestId}/revoke", "/api/digilocker/{journey}/withdraw"
		published := all(set(revoke+"/get/parameters/0/name", "journey"), ren(revoke, to))
		was := stage{files: map[string]string{
			"adapters/cedar/cedar_test.go": "package cedar\n\n" +
				"var at = `/api/digilocker/` + id + \"/revoke\"\n",
			"adapters/example_test.go":                   "package adapters\n\nvar is = `/revoke`\n",
			"adapters/cedar/status_test.go":              "package cedar\n\nvar at = \"/status\" // to revoke\n",
			"contract/provider/cedar/provider.go":        "package cedar\n\nvar ids = \"requestId\"\n",
			"contract/provider/cedar/cases.yaml":         "a:\n  request: {path: {requestId: x}}\n",
			"contract/provider/cedar/members_test.go":    "package cedar\n\n// a requestId\n",
			"contract/provider/cedar/accepted_test.go":   "package cedar\n\nvar a = \"/revoke/by\"\n",
			"contract/provider/cedar/difference_test.go": "package cedar\n\nvar p = \"" + from + "\"\n",
		}}
		overlay := []string{from, to, "?@.name=='requestId'", "?@.name=='requestId' || @.name=='journey'"}

		It("name the new path and parameter, each file that has the old, and no case of what has no name yet", func() {
			r := was.to(cedar, stage{edit: published, files: was.files})
			Expect(r.markdown()).To(ContainSubstring("**breaking** `get " + from + "` is now `get " + to + "`"))
			Expect(commands(r)).NotTo(ContainElement(HavePrefix("make accept")))
			Expect(why(r, "edit specs/cedar/overlay.yaml:90")).To(Equal("give the action the target's new name, or " +
				"remove it; `" + from + "` is now `" + to + "`"))
			Expect(why(r, "edit specs/cedar/overlay.yaml:105")).To(
				ContainSubstring("; `requestId` is now `journey` in revoke"))
			Expect(edits(r)).To(Equal([]string{"edit adapters/cedar/cedar_test.go:3",
				"edit contract/provider/cedar/difference_test.go:3", "edit contract/provider/cedar/provider.go:3",
				"edit contract/provider/cedar/cases.yaml:2", "edit adapters/example_test.go:3"}), r.markdown())
		})

		It("have the operation recorded anew, and say when nothing is left", func() {
			files := mended(was.files, from, to, "/revoke\"\n", "/withdraw\"\n", "`/revoke`", "`/withdraw`",
				"ids = \"requestId\"", "ids = \"requestId\" + \"journey\"", "requestId: x", "journey: x")
			r := was.to(cedar, stage{edit: published, ours: overlay, files: files})
			Expect(edits(r)).To(BeEmpty(), r.markdown())
			Expect(commands(r)).To(ContainElement("make record PROVIDER=cedar TARGET=simulator"))
			r = was.to(cedar, stage{edit: published, ours: overlay, files: files, done: true})
			Expect(r.markdown()).To(ContainSubstring(toCheck))
		})

		It("do not look for a path that nothing but its parameter changed of", func() {
			r := was.to(cedar, stage{files: was.files, edit: all(set(revoke+"/get/parameters/0/name", "journey"),
				ren(revoke, "/api/digilocker/{journey}/revoke"))})
			Expect(edits(r)).To(Equal([]string{"edit contract/provider/cedar/provider.go:3",
				"edit contract/provider/cedar/cases.yaml:2"}), r.markdown())
		})
	})

	Context("after a refusal moved to another status", func() {
		moved := moveCode("IP not whitelisted", "Response403", "Response429")
		was := stage{files: map[string]string{
			"adapters/acme/errors.go":             "package acme\n\nvar kinds = k{403, \"ip_validation_failed\"}\n",
			"adapters/acme/errors_test.go":        "package acme\n\nvar e = k{403, \"ip_validation_failed\"}\n",
			"adapters/acme/acme_test.go":          "package acme\n\nvar e = k{403, \"other\"}\n",
			"contract/provider/acme/simulator.go": "package acme\n\nvar say = \"403/ip-not-whitelisted\"\n",
			"contract/provider/acme/cases.yaml":   "acme/createURL/403/ip-not-whitelisted: {}\n",
			"contract/provider/acme/ways.yaml": "a: [createURL/403/ip-not-whitelisted, " +
				"createURL/403/ip-not-whitelisted-2]\n",
		}}

		It("name who decides by both, and who calls the example by its status", func() {
			r := was.to(acme, stage{edit: moved, files: was.files})
			Expect(edits(r)).To(Equal([]string{"edit adapters/acme/errors.go:3", "edit adapters/acme/errors_test.go:3",
				"edit contract/provider/acme/simulator.go:3", "edit contract/provider/acme/ways.yaml:1",
				"edit adapters/acme/errors.go",
				"edit contract/provider/acme/cases.yaml"}), r.markdown())
			Expect(why(r, "edit adapters/acme/errors_test.go:3")).To(HaveSuffix(
				"`403 ip_validation_failed`, which is now `429 ip_validation_failed`"))
			Expect(why(r, "edit contract/provider/acme/ways.yaml:1")).To(ContainSubstring(
				"`createURL/403/ip-not-whitelisted`, which is now `createURL/429/ip-not-whitelisted`"))
		})

		It("say when nothing is left", func() {
			files := mended(was.files, "403, \"ip_", "429, \"ip_", "403/", "429/")
			r := was.to(acme, stage{edit: moved, files: files, done: true})
			Expect(r.markdown()).To(ContainSubstring(toCheck))
		})
	})

	It("have a code that is new told to the adapter, and the simulator told what brings it about", func() {
		was := stage{files: map[string]string{"contract/provider/acme/simulator.go": "package acme\n",
			"adapters/acme/errors.go": "package acme\n\nvar kinds = k{}\n"}}
		now := set(responses+"Response403"+shown+"Account suspended", "{value: {code: account_suspended}}")
		r := was.to(acme, stage{files: was.files, edit: now})
		Expect(why(r, "edit adapters/acme/errors.go")).To(HaveSuffix(": `code` `account_suspended` with 403"))
		files := mended(was.files, "k{}", "k{403, \"other\"}")
		r = was.to(acme, stage{files: files, edit: now})
		Expect(why(r, "edit adapters/acme/errors.go")).To(HaveSuffix(": `code` `account_suspended` with 403"))
		r = was.to(acme, stage{files: mended(was.files, "k{}", "k{403, \"account_suspended\"}"), edit: now})
		Expect(commands(r)).NotTo(ContainElement(HavePrefix("edit adapters/")), r.markdown())
		Expect(why(r, "edit contract/provider/acme/simulator.go")).To(And(
			HavePrefix("answer with `createURL/403/account-suspended`, "), ContainSubstring(waysFile(acme))))
	})

	Context("after an operation was removed", func() {
		was := stage{files: map[string]string{
			"contract/provider/cedar/provider.go": "package cedar\n\nvar a = c.ListDocumentsWithResponse\n",
			"contract/provider/cedar/cases.yaml":  "cedar/getStatus/200/example: {}\n"}}
		r := sync.OnceValue(func() *report {
			return was.to(cedar, stage{files: was.files, edit: all(del("/paths/~1api~1digilocker~1documents"),
				del(schemas+"Success6"))})
		})

		It("name who calls it", func() {
			Expect(edits(r())).To(ContainElement("edit contract/provider/cedar/provider.go:3"), r().markdown())
			Expect(why(r(), "edit contract/provider/cedar/provider.go:3")).To(ContainSubstring("`listDocuments`"))
		})

		It("leave alone the actions that are for every operation", func() {
			Expect(r().says(inOverlay, "target-fewer")).To(BeTrue(), r().markdown())
			Expect(r().Next).NotTo(ContainElement(HaveField("Why", HavePrefix("add the new names"))), r().markdown())
			Expect(r().Next).NotTo(
				ContainElement(HaveField("Why", HavePrefix("see whether the action"))), r().markdown())
			// A schema's.
			Expect(r().Next).To(ContainElement(And(HaveField("Command", "edit specs/cedar/overlay.yaml:350"),
				HaveField("Why", HavePrefix("give the action the target's new name")))))
		})
	})

	Context("after a member was removed that others are called like", func() {
		const dob = "/properties/user_details/properties/dob"
		was := stage{files: map[string]string{
			"adapters/acme/pan.go":    "package acme\n\nvar a = p.DOB\n",
			"adapters/acme/status.go": "package acme\n\nvar a = s.UserDetails\nvar b = a.DOB\n"}}

		It("name only who means that one", func() {
			r := was.to(acme, stage{files: was.files, edit: del(statusAnswer + dob)})
			Expect(edits(r)).To(ContainElement("edit adapters/acme/status.go:4"), r.markdown())
			Expect(edits(r)).NotTo(ContainElement(HavePrefix("edit adapters/acme/pan.go")), r.markdown())
		})

		It("say what it became, until the file names that", func() {
			now := ren(statusAnswer+dob, "born_on")
			r := was.to(acme, stage{files: was.files, edit: now})
			Expect(why(r, "edit adapters/acme/status.go:4")).To(
				HaveSuffix("it still names `dob`, which is now `born_on`"))
			r = was.to(acme, stage{files: mended(was.files, "a.DOB", "a.BornOn, p.DOB"), edit: now})
			Expect(edits(r)).NotTo(ContainElement(HavePrefix("edit adapters/acme/status.go")), r.markdown())
		})
	})

	It("have sent what is newly asked for once there are clients that can, and recorded then", func() {
		body := schemas + "CreateaDigilockerRequestRequest"
		now := all(set(body+"/properties/tenant", "{type: string}"), add(body+"/required", "tenant"))
		was := stage{files: map[string]string{"adapters/cedar/cedar.go": "package cedar\n"}}
		r := was.to(cedar, stage{files: was.files, edit: now})
		steps := commands(r)
		Expect(slices.Index(steps, "edit adapters/cedar/cedar.go")).To(
			BeNumerically(">", slices.Index(steps, "make clients")), r.markdown())
		Expect(slices.Index(steps, "make clients")).To(BeNumerically(">=", 0))
		Expect(steps).To(ContainElement("make record PROVIDER=cedar TARGET=simulator"))
		Expect(r.Next).To(ContainElement(And(HaveField("Command", MatchRegexp(`^edit specs/cedar/overlay.yaml:\d+$`)),
			HaveField("Why", HavePrefix("our example lacks `tenant`, ")))))
		r = was.to(cedar, stage{files: mended(was.files, "cedar\n", "cedar\n\nvar a = b.Tenant\n"), edit: now})
		Expect(r.Next).NotTo(ContainElement(HaveField("Why", HavePrefix("send "))), r.markdown())
	})

	It("name who calls a publication by the date that it had", func() {
		was := stage{files: map[string]string{
			"contract/provider/cedar/a_test.go": "package cedar\n\n// OAS 2026-04-27\n",
		}}
		r := was.to(cedar, stage{files: was.files, edit: all(set("/x-sources/0/date", "'2026-05-04'"),
			del(schemas+"Xml1/properties/shareCode"))})
		Expect(why(r, "edit contract/provider/cedar/a_test.go:3")).To(HaveSuffix(
			"`OAS 2026-04-27`, which is now `OAS 2026-05-04`"))
	})

	It("have the examples accepted until they are", func() {
		now := stage{edit: set(responses+"Response422"+shown+"Insufficient balance/value/message", "x")}
		r := stage{}.to(acme, now)
		Expect(commands(r)).To(ContainElement("make accept PROVIDER=acme"))
		now.done = true
		r = stage{}.to(acme, now)
		Expect(commands(r)).NotTo(ContainElement(HavePrefix("make accept")), r.markdown())
		Expect(r.markdown()).To(ContainSubstring(toCheck))
	})

	It("have nothing recorded of which its case says why the simulator does not play it", func() {
		now := stage{done: true, edit: set(responses+"Response403"+shown+"Account suspended", "{value: {code: x}}")}
		was, is := stage{}.read(acme), now.read(acme)
		id := "acme/createURL/403/account-suspended"
		maps.DeleteFunc(is.fixtures, func(id, _ string) bool { return strings.HasSuffix(id, "/account-suspended") })
		report := func(runs string) *report {
			text := ""
			for known := range is.cases {
				if strings.HasSuffix(known, "/account-suspended") {
					text += known + ":\n  runs: {simulator: " + runs + "}\n"
				}
			}
			is.files[casesFile(acme)] = []byte(text)
			r := compare(&side{name: "base", providers: map[string]*provider{acme: was}},
				&side{name: "head", providers: map[string]*provider{acme: is}}, decided)
			r.finish()
			return r
		}
		Expect(report("yes").Changes).To(ContainElement(And(HaveField("Rule", "fixture-missing"),
			HaveField("Where", ContainElement(id)))))
		Expect(commands(report("yes"))).To(ContainElement(HavePrefix("make record ")))
		Expect(commands(report("cannot be provoked"))).NotTo(ContainElement(HavePrefix("make record ")))
	})

	It("have all generated where an adapter does not compile, once it does", func() {
		r := &report{revision: "HEAD"}
		r.add(finding{Section: inGo, Level: breaking, Step: major, Of: "adapters/acme", Rule: "does-not-compile",
			Text: "does not compile any more: adapters/acme/acme.go:7"})
		r.finish()
		Expect(commands(r)[:3]).To(Equal([]string{"go vet ./...", "make generate", "make changes BASE=HEAD"}))
	})
})
