package contract

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// waitedEntry is the name of the report entry that says what came of waiting.
const waitedEntry = "waiting"

// waitingSpecs are journeys of which nothing is known but what the one waiting call says.
func (suite *Suite) waitingSpecs() {
	// visit lets the user decide, or not, and is where the user is sent; nil if nowhere.
	type visit func(context.Context, *World, *kyc.Consent) *url.URL
	allows := func(key string) visit {
		return func(ctx context.Context, w *World, c *kyc.Consent) *url.URL { return w.Allow(ctx, c, key) }
	}
	later := func(d time.Duration, first visit) visit {
		return func(ctx context.Context, w *World, c *kyc.Consent) *url.URL {
			u := first(ctx, w, c)
			if u != nil && suite.exchanges() { // what is brought back is not good for so long
				c.Ref = w.parse(ctx, c, u)
				u = nil
			}
			w.Simulator.Advance(d + time.Second)
			return u
		}
	}
	stays := func(context.Context, *World, *kyc.Consent) *url.URL { return nil }
	outcomes := suite.Provider.Adapter.Outcomes
	denied := kyc.ErrPending // of a provider that has no word for it
	if outcomes[provider.Denied].State == kyc.Denied || outcomes[provider.Denied].Return == kyc.Denied {
		denied = kyc.ErrDenied
	}
	lacking := kyc.ErrNoDocument
	if outcomes[provider.Without].Kind == kyc.ErrDenied { // which says the same of a document that is not shared
		lacking = kyc.ErrDenied
	}
	for _, way := range []struct {
		name string
		goes visit
		want kyc.Err
	}{
		{"the user consents", allows(simulator.Complete), ""},
		{"the user has no account before", allows(simulator.WithoutAccount), ""},
		{string(provider.Denied),
			func(ctx context.Context, w *World, c *kyc.Consent) *url.URL { return w.deny(ctx, c) }, denied},
		{string(provider.Early), stays, kyc.ErrPending},
		{string(provider.Expired), later(simulator.LinkLife, stays), kyc.ErrExpired},
		{string(provider.Lapsed), later(simulator.ConsentLife, allows(simulator.Complete)), kyc.ErrExpired},
		{string(provider.Without), allows(simulator.WithoutAadhaar), lacking},
		{string(provider.Withheld), func(ctx context.Context, w *World, c *kyc.Consent) *url.URL {
			v := w.visitor(simulator.Complete)
			v.Documents = []kyc.Document{}
			u, err := v.Allow(ctx, c.URL.Reveal())
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			return u
		}, kyc.ErrDenied},
		{string(provider.Revoked), func(ctx context.Context, w *World, c *kyc.Consent) *url.URL {
			u := w.Allow(ctx, c, simulator.Complete)
			revoker, ok := kyc.As[kyc.Revoker](w.Adapter)
			if !ok {
				ginkgo.Skip("the adapter revokes nothing")
			}
			if suite.exchanges() { // what is revoked is what the exchange gave
				c.Ref = w.parse(ctx, c, u)
				u = nil
			}
			gomega.Expect(revoker.Revoke(ctx, c.Ref)).To(gomega.Succeed())
			return u
		}, kyc.ErrExpired},
	} {
		ginkgo.It("is waited for as one thing: "+way.name, func(ctx ginkgo.SpecContext) {
			w := suite.NewWorld()
			c := w.Start(ctx, kyc.Aadhaar)
			waiting := kyc.Waiting{Budget: kyc.Budget{First: time.Millisecond, Growth: 1, Calls: 4}, Last: c}
			if u := way.goes(ctx, w, c); u != nil {
				var err error
				waiting.Return, err = kyc.Complete(ctx, w.Adapter, c.Ref, u)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
			}
			saw, err := kyc.WaitFetch(ctx, w.Adapter, c.Ref, kyc.Aadhaar, waiting)
			gomega.Expect(kyc.KindOf(err)).To(gomega.Equal(way.want), "%v", err)
			if way.want == "" {
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				w.open(ctx, saw.Record)
				gomega.Expect(saw.Record.Person.Name.IsZero()).To(gomega.BeFalse())
			}
			said := string(kyc.KindOf(err))
			if err == nil {
				said = "the document"
			}
			line := fmt.Sprintf("%s, %s: %s; Status %d, Fetch %d",
				suite.Provider.Name, way.name, said, saw.Status, saw.Fetch)
			ginkgo.AddReportEntry(waitedEntry, line, ginkgo.ReportEntryVisibilityNever)
		})
	}

	if !suite.checks() {
		return
	}
	ginkgo.It("is waited for as one thing: the document is being checked", func(ctx ginkgo.SpecContext) {
		w := suite.NewWorld()
		c := w.Start(ctx, kyc.Aadhaar)
		w.Allow(ctx, c, simulator.Slow)
		saw, err := kyc.WaitFetch(ctx, w.Adapter, c.Ref, kyc.Aadhaar,
			kyc.Waiting{Budget: kyc.Budget{First: time.Millisecond, Growth: 1, Calls: 3}})
		gomega.Expect(err).To(gomega.MatchError(kyc.ErrPending))
		gomega.Expect(saw.Status+saw.Fetch).To(gomega.Equal(3), "all that the budget has")
		w.Simulator.Advance(simulator.Validation)
		seen := saw.Consent
		saw, err = kyc.WaitFetch(ctx, w.Adapter, c.Ref, kyc.Aadhaar, kyc.Waiting{Last: seen})
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		gomega.Expect(saw.Fetch).To(gomega.Equal(1))
	})
}

// checks says whether the provider documents that a document is being checked after the
// consent: an answer of Fetch that is neither one nor a refusal.
func (suite *Suite) checks() bool {
	return slices.ContainsFunc(suite.Document.Entries, func(e example.Entry) bool {
		c, err := suite.cases.Of(e.ID)
		return err == nil && suite.methodOf(e) == kyc.MethodFetch &&
			e.Status == http.StatusAccepted && c.Error() != ""
	})
}
