package providers_test

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

func TestProviders(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/providers")
}

// What follows from the list alone, of whatever providers: each that has a behaviour, and
// one that has little else.
var _ = Describe("Each provider's simulator", func() {
	for _, p := range append(slices.Clone(providers.All), sparse) {
		if p.Simulator == nil {
			continue
		}
		told := provider.Simulated(p)[0]
		Context("of "+told.Title, Label(p.Name), func() {
			var doc *example.Document
			BeforeEach(func() {
				var err error
				doc, err = p.Parse()
				Expect(err).NotTo(HaveOccurred())
			})

			It("has behaviour for every operation of which a case runs at it, and for no other word", func() {
				cases, err := p.Cases()
				Expect(err).NotTo(HaveOccurred())
				for _, e := range doc.Entries {
					if c, err := cases.Of(e.ID); err == nil && c.Runs["simulator"] == "yes" && e.Direction == example.Response {
						Expect(p.Simulator.Operations).To(HaveKeyWithValue(e.Operation, Not(BeNil())), e.ID)
					}
				}
				for operation := range p.Simulator.Operations {
					_, found := doc.Operation(operation)
					Expect(found).To(BeTrue(), operation)
				}
			})

			It("has examples for every cause", func() {
				for cause, names := range p.Simulator.Causes {
					for _, name := range names {
						Expect(slices.ContainsFunc(doc.Entries, func(e example.Entry) bool {
							return e.ID == p.Name+"/"+e.Operation+"/"+name
						})).To(BeTrue(), "%s: %s", cause, name)
					}
				}
			})

			It("says in plain sentences what it decides without a publication", func() {
				ways, err := p.Ways()
				Expect(err).NotTo(HaveOccurred())
				if ways != nil { // whoever says what leads where says also what is made up
					Expect(p.Simulator.Unpublished).NotTo(BeEmpty())
				}
				for _, sentence := range p.Simulator.Unpublished {
					Expect(sentence).To(MatchRegexp(`^[A-Za-z].{10,130}\.$`))
				}
				for name, variant := range p.Simulator.Variants {
					Expect(variant.Says).NotTo(BeEmpty(), name)
				}
			})

			It("takes a cause for the operations that document it, and for no other", func(ctx SpecContext) {
				var ids []string
				for _, e := range doc.Entries {
					ids = append(ids, e.ID)
				}
				for cause, names := range p.Simulator.Causes {
					for _, op := range doc.Operations {
						has := slices.ContainsFunc(names, func(name string) bool {
							return slices.Contains(ids, p.Name+"/"+op.ID+"/"+name)
						})
						sim, server := calls.Serving(simulator.Options{}, told)
						err := sim.AddFault(simulator.Fault{Provider: p.Name, Operation: op.ID, Kind: cause, Count: 1})
						if !has {
							Expect(err).To(MatchError(ContainSubstring("does not document")), "%s: %s", op.ID, cause)
							continue
						}
						Expect(err).NotTo(HaveOccurred(), "%s: %s", op.ID, cause)
						header := http.Header{}
						if p.Account != nil && p.Account.Authorize != nil {
							Expect(p.Account.Authorize(header, p.Account.Simulated(), time.Now())).To(Succeed())
						}
						at := server.URL + "/" + p.Name + anywhere.ReplaceAllString(op.Path, "x")
						r, err := http.NewRequestWithContext(ctx, op.Method, at, strings.NewReader("{}"))
						Expect(err).NotTo(HaveOccurred())
						r.Header = header
						r.Header.Set("Content-Type", "application/json")
						status := calls.Do(&calls.NoRedirects, r).Status
						Expect(status).To(BeNumerically(">=", 400), "%s: %s", op.ID, cause)
						Expect(sim.Faults()).To(BeEmpty(), "%s: %s was not met", op.ID, cause)
					}
				}
			})

			It("does not pass for it", func(ctx SpecContext) {
				_, server := calls.Serving(simulator.Options{}, told)
				for _, address := range doc.Servers() {
					host := public(address)
					if host == "" {
						continue
					}
					Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).
						To(Equal(http.StatusMisdirectedRequest), address)
				}
			})

			It("is alone on the first page", func(ctx SpecContext) {
				_, server := calls.Serving(simulator.Options{}, told)
				page := calls.Send(ctx, "GET", server.URL+"/", "").Body
				Expect(page).To(ContainSubstring("It answers as " + told.Title + " documents it"))
				for _, c := range p.Simulator.Credentials {
					Expect(page).To(ContainSubstring("<dt>" + c.Name +
						`</dt><dd data-copy="` + c.Name + " of " + told.Title + `"><code>` + c.Value + "</code>"))
				}
				Expect(strings.Contains(page, "<pre><code>curl &#39;"+server.URL+"/"+p.Name)).To(Equal(p.Simulator.Curl != nil))
			})

			It("starts a journey by the command of the first page", func(ctx SpecContext) {
				if p.Simulator.Curl == nil {
					Skip("it shows none")
				}
				_, server := calls.Serving(simulator.Options{}, told)
				args := p.Simulator.Curl(server.URL+"/"+p.Name, time.Now())
				header, body := []string{"Content-Type", "application/json"}, ""
				for i := 1; i+1 < len(args); i += 2 {
					switch args[i] {
					case "-H":
						name, value, _ := strings.Cut(args[i+1], ": ")
						header = append(header, name, value)
					case "--json":
						body = args[i+1]
					}
				}
				got := calls.Send(ctx, "POST", args[0], body, header...)
				Expect(got.Status/100).To(Equal(2), got.Body)
				consent := regexp.MustCompile(server.URL + "/consent/" + p.Name + "/[A-Z0-9]+").FindString(got.Body)
				back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent)
				Expect(err).NotTo(HaveOccurred())
				Expect(back.Host).To(Equal("shop.example"))
			})
		})
	}
})

// anywhere is a parameter of a path.
var anywhere = regexp.MustCompile(`\{[^}]*\}`)

// sparse is a provider that nobody has: one operation without behaviour, no command, and
// servers with templates, at no domain, and on this machine.
var sparse = provider.Provider{
	Name: "acme",
	Document: []byte(`openapi: 3.0.3
info: {title: Acme, version: "1"}
servers:
  - {url: 'https://{region}.acme.example/{version}'}
  - {url: 'https://api.acme.example/{version}'}
  - {url: /v1}
  - {url: 'http://localhost:8080'}
  - {url: 'http://127.0.0.1:8080'}
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: object}, examples: {thing: {value: {}}}}}}
`),
	Simulator: &simulator.Behaviour{},
}

// public is the host of a server that somebody has; else "": one that is relative, is no
// host until something is filled in, or is on this machine.
func public(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "localhost" || net.ParseIP(u.Hostname()) != nil || strings.ContainsAny(u.Host, "{}") {
		return ""
	}
	return u.Host
}

var _ = Describe("The list", func() {
	It("has descriptions of which nothing is wrong, each under a name of its own", func() {
		names := map[string]bool{}
		for _, p := range providers.All {
			d, err := p.Parse()
			Expect(err).NotTo(HaveOccurred())
			Expect(p.Check(d)).To(Succeed())
			Expect(names).NotTo(HaveKey(p.Name))
			names[p.Name] = true
		}
	})

	It("is what the simulator is told of, but for those without a behaviour", func() {
		var names []string
		for _, p := range providers.All {
			if p.Simulator != nil {
				names = append(names, p.Name)
			}
		}
		var told []string
		for _, p := range providers.Simulated() {
			told = append(told, p.Name)
		}
		Expect(told).To(Equal(names))
	})
})
