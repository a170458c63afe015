package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

func TestProvider(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/provider")
}

const document = `openapi: 3.0.3
info: {title: Acme, version: "1"}
servers: [{url: 'https://api.acme.example'}, {url: 'https://sandbox.acme.example'}, {url: /v1}, {url: 'https://{env}.acme.example'},
  {url: 'https://api.{region}.regional.example', variables: {region: {default: in, enum: [in, sg]}}}]
paths:
  /journeys:
    post:
      operationId: open
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object}, examples: {opened: {value: {id: j-1}}}}}}
  /journeys/now:
    get: {operationId: look, responses: {"200": {description: OK}}}
    put: {operationId: take, responses: {"200": {description: OK}}}
`

// bare is the least that a description can be.
func bare() provider.Provider {
	return provider.Provider{Name: "acme", Document: []byte(document)}
}

// whole has every part.
func whole() provider.Provider {
	p := bare()
	p.Client = &provider.Client{New: func(string, *http.Client) (any, error) { return struct{}{}, nil }}
	p.Journey = &provider.Journey{Started: "acme/open/200/opened", IDs: map[string]string{"id": "/id"}, Ref: "id"}
	p.Account = &provider.Account{
		Sandbox: "https://sandbox.acme.example",
		Variables: []provider.Variable{
			{Name: "ACME_ID", Member: "client", Simulated: "an-id"},
			{Name: "ACME_SECRET", Secret: true, Simulated: "a-secret"},
			{Name: "ACME_KEY_FILE", Optional: true, Public: true},
		},
	}
	p.Adapter = &provider.Adapter{
		New:    func(string, provider.Values, *http.Client) (kyc.Provider, error) { return nil, nil },
		Calls:  map[string]kyc.Method{"open": kyc.MethodStart, "look": kyc.MethodStatus, "take": kyc.MethodFetch},
		Status: "acme/open/200/opened", Fetched: "acme/open/200/opened",
	}
	p.Simulator = &simulator.Behaviour{}
	return p
}

// browsed is one whose journey begins in the browser: Start and Status make no call.
func browsed() provider.Provider {
	p := whole()
	p.Document = []byte(strings.Replace(document, "      operationId: open\n", "      operationId: open\n"+
		"      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}\n", 1))
	p.Requests = map[string]map[string]any{"open": {"code": ""}, "open/again": {"token": ""}}
	p.Journey.Begin = func(base, back, fresh string, _ provider.Values) (string, map[string]string) {
		return base + "/enter?back=" + back + "&state=" + fresh, map[string]string{"state": fresh}
	}
	p.Journey.IDs, p.Journey.Ref = map[string]string{"state": "", "code": "", "token": "/id"}, ""
	p.Journey.Returned = []string{"code"}
	p.Adapter.Calls = map[string]kyc.Method{"open": kyc.MethodExchange, "take": kyc.MethodFetch}
	p.Adapter.Also = map[string]kyc.Method{"open": kyc.MethodRefresh}
	p.Adapter.Uncalled = []kyc.Method{kyc.MethodStart, kyc.MethodStatus}
	p.Adapter.Samples = map[string]provider.Sample{"take": {MediaType: "application/xml", Body: "<paper/>"}}
	p.Adapter.Status, p.Adapter.Fetched = "", ""
	return p
}

// checked is what Check says of the description.
func checked(p provider.Provider) error {
	GinkgoHelper()
	d, err := p.Parse()
	Expect(err).NotTo(HaveOccurred())
	return p.Check(d)
}

