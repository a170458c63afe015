package simulatortest_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

func TestSimulatortest(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "simulatortest")
}

// tester is a test that goes on when it has failed, so that what it said can be seen.
type tester struct {
	ends []func()
	said []string
}

func (*tester) Helper()            {}
func (t *tester) Cleanup(f func()) { t.ends = append(t.ends, f) }
func (t *tester) Fatalf(format string, args ...any) {
	t.said = append(t.said, fmt.Sprintf(format, args...))
}

func (t *tester) end() {
	slices.Reverse(t.ends)
	for _, f := range t.ends {
		f()
	}
}

// t is the one of the example.
var t = new(tester)

// journeys are the providers whose adapters and simulated users make a journey; there must be one.
func journeys() []provider.Provider {
	return slices.DeleteFunc(slices.Clone(providers.All), func(p provider.Provider) bool {
		return p.Adapter == nil || p.Simulator == nil || p.Journey == nil || len(p.Adapter.Documents) == 0
	})
}

var _ = Describe("New", func() {
	for _, p := range journeys() {
		for name, options := range map[string]simulatortest.Options{"http": {}, "https": {TLS: true}} {
			It(fmt.Sprintf("serves a whole journey of %s over %s, with the signed file if there is one", p.Named(), name), func(ctx SpecContext) {
				sim := simulatortest.NewWith(GinkgoTB(), options)
				adapter := sim.Adapter(p.Name)
				Expect(sim.BaseURL(p.Name)).To(HavePrefix(name + "://127.0.0.1:"))
				consent, err := adapter.Start(ctx, kyc.StartRequest{
					ID: "order-42", Documents: p.Adapter.Documents, ReturnTo: "https://shop.example/back",
				})
				Expect(err).NotTo(HaveOccurred())
				back, err := sim.Visitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				said, err := kyc.Complete(ctx, adapter, consent.Ref, back)
				Expect(err).NotTo(HaveOccurred())
				for _, doc := range p.Adapter.Documents {
					got, err := kyc.WaitFetch(ctx, adapter, said.Ref, doc, kyc.Waiting{Last: consent, Return: said})
					Expect(err).NotTo(HaveOccurred())
					if got.Record.File == nil {
						continue
					}
					found, err := sim.Checker.Check(ctx, got.Record)
					Expect(err).NotTo(HaveOccurred())
					Expect(found.Signed.Document).To(Equal(doc))
					Expect(found.Signed.Person.Name.Reveal()).NotTo(BeEmpty())
				}
			})
		}
	}

	It("ends with the test, be an answer held back or not", func(ctx SpecContext) {
		one := new(tester)
		sim := simulatortest.New(one)
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Timeout, Count: 1})).To(Succeed())
		adapter := sim.Adapter(journeys()[0].Name)
		held := make(chan error)
		go func() {
			_, err := adapter.Status(context.WithoutCancel(ctx), "order-42")
			held <- err
		}()
		Eventually(sim.Faults).WithTimeout(time.Minute).Should(BeEmpty(), "the request has come and is held")
		one.end()
		Expect(<-held).To(And(MatchError(kyc.ErrUnavailable), Not(MatchError(wire.ErrTimeout))))
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, sim.URL, http.NoBody)
		Expect(err).NotTo(HaveOccurred())
		resp, err := sim.Client.Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		Expect(err).To(HaveOccurred())
		Expect(one.said).To(BeEmpty())
	})

	It("stands for the providers that it is told of, and leaves out one without behaviour", func() {
		p := journeys()[0]
		p.Simulator = nil
		one := new(tester)
		DeferCleanup(one.end)
		sim := simulatortest.NewWith(one, simulatortest.Options{Providers: []provider.Provider{p}})
		sim.BaseURL(p.Name)
		Expect(one.said).To(HaveExactElements(fmt.Sprintf("simulatortest: there is no provider %q; there is none", p.Name)))
	})

	It("has the account by the names of its variables", func() {
		p := journeys()[0]
		Expect(simulatortest.New(GinkgoTB()).Account(p.Name)).To(Equal(p.Account.Simulated()))
		Expect(p.Account.Simulated()).NotTo(BeEmpty())
	})

	DescribeTable("fails the test, and says what to write, for", func(wrong func(t *tester), says string) {
		one := new(tester)
		DeferCleanup(one.end)
		wrong(one)
		Expect(one.said).To(ContainElement(MatchRegexp(says)))
	},
		Entry("a provider that it does not know", func(t *tester) { simulatortest.New(t).Account("acme") },
			`^simulatortest: there is no provider "acme"; there is [a-z]+`),
		Entry("nobody's key", func(t *tester) { simulatortest.New(t).Visitor("anyone") },
			`^simulatortest: nobody is called "anyone"; there is .*complete`),
		Entry("a base URL", func(t *tester) {
			simulatortest.NewWith(t, simulatortest.Options{Simulator: simulator.Options{BaseURL: "http://127.0.0.1:1"}})
		}, `^simulatortest: Options.Simulator.BaseURL is set; leave it out`),
		Entry("a limit that there cannot be", func(t *tester) {
			simulatortest.NewWith(t, simulatortest.Options{Simulator: simulator.Options{Limit: -1}})
		}, `^simulatortest: simulator: Limit is -1`),
		Entry("an adapter that there is not", func(t *tester) {
			p := journeys()[0]
			p.Adapter = nil
			simulatortest.NewWith(t, simulatortest.Options{Providers: []provider.Provider{p}}).Adapter(p.Name)
		}, `has no adapter; take BaseURL, Account and Client`),
	)
})
