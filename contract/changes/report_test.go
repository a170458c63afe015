package changes

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/document"
)

// of is the report on one change of a provider's published document.
func of(provider string, e edit) *report {
	GinkgoHelper()
	r, err := seed{provider: provider, edit: e}.judge()
	Expect(err).NotTo(HaveOccurred())
	return r
}

func commands(r *report) []string {
	var all []string
	for _, c := range r.Next {
		all = append(all, c.Command)
	}
	return all
}

var _ = Describe("a report", func() {
	It("is the same for the same change, word for word", func() {
		change := all(set(responses+"Response422"+shown+"Insufficient balance/value/code", "x"), del("/paths/~1digilocker~1verify-account"),
			ren(schemas+"DigiLockerVerificationGetPanDocumentResponseSchema/properties/pan", "pan_number"))
		first := of(acme, change)
		Expect(first.Changes).NotTo(BeEmpty())
		for range 3 {
			Expect(string(of(acme, change).json())).To(Equal(string(first.json())))
			Expect(of(acme, change).markdown()).To(Equal(first.markdown()))
		}
	})

	It("is JSON with verdict, step and every change by section, rule and pointer", func() {
		var got struct {
			Verdict string
			Step    string
			Changes []struct{ Section, Level, Step, Of, Rule, Pointer, Text string }
			Next    []struct{ Command, Why string }
		}
		Expect(json.Unmarshal(of(birch, set(birchFetch+birchAnswer+"/examples/invalid_reference_id/value/response_status_id", "464")).json(), &got)).To(Succeed())
		Expect(got.Verdict).To(Equal("breaking"))
		Expect(got.Step).To(Equal("major"))
		Expect(got.Changes).To(ContainElement(And(HaveField("Section", "examples"), HaveField("Of", "birch"), HaveField("Rule", "example-decides"), HaveField("Pointer", "/response_status_id"))))
		Expect(got.Next).NotTo(BeEmpty())
	})

	DescribeTable("asks for the step", func(e edit, want step) {
		Expect(of(acme, e).Step).To(Equal(want))
	},
		Entry("major for what breaks", del(create+"/responses/409"), major),
		Entry("minor for what is new on the wire", set(schemas+"ErrorResponseSchema/properties/hint", "{type: string}"), minor),
		Entry("patch for other examples", set(responses+"Response422"+shown+"Insufficient balance/value/message", "x"), patch),
		Entry("none for nothing", set("/info/version", "'2'"), none),
	)

	It("says what becomes of cases and recordings", func() {
		r := of(acme, all(del(responses+"Response422"+shown+"Insufficient balance"),
			set(responses+"Response403"+shown+"Account suspended", "{value: {code: account_suspended}}"),
			set(responses+"Response429"+shown+"Rate limit error per IP/value/message", "x")))
		for rule, id := range map[string]string{
			"case-orphaned": "acme/createURL/422/insufficient-balance", "fixture-orphaned": "acme/createURL/422/insufficient-balance",
			"case-missing": "acme/createURL/403/account-suspended", "fixture-missing": "acme/createURL/403/account-suspended",
			"fixture-outdated": "acme/createURL/429/rate-limit-error-per-ip",
		} {
			Expect(r.Changes).To(ContainElement(And(HaveField("Rule", rule), HaveField("Where", ContainElement(id)))), rule)
		}
		Expect(r.markdown()).To(MatchRegexp(`contract/provider/acme/cases.yaml:\d+ is the case of an example that is gone`))
		Expect(commands(r)).To(Equal([]string{"make generate", "make changes BASE=",
			"edit adapters/acme/errors.go", "edit contract/provider/acme/cases.yaml", "make accept PROVIDER=acme",
			"make record PROVIDER=acme TARGET=simulator", "make contract PROVIDER=acme", "make mutants ACCEPT=1",
			"make test"}))
	})

	It("says once for each file of an adapter what it has to know", func() {
		r := of(acme, all(set(responses+"Response422"+shown+"Insufficient balance/value/code", "x"), set(responses+"Response403"+shown+"Account suspended", "{value: {code: y}}"),
			set("/components/examples/VerificationIdMissing/value/code", "z")))
		Expect(slices.DeleteFunc(commands(r), func(c string) bool { return !strings.HasPrefix(c, "edit adapters/") })).To(Equal([]string{"edit adapters/acme/errors.go"}))
		hook, err := seed{provider: acme, ours: []string{"event_type: DIGILOCKER_VERIFICATION_SUCCESS\n", "event_type: DIGILOCKER_VERIFICATION_DONE\n"}}.judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(commands(hook)).To(And(ContainElement("edit adapters/acme/webhook.go"), Not(ContainElement("edit adapters/acme/errors.go"))))
	})

	It("says first what to mend in the overlay, by line", func() {
		r := of(acme, ren(schemas+"DigiLockerVerificationGetAadhaarDocumentResponseSchema/properties/care_of", "guardian"))
		Expect(commands(r)[0]).To(MatchRegexp(`^edit specs/acme/overlay.yaml:\d+$`))
		Expect(slices.Index(commands(r), "make generate")).To(BeNumerically(">", 0))
	})

	It("asks for another example of ours, and no wider schema, where ours says what the document no longer does", func() {
		r := of(cedar, all(ren(schemas+"Success1/properties/validUpto", "validTill"), drop(schemas+"Success1/required", "validUpto"), add(schemas+"Success1/required", "validTill")))
		Expect(r.says(inOverlay, "contradiction-ours")).To(BeTrue(), r.markdown())
		Expect(r.Next).To(ContainElement(And(HaveField("Command", MatchRegexp(`^edit specs/cedar/overlay.yaml:\d+$`)), HaveField("Why", ContainSubstring("write it anew")))))
		Expect(r.Next).NotTo(ContainElement(HaveField("Why", MatchRegexp("widen the schema.*unauthenticated"))))
	})

	It("has sent what the provider newly asks for, and no schema widened", func() {
		body := schemas + "CreateaDigilockerRequestRequest"
		r := of(cedar, all(set(body+"/properties/tenant", "{type: string}"), add(body+"/required", "tenant")))
		Expect(r.Next).To(ContainElement(And(HaveField("Command", "edit adapters/cedar/cedar.go"),
			HaveField("Why", HavePrefix("send `tenant`, ")))))
		Expect(r.Next).NotTo(ContainElement(HaveField("Why", ContainSubstring("widen the schema"))))
		r = of(acme, set("/components/parameters/x_cf_signature/required", "true"))
		Expect(r.Next).To(ContainElement(And(HaveField("Command", "edit adapters/acme/acme.go"),
			HaveField("Why", HavePrefix("send `x-cf-signature`, ")))))
	})

	It("names the adapter's table where a code moves to another status", func() {
		r := of(acme, moveCode("IP not whitelisted", "Response403", "Response429"))
		Expect(r.markdown()).To(ContainSubstring("**breaking** `code` `ip_validation_failed` moved from status 403 " +
			"to 429, by which the adapters decide (acme/createURL/429/ip-not-whitelisted, acme/"))
		Expect(commands(r)).To(ContainElement("edit adapters/acme/errors.go"))
	})

	It("tells in one note of all examples that say the same in another order", func() {
		r := of(birch, sorted)
		Expect(r.Notes).To(ConsistOf(MatchRegexp(`^birch: \d+ examples written differently and saying the same`)))
	})

	It("shows of what an action hides the part that differs", func() {
		before, after := apart(strings.Repeat("a", 200)+"old"+strings.Repeat("b", 200),
			strings.Repeat("a", 200)+"newer"+strings.Repeat("b", 200))
		Expect([]string{before, after}).To(Equal([]string{
			"..." + strings.Repeat("a", around) + "old" + strings.Repeat("b", around) + "...",
			"..." + strings.Repeat("a", around) + "newer" + strings.Repeat("b", around) + "..."}))
		before, after = apart("aa", "aaa")
		Expect([]string{before, after}).To(Equal([]string{"aa", "aaa"}))
	})

	DescribeTable("names an operation that moved, and where to, in one line, and below it what that comes to:",
		func(e edit, from, to string) {
			r := of(acme, e)
			Expect(r.Verdict).To(Equal("breaking"))
			var lines []string
			for line := range strings.Lines(r.markdown()) {
				if strings.HasPrefix(line, "- ") {
					lines = append(lines, line)
				}
			}
			Expect(lines).To(HaveExactElements(Equal("- **breaking** `"+from+"` is now `"+to+"` (verifyAccount)\n"),
				// and an action that is for every operation
				ContainSubstring("`$.paths.*[?@.operationId].parameters`")), r.markdown())
			Expect(r.markdown()).To(And(ContainSubstring("\n  - **breaking** api "),
				ContainSubstring("\n  - **look** action "),
				ContainSubstring("\n  - **look** removed (acme/verifyAccount/")))
		},
		Entry("to another path", ren("/paths/~1digilocker~1verify-account", "/digilocker/account"),
			"post /digilocker/verify-account", "post /digilocker/account"),
		Entry("to another method", ren("/paths/~1digilocker~1verify-account/post", "put"),
			"post /digilocker/verify-account", "put /digilocker/verify-account"),
	)

	It("says of a path that is gone no more than that, where our overlay does not have it", func() {
		r := of(acme, del("/paths/~1digilocker~1verify-account"))
		Expect(r.markdown()).NotTo(Or(ContainSubstring("still has it"), ContainSubstring("()")))
	})

	It("says where nothing is left to do, and where nothing is but to check", func() {
		now := *trees[acme]
		same := compare(&side{name: "base", providers: trees}, &side{name: "head", providers: trees}, decided)
		same.finish()
		Expect(same.markdown()).To(HaveSuffix("\nNothing is left to do.\n"))
		r := compare(&side{name: "base", providers: map[string]*provider{acme: trees[acme]}},
			&side{name: "head", providers: map[string]*provider{acme: &now}}, decided)
		r.add(finding{Section: inWire, Level: compatible, Step: minor, Of: acme, Rule: "new-optional-request-parameter",
			Text: "added"})
		r.finish()
		Expect(r.markdown()).To(ContainSubstring("\nNothing is left to write or to mend: what follows are checks.\n"))
		Expect(of(acme,
			del("/paths/~1digilocker~1verify-account")).markdown()).NotTo(ContainSubstring("Nothing is left"))
	})

	It("says how to name servers that moved in the list, and not where we gave one another name", func() {
		ask := And(HaveField("Command", "edit specs/acme/overlay.yaml"),
			HaveField("Why", ContainSubstring("by its URL")))
		Expect(of(acme, reverse("/servers")).Next).To(ContainElement(ask))
		r, err := seed{provider: acme, ours: []string{"x-go-name: Sandbox, ", "x-go-name: Test, "}}.judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(r.says(inWire, "server-renamed")).To(BeTrue(), r.markdown())
		Expect(r.Next).NotTo(ContainElement(ask))
	})

	It("takes a path's parameter of another name for the same sample", func() {
		was, is := trees[cedar], seed{provider: cedar, edit: ren("/paths/~1api~1digilocker~1{requestId}~1revoke", "/api/digilocker/{rid}/revoke")}
		Expect(was).NotTo(BeNil())
		r, err := is.judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(r.says(inExamples, "sample-")).To(BeFalse(), r.markdown())
	})

	DescribeTable("says of what was lost or cannot be read that it is to be looked at:", func(lose func(p *provider), rule string) {
		lost := *trees[acme]
		lose(&lost)
		r := compare(&side{name: "base", providers: map[string]*provider{acme: trees[acme]}}, &side{name: "head", providers: map[string]*provider{acme: &lost}}, decided)
		r.finish()
		Expect(r.Changes).To(ContainElement(And(HaveField("Rule", rule), HaveField("Level", look))), r.markdown())
		Expect(r.partly).To(Equal(rule == "specs-gone" || rule == "unreadable"))
		if rule == "case-missing" {
			Expect(r.Next).To(ContainElement(command{Command: "edit contract/provider/acme/cases.yaml", Why: "write " + plural(len(trees[acme].cases), "case")}))
		}
	},
		Entry("all cases", func(p *provider) { p.cases = map[string]int{} }, "case-missing"),
		Entry("all recordings", func(p *provider) { p.fixtures = map[string]string{} }, "fixture-missing"),
		Entry("what specs/ makes", func(p *provider) { p.overlay, p.present, p.asGenerated = nil, nil, true }, "specs-gone"),
		Entry("a file of ours", func(p *provider) { p.problems = []string{"contract/provider/acme/cases.yaml:7: is no YAML"} }, "unreadable"),
	)

	It("says of cases that cannot be read nothing but that", func() {
		files := fstest.MapFS{"contract/provider/cedar/cases.yaml": {Data: []byte("a: 1\n : [\n")}}
		Expect(fs.WalkDir(os.DirFS("testdata"), ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(filepath.Join("testdata", name))
			files[name] = &fstest.MapFile{Data: data}
			return err
		})).To(Succeed())
		now, err := readSide("head", files)
		Expect(err).NotTo(HaveOccurred())
		was := *trees[cedar]
		is := *now.providers[cedar]
		is.fixtures, is.generated, is.sum, is.stale = was.fixtures, was.generated, was.sum, false
		r := compare(&side{name: "base", providers: map[string]*provider{cedar: &was}}, &side{name: "head", providers: map[string]*provider{cedar: &is}}, decided)
		r.finish()
		Expect(r.Changes).To(ConsistOf(And(HaveField("Rule", "unreadable"), HaveField("Pointer", HavePrefix("contract/provider/cedar/cases.yaml")))), r.markdown())
	})

	It("does not call it nothing if not all could be compared", func() {
		r := &report{Base: "base", Head: "head"}
		r.missing("wire shape: base is too old")
		r.finish()
		Expect([]any{r.Verdict, r.Step}).To(Equal([]any{"nothing changed in what was compared", none}))
		Expect(r.markdown()).To(ContainSubstring("**Nothing changed** in what was compared.\n\n**Not compared:** wire shape"))
		r.unable("Go: head does not compile")
		r.finish()
		Expect([]any{r.Verdict, r.Step}).To(Equal([]any{"not all could be compared", unknown}))
		Expect(r.markdown()).To(ContainSubstring("**Verdict: not all could be compared.** Nothing changed in what was."))
	})

	DescribeTable("says that the clients are behind", func(change func(p *provider), behind bool) {
		now := *trees[acme]
		change(&now)
		r := compare(&side{name: "base", providers: map[string]*provider{acme: trees[acme]}}, &side{name: "head", providers: map[string]*provider{acme: &now}}, decided)
		r.finish()
		Expect(r.stale).To(Equal(behind))
		Expect(slices.Contains(commands(r), "make generate")).To(Equal(behind))
		Expect(len(r.NotCompared) > 0).To(Equal(behind))
	},
		Entry("another generator or setting of it", func(p *provider) { p.recipe = "another" }, true),
		Entry("unless they were generated by it", func(p *provider) { p.recipe, p.client = "another", "another" }, false),
		Entry("another generator in go.mod", func(p *provider) { p.pin = "v2.9.0" }, true),
		Entry("their document", func(p *provider) { p.stale = true }, true),
		Entry("nothing", func(*provider) {}, false),
	)

	It("gives commands that a shell takes as they are, and none for what is gone", func() {
		now := *trees[acme]
		now.stale = true
		r := compare(&side{name: "base", providers: trees}, &side{name: "head", providers: map[string]*provider{acme: &now}}, decided)
		r.revision, r.to = "HEAD^{/it's}", "v2"
		r.finish()
		Expect(commands(r)).To(And(
			ContainElement(`make changes BASE='HEAD^{/it'\''s}'`), Not(ContainElement("make contract PROVIDER=cedar")),
			HaveExactElements("git switch --detach v2", "make generate", `make changes BASE='HEAD^{/it'\''s}'`, "make mutants ACCEPT=1", "make test"),
		))
	})

	It("names the difference that the provider mended, and what to do about it", func() {
		r := of(acme, ren(responses+"DigiLockerVerificationGetDocumentResponse/content/application~1json/schema/oneOf", "anyOf"))
		Expect(r.markdown()).To(ContainSubstring("AC-D8 is mended by the provider"))
		Expect(commands(r)).To(ContainElement(Or(HavePrefix("grep -n AC-D8 specs/acme"), HavePrefix("edit specs/acme/overlay.yaml:"))))
	})

	It("calls breaking what the provider takes away, also where the overlay puts it back", func() {
		r := of(acme, del(schemas+"DigiLockerVerifyAccountResponseSchema/properties/mobile_number"))
		Expect(r.worst()).To(Equal(breaking))
		Expect(r.says(inOverlay, "removal-hidden")).To(BeTrue(), r.markdown())
		r = of(acme, drop(fetch+"/parameters/1/schema/enum", "PAN"))
		Expect(r.says(inOverlay, "removal-hidden")).To(BeTrue(), r.markdown())
	})

	It("names a fact of which no rule speaks", func() {
		r := of(acme, set(status+"/parameters/1/allowReserved", "true"))
		Expect(r.says(inWire, "unjudged")).To(BeTrue(), r.markdown())
		Expect(r.markdown()).To(ContainSubstring("of which no rule says whether it breaks"))
	})

	DescribeTable("names it also beside what a rule speaks of:", func(e edit, pointer string) {
		r := of(acme, all(e, add(status+"/parameters", "{name: verbose, in: query, schema: {type: boolean}}")))
		Expect(r.says(inWire, "new-optional-request-parameter")).To(BeTrue(), r.markdown())
		var at []string
		for _, f := range r.Changes {
			if f.Rule == "unjudged" {
				at = append(at, f.Pointer)
			}
		}
		Expect(at).To(ContainElement(pointer), r.markdown())
	},
		Entry("a parameter's spelling", set(status+"/parameters/1/allowReserved", "true"), "/parameters/query reference_id/allowReserved"),
		Entry("a link of an answer",
			set(responses+"DigiLockerVerificationGetStatusResponse/links", "{again: {operationId: getStatus}}"),
			"/responses/200/links"),
		Entry("what a schema says of other members", set(schemas+"DigiLockerVerificationGetStatusResponseSchema/additionalProperties", "false"),
			"/responses/200/content/application~1json/schema/additionalProperties"),
	)

	It("calls a callback that has no operationId by its name", func() {
		r := of(acme, all(hook("200"), del(create+"/callbacks/other/{$url}/post/operationId")))
		Expect(r.Changes).To(ContainElement(And(HaveField("Rule", "endpoint-added"),
			HaveField("Where", ConsistOf("callback `other` of post /digilocker")))), r.markdown())
	})

	It("says once for all operations that they have names now, and of each what it is called", func() {
		unnamed := func(name string) string {
			return "{get: {" + name + "responses: {'200': {description: OK}}}}"
		}
		two := func(a, b string) edit {
			return all(set("/paths/~1digilocker~1health", unnamed(a)), set("/paths/~1digilocker~1ready", unnamed(b)))
		}
		for _, was := range []string{"", "operationId: old, "} {
			r, err := seed{provider: acme, on: &seed{edit: two("", was)},
				edit: all(set("/paths/~1digilocker~1health/get/operationId", "getHealth"),
					set("/paths/~1digilocker~1ready/get/operationId", "getReady"))}.judge()
			Expect(err).NotTo(HaveOccurred())
			Expect(r.says(inWire, "unjudged")).To(BeFalse(), r.markdown())
			text := r.markdown()
			if was == "" {
				Expect(text).To(ContainSubstring("the operation has a name, and had none"))
				Expect(text).To(ContainSubstring("(getHealth, getReady)"))
				continue
			}
			Expect(text).To(ContainSubstring("the operation is called `getReady`, and was `old`"))
		}
	})

	It("names it also beside a rule about the same keyword elsewhere in the operation", func() {
		r := of(cedar, all(set("/paths/~1api~1digilocker~1{requestId}~1aadhaar/get/parameters/0/nullable", "true"), set(schemas+"Xml1/properties/shareCode/nullable", "true")))
		Expect(r.says(inWire, "response-property-became-nullable")).To(BeTrue(), r.markdown())
		Expect(r.Changes).To(ContainElement(And(HaveField("Rule", "unjudged"), HaveField("Pointer", MatchRegexp(`^/parameters/.*nullable$`)))), r.markdown())
	})

	It("tells of a document that cannot be read, and of the rest", func() {
		r := of(acme, del(schemas+"ErrorResponseSchema"))
		Expect([]any{r.Verdict, r.Step}).To(Equal([]any{"not all could be compared", unknown}), r.markdown())
		Expect(r.says(inOverlay, "unreadable")).To(BeTrue(), r.markdown())
		Expect(r.NotCompared).To(ContainElement(HavePrefix("examples of acme: ")))
		Expect(commands(r)).To(ContainElement("edit specs/acme/overlay.yaml"))
	})

	It("says why there is nothing to compare where both states have no effective document", func() {
		files := fstest.MapFS{
			"specs/acme/openapi.yaml": {Data: []byte("openapi: 3.0.3\ninfo: {title: Acme, version: '1'}\npaths: {}\n")},
			"specs/acme/overlay.yaml": {
				Data: []byte("overlay: 1.1.0\ninfo: {title: Acme, version: '1'}\nactions: []\n")},
		}
		s, err := readSide("base", files)
		Expect(err).NotTo(HaveOccurred())
		r := compare(s, s, decided)
		r.finish()
		Expect(r.NotCompared).To(ConsistOf(MatchRegexp(
			`^acme: there is no effective document of it: specs/acme/overlay.yaml: .*at least one action`)))
	})

	It("tells of a provider that is new, and of one that is gone", func() {
		two, one := &side{providers: trees}, &side{providers: map[string]*provider{acme: trees[acme], birch: trees[birch]}}
		added, removed := compare(one, two, decided), compare(two, one, decided)
		Expect(added.Changes).To(ConsistOf(And(HaveField("Rule", "provider-added"), HaveField("Of", cedar), HaveField("Level", compatible))))
		Expect(removed.Changes).To(ConsistOf(And(HaveField("Rule", "provider-removed"), HaveField("Of", cedar), HaveField("Level", breaking))))
	})

	It("stays on one line for each change, and prints no HTML of a value", func() {
		r := of(acme, set(responses+"Response422"+shown+"Insufficient balance/value/message", `"a\n<script>"`))
		Expect(r.markdown()).NotTo(ContainSubstring("<script"))
		for line := range strings.Lines(r.markdown()) {
			Expect(line).To(MatchRegexp(`^(#|- |\d+\. |\*\*|\n)`))
		}
	})
})