var _ = Describe("A description", func() {
	It("may have every part, or none but its name and its document", func() {
		Expect(checked(whole())).To(Succeed())
		Expect(checked(bare())).To(Succeed())
	})

	DescribeTable("may lack", func(lack func(*provider.Provider)) {
		p := whole()
		lack(&p)
		Expect(checked(p)).To(Succeed())
	},
		Entry("a client", func(p *provider.Provider) { p.Client = nil }),
		Entry("a journey, if it has no adapter", func(p *provider.Provider) { p.Journey, p.Adapter = nil, nil }),
		Entry("an adapter", func(p *provider.Provider) { p.Adapter = nil }),
		Entry("an account, if it has no adapter", func(p *provider.Provider) { p.Account, p.Adapter = nil, nil }),
		Entry("a sandbox", func(p *provider.Provider) { p.Account.Sandbox = "" }),
		Entry("a simulator", func(p *provider.Provider) { p.Simulator = nil }),
	)

	It("may be of journeys that begin in the browser, with methods that make no call", func() {
		Expect(checked(browsed())).To(Succeed())
	})

	DescribeTable("of journeys that begin in the browser is refused", func(spoil func(*provider.Provider),
		want string) {
		p := browsed()
		spoil(&p)
		Expect(checked(p)).To(MatchError(ContainSubstring(want)))
	},
		Entry("with a reference that is no id", func(p *provider.Provider) { p.Journey.Ref = "number" },
			`Journey.Ref is "number", which is no key of Journey.IDs`),
		Entry("with a method that makes no call, and is left out",
			func(p *provider.Provider) { p.Adapter.Uncalled = p.Adapter.Uncalled[:1] },
			"Adapter.Calls has no operation that Status calls; write one, or, of a method that makes no call, its "+
				"name in Adapter.Uncalled, and not both"),
		Entry("with a method that makes no call, and is called",
			func(p *provider.Provider) { p.Adapter.Uncalled = append(p.Adapter.Uncalled, kyc.MethodFetch) },
			"has no operation that Fetch calls; write one, or,"),
		Entry("with a second method and no first",
			func(p *provider.Provider) { p.Adapter.Also["look"] = kyc.MethodRevoke },
			`Adapter.Also has "Revoke" of "look"; it has second methods of the operations of Adapter.Calls`),
		Entry("with a second method that is the first",
			func(p *provider.Provider) { p.Adapter.Also["open"] = kyc.MethodExchange },
			`Adapter.Also has "Exchange" of "open"`),
		Entry("with a second method that is none", func(p *provider.Provider) { p.Adapter.Also["open"] = "Dance" },
			`Adapter.Also has "Dance" of "open"`),
		Entry("with an answer to what is not called",
			func(p *provider.Provider) { p.Adapter.Samples["look"] = provider.Sample{} },
			`Adapter.Samples has "look", which is no operation of Adapter.Calls`),
		Entry("with an example of a status that there is not",
			func(p *provider.Provider) { p.Adapter.Status = "acme/look/200/none" }, "Adapter.Status is"),
		Entry("with a body of what takes none", func(p *provider.Provider) { p.Requests["look"] = nil },
			`Requests has "look"; it has those of operations that take a body of which none is documented`),
		Entry("with a body of nothing", func(p *provider.Provider) { p.Requests["close/again"] = nil },
			`Requests has "close/again"`),
	)

	DescribeTable("may be at a sandbox", func(url string, unpublished bool) {
		p := whole()
		p.Account.Sandbox, p.Account.Unpublished = url, unpublished
		Expect(checked(p)).To(Succeed())
	},
		Entry("that is a server, and not the first", "https://sandbox.acme.example", false),
		Entry("that is a server with a value for its variable", "https://api.sg.regional.example", false),
		Entry("that is a server with any value for a variable that has no list of them",
			"https://test.acme.example", false),
		Entry("that is told elsewhere", "https://acme-test.example/v1", true),
	)

	DescribeTable("is refused, and told what to write,", func(spoil func(*provider.Provider), field, advice string) {
		p := whole()
		spoil(&p)
		Expect(checked(p)).To(MatchError(And(
			HavePrefix("provider \""+p.Name+"\": "+field), ContainSubstring(advice), Not(ContainSubstring("\n")), Not(ContainSubstring("%!")),
		)))
	},
		Entry("with a client that cannot be made", func(p *provider.Provider) { p.Client.New = nil }, "Client.New", "a provider without a client has no Client"),
		Entry("with a journey that no example starts", func(p *provider.Provider) { p.Journey.Started = "acme/open/200/nothing" },
			"Journey.Started", `"acme/open/200/nothing", which is no id of an example`),
		Entry("with a journey like no request", func(p *provider.Provider) { p.Journey.Like = "nothing" },
			"Journey.Like", `"acme/open/request/nothing", which is no id of an example`),
		Entry("with a sandbox that is no server", func(p *provider.Provider) { p.Account.Sandbox = "https://sandbox.example" },
			"Account.Sandbox", `"https://sandbox.example", which is no server of the document; there is https://api.acme.example, https://sandbox.acme.example`),
		Entry("with a sandbox that is no absolute URL", func(p *provider.Provider) { p.Account.Sandbox = "/v1" }, "Account.Sandbox", `"/v1", which must be an absolute https URL`),
		Entry("with a sandbox that has a parameter", func(p *provider.Provider) { p.Account.Sandbox = "https://{env}.acme.example" }, "Account.Sandbox", "without parameters"),
		Entry("with a sandbox that no value of a variable gives",
			func(p *provider.Provider) { p.Account.Sandbox = "https://api.eu.regional.example" },
			"Account.Sandbox", `"https://api.eu.regional.example", which is no server of the document; `+
				`there is https://api.acme.example, https://sandbox.acme.example, /v1, https://{env}.acme.example, `+
				"https://api.{region}.regional.example; write one of these, its variables filled in, "+
				"or Account.Unpublished: true if it is told elsewhere"),
		Entry("with a relative sandbox that is told elsewhere",
			func(p *provider.Provider) { p.Account.Sandbox, p.Account.Unpublished = "/v2", true },
			"Account.Sandbox", "write the whole URL and Account.Unpublished: true"),
		Entry("with a sandbox that is published after all",
			func(p *provider.Provider) { p.Account.Unpublished = true }, "Account.Unpublished", "remove Unpublished"),
		Entry("with a variable of another", func(p *provider.Provider) { p.Account.Variables[0].Name = "BOLT_ID" }, "Account.Variables", `"BOLT_ID"; a name begins with ACME_`),
		Entry("with a variable in small letters", func(p *provider.Provider) { p.Account.Variables[0].Name = "acme_id" }, "Account.Variables", `"acme_id"; a name begins with ACME_`),
		Entry("with a variable that each has", func(p *provider.Provider) { p.Account.Variables[0].Name = "ACME_BASE_URL" }, "Account.Variables", "is not ACME_BASE_URL, which each provider has"),
		Entry("with what is obtained by nothing",
			func(p *provider.Provider) { p.Account.Variables[1].Obtained = true }, "Account.Obtain",
			"write both, or neither"),
		Entry("with a call that obtains nothing", func(p *provider.Provider) {
			p.Account.Obtain = func(context.Context, string, provider.Values, *http.Client) (provider.Values, error) {
				return nil, nil
			}
		}, "Account.Obtain", "write both, or neither"),
		Entry("with what is obtained and may be absent", func(p *provider.Provider) {
			p.Account.Obtain = func(context.Context, string, provider.Values, *http.Client) (provider.Values, error) {
				return nil, nil
			}
			p.Account.Variables[1].Obtained, p.Account.Variables[1].Optional = true, true
		}, "Account.Variables", "neither Public nor Optional"),
		Entry("with an adapter that cannot be made", func(p *provider.Provider) { p.Adapter.New = nil }, "Adapter", "needs New"),
		Entry("with an adapter and no journey", func(p *provider.Provider) { p.Journey = nil }, "Adapter", "a Journey and an Account beside it"),
		Entry("with an adapter and no account", func(p *provider.Provider) { p.Account = nil }, "Adapter", "a Journey and an Account beside it"),
		Entry("with no example of a status", func(p *provider.Provider) { p.Adapter.Status = "" }, "Adapter.Status", `is "", which is no id of an example`),
		Entry("with no example of a document", func(p *provider.Provider) { p.Adapter.Fetched = "acme/open" }, "Adapter.Fetched", "no id of an example"),
		Entry("with a reference that is no id of the journey", func(p *provider.Provider) { p.Journey.Ref = "number" }, "Journey.Ref", `"number", which is no key of Journey.IDs; there is id`),
		Entry("with no reference", func(p *provider.Provider) { p.Journey.Ref = "" }, "Journey.Ref", `"", which is no key`),
		Entry("with an id of the return that is none of the journey",
			func(p *provider.Provider) { p.Journey.Returned = []string{"number"} },
			"Journey.Returned", `"number", which is no key of Journey.IDs beside Journey.Ref`),
		Entry("with the reference told by the return",
			func(p *provider.Provider) { p.Journey.Returned = []string{"id"} },
			"Journey.Returned", `"id", which is no key`),
		Entry("with a return of no journey", func(p *provider.Provider) {
			p.Journey, p.Adapter = nil, nil
			p.Answers.Fresh = map[string]provider.Class{"/url": provider.Return}
		}, "Answers.Fresh", "a Return at /url, which needs a Journey beside it"),
		Entry("with variables that nothing sends", func(p *provider.Provider) { p.Account.Variables[0].Member = "" },
			"Account", "write Account.Authorize, or the Member of a variable"),
		Entry("with a call of no method", func(p *provider.Provider) {
			p.Document = []byte(strings.Replace(document, "    put:", "    post: {operationId: more, responses: {\"200\": {description: OK}}}\n    put:", 1))
			p.Adapter.Calls["more"] = "Dance"
		}, "Adapter.Calls", `the method "Dance"; there is Start, Status, Fetch, `),
		Entry("without a call that each adapter makes", func(p *provider.Provider) { delete(p.Adapter.Calls, "take") }, "Adapter.Calls", "has no operation that Fetch calls"),
		Entry("with behaviour of no operation", func(p *provider.Provider) {
			p.Simulator = &simulator.Behaviour{Operations: map[string]func(*simulator.Exchange) simulator.Reply{"close": nil}}
		}, "Simulator.Operations", `"close", which is no operation of the document`),
		Entry("with a call of no operation", func(p *provider.Provider) {
			p.Adapter.Calls["close"] = kyc.MethodRevoke
		}, "Adapter.Calls", `"close", which is no operation of the document`),
	)

	DescribeTable("is refused under the name", func(name string) {
		p := bare()
		p.Name = name
		Expect(checked(p)).To(MatchError(And(ContainSubstring("Name must be lower case letters and digits"), ContainSubstring("such as acme"))))
	},
		Entry("that is empty", ""), Entry("in capitals", "Acme"), Entry("that begins with a digit", "2acme"),
		Entry("with a dash", "acme-two"), Entry("that leads elsewhere", "../acme"), Entry("with a line's end", "acme\n"),
	)

	It("is told all that is wrong at once", func() {
		p := whole()
		p.Client.New, p.Adapter.New, p.Journey.Started = nil, nil, ""
		Expect(checked(p)).To(MatchError(And(ContainSubstring("Client.New"), ContainSubstring("Adapter needs New"), ContainSubstring("Journey.Started"))))
	})

	It("says by the provider's name that its document cannot be read", func() {
		_, err := provider.Provider{Name: "acme", Document: []byte("openapi: [")}.Parse()
		Expect(err).To(MatchError(HavePrefix("acme")))
		_, err = provider.Provider{Name: "acme", Document: []byte(document + "  /x: {get: {responses: {}}}\n")}.Parse()
		Expect(err).To(MatchError(ContainSubstring("has no operationId")))
	})

	It("calls the provider by its title, or by its name with a capital", func() {
		p := bare()
		Expect(p.Named()).To(Equal("Acme"))
		p.Title = "ACME & Sons"
		Expect(p.Named()).To(Equal("ACME & Sons"))
		Expect(provider.Provider{}.Named()).To(BeEmpty())
	})
})

var _ = Describe("An account's values", func() {
	values := provider.Values{"ACME_ID": "an-id", "ACME_SECRET": "a-secret", "ACME_KEY_FILE": "key.pem", "PATH": "/bin"}

	It("are those that nothing may show, and those that no recording may", func() {
		a := whole().Account
		Expect(a.Secrets(values)).To(HaveExactElements("a-secret"))
		Expect(a.Credentials(values)).To(HaveExactElements("an-id", "a-secret"))
		Expect(a.Credentials(provider.Values{"ACME_ID": ""})).To(BeEmpty(), "what is not set cannot be shown")
	})

	It("have those that the simulator takes, and the members that they stand in", func() {
		a := whole().Account
		Expect(a.Simulated()).To(Equal(provider.Values{"ACME_ID": "an-id", "ACME_SECRET": "a-secret"}))
		Expect(a.Environment()).To(Equal(a.Simulated()))
		a.Variables[1].Obtained = true
		Expect(a.Environment()).To(Equal(provider.Values{"ACME_ID": "an-id"}))
		Expect(a.Wants(provider.Values{"ACME_SECRET": "got"})).To(BeEmpty())
		Expect(a.Wants(nil)).To(Equal([]string{"ACME_SECRET"}))
		Expect(a.Members()).To(Equal(map[string]string{"client": "ACME_ID"}))
	})

	It("are none where there is no account", func() {
		var a *provider.Account
		Expect(a.Simulated()).To(BeEmpty())
		Expect(a.Environment()).To(BeEmpty())
		Expect(a.Wants(nil)).To(BeEmpty())
		Expect(a.Members()).To(BeEmpty())
		Expect(a.Secrets(values)).To(BeEmpty())
		Expect(a.Credentials(values)).To(BeEmpty())
	})
})