var _ = Describe("what clients send", func() {
	was := shot{ID: "acme/make/request/one", Method: "POST", Path: "/make", Body: json.RawMessage(`{"a":1}`),
		outcome: outcome{Sent: &sent{Method: "POST", URL: "https://provider.example/make?x=1", Header: map[string][]string{"X-A": {"1"}}, Body: `{"a":1}`}}}

	DescribeTable("differs", func(change func(*sent), pointer string) {
		is, now := was, *was.Sent
		now.Header = map[string][]string{"X-A": {"1"}}
		change(&now)
		is.Sent = &now
		r := &report{}
		r.shape([]shot{was}, []shot{is})
		Expect(r.Changes).To(ConsistOf(And(HaveField("Pointer", pointer), HaveField("Level", breaking))))
	},
		Entry("in its method", func(s *sent) { s.Method = "PUT" }, "/method"),
		Entry("in its path", func(s *sent) { s.URL = "https://provider.example/Make?x=1" }, "/path"),
		Entry("in its host", func(s *sent) { s.URL = "https://other.example/make?x=1" }, "/path"),
		Entry("in its query", func(s *sent) { s.URL = "https://provider.example/make?x=2" }, "/query/x"),
		Entry("in a header", func(s *sent) { s.Header = nil }, "/header/X-A"),
		Entry("in a member of its body", func(s *sent) { s.Body = `{"a":2}` }, "/body/a"),
		Entry("in the spelling of its body", func(s *sent) { s.Body = `{ "a":1 }` }, "/body"),
	)

	It("is to be looked at where the documents ask for something else", func() {
		is := was
		is.Body, is.Sent = json.RawMessage(`{"a":2}`), &sent{Method: "POST", URL: was.Sent.URL, Header: was.Sent.Header, Body: `{"a":2}`}
		r := &report{}
		r.shape([]shot{was}, []shot{is})
		Expect(r.Changes).To(ConsistOf(And(HaveField("Level", look), HaveField("Rule", "sent-as-documented"))))
	})

	It("breaks where a request cannot be sent any more", func() {
		is := was
		is.Sent, is.Error = nil, "no method makeWithResponse"
		r := &report{}
		r.shape([]shot{was}, []shot{is})
		Expect(r.Changes).To(ConsistOf(HaveField("Text", ContainSubstring("no request: no method"))))
	})

	It("says nothing of what is new, and of what is the same", func() {
		r := &report{}
		r.shape([]shot{was}, []shot{was, {ID: "acme/other"}})
		Expect(r.Changes).To(BeEmpty())
	})
})

var _ = Describe("what a fixture was recorded against", func() {
	It("is read as package record writes it", func() {
		dir := GinkgoT().TempDir()
		f := &recording.Fixture{Example: "acme/a/200/b", From: recording.Simulator, Recorded: "2026-01-01", Document: strings.Repeat("0", 64),
			Exchanges: []recording.Exchange{{Request: recording.Request{Method: "GET"}, Answer: recording.Answer{Status: 200}}}}
		Expect(f.Write(dir)).To(Succeed())
		root, err := document.Read(filepath.Join(dir, recording.Path(f.Example)))
		Expect(err).NotTo(HaveOccurred())
		Expect(document.Text(root, "document")).To(MatchRegexp(isSum.String()))
	})
})

var _ = It("comes to a verdict for those who ask from Go", func() {
	r := &report{NotCompared: []string{"Go of old"}}
	r.add(finding{Level: breaking, Step: major, Text: "a"}, finding{Level: look, Step: minor, Text: "b"},
		finding{Level: look, Step: patch, Text: "c"}, finding{Level: compatible, Step: minor, Text: "d"})
	r.finish()
	Expect(r.summed()).To(Equal(Verdict{Says: "breaking", Step: "major", Breaking: 1, Look: 2, Compatible: 1,
		NotCompared: []string{"Go of old"}}))
	r = &report{partly: true}
	r.finish()
	Expect(r.summed()).To(Equal(Verdict{Says: "not all could be compared", Step: "unknown"}))
})