var _ = Describe("The providers of a list", func() {
	bolt := provider.Provider{Name: "bolt", Title: "Bolt!", Document: []byte(document)}

	It("are found by their names", func() {
		Expect(provider.Find([]provider.Provider{bare(), bolt}, "bolt")).To(HaveField("Title", "Bolt!"))
		Expect(provider.Names([]provider.Provider{bolt, bare()})).To(HaveExactElements("bolt", "acme"))
		Expect(provider.Names(nil)).To(BeEmpty())
	})

	It("are named where there is none of that name", func() {
		_, err := provider.Find([]provider.Provider{bare(), bolt}, "Acme")
		Expect(err).To(MatchError(`there is no provider "Acme"; there is acme, bolt`))
		_, err = provider.Find(nil, "acme")
		Expect(err).To(MatchError(`there is no provider "acme"; there is none`))
	})

	It("are a list that encodes as one where there is none", func() {
		Expect(json.Marshal(provider.Names(nil))).To(MatchJSON("[]"))
	})

	It("are checked one by one, and for a name that is listed twice", func() {
		Expect(provider.CheckAll(nil)).To(Succeed())
		Expect(provider.CheckAll([]provider.Provider{whole(), bolt})).To(Succeed())
		unread, empty, unmade := bare(), bolt, whole()
		unread.Name, unread.Document = "crane", []byte("openapi: [")
		empty.Name, empty.Document = "derby", []byte(`{"openapi":"3.0.3","info":{"title":"Derby","version":"1"},"paths":{}}`)
		unmade.Client.New = nil
		Expect(provider.CheckAll([]provider.Provider{unmade, bolt, bolt, unread, empty})).To(MatchError(And(
			ContainSubstring(`provider "acme": Client.New is missing`), ContainSubstring(`provider "bolt" is listed twice`),
			ContainSubstring(`provider "crane": Document: `),
			ContainSubstring(`provider "derby": Document has neither operations nor webhooks`),
		)))
	})

	It("are simulated if they have a behaviour", func() {
		p := whole()
		Expect(provider.Simulated(bolt, p)).To(HaveExactElements(
			simulator.Provider{Name: "acme", Title: "Acme", Document: p.Document, Behaviour: p.Simulator},
		))
		Expect(provider.Simulated(bolt)).To(BeEmpty())
	})
})

var _ = Describe("A provider's folder", func() {
	// all is what the folder of p says; an error says of which file it is.
	all := func(p provider.Provider) (cases *example.Cases, differences example.Differences, sums example.Sums, equivalents mutants.Equivalents, survived mutants.Survived, score *mutants.Report) {
		GinkgoHelper()
		var err error
		for _, read := range []func(){
			func() { cases, err = p.Cases() },
			func() { differences, err = p.Differences() },
			func() { sums, err = p.Sums() },
			func() { equivalents, err = p.Equivalents() },
			func() { survived, err = p.Survived() },
			func() { score, err = p.Score() },
		} {
			read()
			Expect(err).NotTo(HaveOccurred())
		}
		return
	}

	DescribeTable("may be empty, or not there at all", func(files fstest.MapFS) {
		p := bare()
		if files != nil {
			p.Files = files
		}
		cases, differences, sums, equivalents, survived, score := all(p)
		Expect(cases.Empty()).To(BeTrue())
		Expect(differences).To(BeEmpty())
		Expect(sums).To(BeNil())
		Expect(equivalents).To(BeEmpty())
		Expect(survived).To(BeNil())
		Expect(score).To(BeNil())
	},
		Entry("empty", fstest.MapFS{}), Entry("not there", nil),
	)

	It("may have all of its files", func() {
		p := bare()
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		p.Files = fstest.MapFS{
			"cases.yaml":       {Data: []byte("acme/open/200/opened: {means: consent pending, runs: {simulator: yes, sandbox: yes}}\n")},
			"differences.yaml": {Data: []byte("AC-D1: {says: two things, sources: [A]}\n")},
			"examples.sum":     {Data: []byte(d.SumsText())},
			"equivalent.yaml":  {Data: []byte("groups:\n  - {judges: [live], operators: [other case], pointers: [/a], why: so}\n")},
			"survivors.tsv":    {Data: []byte("# nothing\n")},
			"score.tsv":        {Data: []byte("# nothing\n")},
			"foreign.tsv":      {Data: []byte("# nothing\n")},
		}
		cases, differences, sums, equivalents, survived, score := all(p)
		Expect(cases.Of("acme/open/200/opened")).To(HaveField("Means", "consent pending"))
		Expect(differences).To(HaveLen(1))
		Expect(sums).To(Equal(d.Sums()))
		Expect(equivalents).To(HaveLen(1))
		Expect(survived).To(And(BeEmpty(), Not(BeNil())), "accepted, and none survived")
		Expect(score).NotTo(BeNil())
		foreign, err := p.Foreign()
		Expect(err).NotTo(HaveOccurred())
		Expect(foreign).To(And(BeEmpty(), Not(BeNil())), "accepted, and nothing made")
	})

	It("that cannot be read is named", func() {
		p := bare()
		p.Files = unreadable{}
		_, err := p.Cases()
		Expect(err).To(MatchError(And(HavePrefix("contract/provider/acme/cases.yaml: "), ContainSubstring("the disk is on fire"))))
	})

	DescribeTable("says which file cannot be read:", func(name string, read func(provider.Provider) error) {
		p := bare()
		p.Files = fstest.MapFS{name: {Data: []byte("nothing\n")}}
		Expect(read(p)).To(MatchError(ContainSubstring("contract/provider/acme/" + name)))
	},
		Entry("cases.yaml", "cases.yaml", func(p provider.Provider) error { _, err := p.Cases(); return err }),
		Entry("differences.yaml", "differences.yaml", func(p provider.Provider) error { _, err := p.Differences(); return err }),
		Entry("examples.sum", "examples.sum", func(p provider.Provider) error { _, err := p.Sums(); return err }),
		Entry("equivalent.yaml", "equivalent.yaml", func(p provider.Provider) error { _, err := p.Equivalents(); return err }),
		Entry("survivors.tsv", "survivors.tsv", func(p provider.Provider) error { _, err := p.Survived(); return err }),
		Entry("score.tsv", "score.tsv", func(p provider.Provider) error { _, err := p.Score(); return err }),
		Entry("foreign.tsv", "foreign.tsv", func(p provider.Provider) error { _, err := p.Foreign(); return err }),
	)
})

// unreadable is a folder whose files cannot be read.
type unreadable struct{}

func (unreadable) Open(string) (fs.File, error) { return nil, errors.New("the disk is on fire") }

var _ = Describe("What a description hides", func() {
	check := func(hidden map[string][]string) error {
		GinkgoHelper()
		p := provider.Provider{
			Name: "acme", Hidden: hidden,
			Document: []byte(`{"openapi":"3.0.3","info":{"title":"Acme","version":"1"},"paths":{"/a":{"get":{"operationId":"a","responses":{"200":{"description":"OK"}}}}}}`),
		}
		d, err := p.Parse()
		Expect(err).NotTo(HaveOccurred())
		return p.Check(d)
	}

	It("may say of what kind its own members are, or that they stay", func() {
		Expect(check(nil)).To(Succeed())
		Expect(check(map[string][]string{"credential": {"X-Acme-Key"}, "masked-aadhaar": {"acme_no"}, "": {"X-Acme-Version"}})).To(Succeed())
	})

	It("is refused with a kind that there is not, and the kinds that there are", func() {
		err := check(map[string][]string{"name": {"holder"}, "secret": {"X-Acme-Key"}, "names": {"card"}})
		Expect(err).To(MatchError(ContainSubstring(`provider "acme": Hidden has the kind "secret"`)))
		Expect(err).To(MatchError(ContainSubstring(`provider "acme": Hidden has the kind "names"`)))
		Expect(err).NotTo(MatchError(ContainSubstring(`kind "name",`)))
		Expect(err).To(MatchError(ContainSubstring("there is aadhaar, address, birth, credential, ")))
	})
})
