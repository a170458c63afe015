package surepass_test

import (
	"context"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/repeat"
	adapter "example.com/digilocker/adapters/surepass"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/surepass"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

// waiting is a simulator, an adapter whose files are verified, a journey that it started, and how many downloads of
// Aadhaar were sent.
type waiting struct {
	*simulatortest.Server
	adapter   kyc.Provider
	consent   *kyc.Consent
	downloads int
	sends     http.RoundTripper
}

// RoundTrip counts.
func (w *waiting) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, "/download-aadhaar/") {
		w.downloads++
	}
	return w.sends.RoundTrip(r)
}

func newWaiting(ctx SpecContext, opts adapter.Options) *waiting {
	GinkgoHelper()
	w := &waiting{Server: simulatortest.NewWith(GinkgoTB(), simulatortest.Options{
		Providers: []provider.Provider{surepass.Provider}, TLS: true,
	})}
	w.sends, opts.HTTPClient = w.Client.Transport, &http.Client{Transport: w}
	a, err := adapter.New(w.BaseURL("surepass"), adapter.Credentials{Token: kyc.Hide(surepass.SimulatorToken)}, opts)
	Expect(err).NotTo(HaveOccurred())
	w.adapter, err = repeat.New(a, repeat.Budget{First: time.Nanosecond})
	Expect(err).NotTo(HaveOccurred())
	w.consent, err = w.adapter.Start(ctx, request)
	Expect(err).NotTo(HaveOccurred())
	return w
}

// allow lets the person with that key share those documents; none are all.
func (w *waiting) allow(ctx SpecContext, key string, documents ...kyc.Document) {
	GinkgoHelper()
	v := w.Visitor(key)
	v.Documents = documents
	_, err := v.Allow(ctx, w.consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
}

// fetch waits for the document, within four calls.
func (w *waiting) fetch(ctx SpecContext, doc kyc.Document) (kyc.Waited, error) {
	return kyc.WaitFetch(ctx, w.adapter, w.consent.Ref, doc, kyc.Waiting{
		Budget: kyc.Budget{First: time.Millisecond, Growth: 1, Calls: 4}, Last: w.consent,
	})
}

var _ = Describe("Waiting for a document of Surepass's", func() {
	It("brings Aadhaar once, with its signed file, and each other document opened", func(ctx SpecContext) {
		var w *waiting
		w = newWaiting(ctx, adapter.Options{Verify: func(ctx context.Context, r *kyc.Record) error {
			return w.Checker.Verify(ctx, r)
		}})
		w.allow(ctx, simulator.Complete)
		for _, doc := range []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence} {
			saw, err := w.fetch(ctx, doc)
			Expect(err).NotTo(HaveOccurred())
			Expect(saw.Record.Document).To(Equal(doc))
			Expect(saw.Record.Unopened).To(BeFalse())
			Expect(saw.Record.Person.Name.Reveal()).To(Equal("Fake Complete"))
			Expect(saw.Record.Number.IsZero()).To(BeFalse())
			Expect(saw.Record.Signed).NotTo(BeNil())
			Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{1, 1}))
		}
		_, err := w.fetch(ctx, kyc.Aadhaar)
		Expect(err).To(And(MatchError(kyc.ErrExpired), HaveField("Spent", true)))
		Expect(w.downloads).To(Equal(2), "one for each WaitFetch")
	})

	It("brings what nobody has opened, unless somebody is to", func(ctx SpecContext) {
		w := newWaiting(ctx, adapter.Options{})
		w.allow(ctx, simulator.Complete)
		saw, err := w.fetch(ctx, kyc.PAN)
		Expect(err).NotTo(HaveOccurred())
		Expect(saw.Record.Unopened).To(BeTrue())
		Expect(saw.Record.Person.IsZero()).To(BeTrue())
		found, err := w.Checker.Check(ctx, saw.Record)
		Expect(err).NotTo(HaveOccurred())
		Expect(found.Signed.Person.Name.Reveal()).To(Equal("Fake Complete"))
	})

	DescribeTable("of who shares a part of them:",
		func(ctx SpecContext, shared []kyc.Document, doc kyc.Document, want kyc.Err) {
			w := newWaiting(ctx, adapter.Options{})
			w.allow(ctx, simulator.Complete, shared...)
			saw, err := w.fetch(ctx, doc)
			Expect(kyc.KindOf(err)).To(Equal(want), "%v", err)
			Expect(saw.Fetch).To(Equal(1))
		},
		Entry("Aadhaar, of Aadhaar", []kyc.Document{kyc.Aadhaar}, kyc.Aadhaar, kyc.Err("")),
		Entry("PAN, of Aadhaar", []kyc.Document{kyc.Aadhaar}, kyc.PAN, kyc.ErrDenied),
		Entry("Aadhaar, of PAN", []kyc.Document{kyc.PAN}, kyc.Aadhaar, kyc.ErrDenied),
		Entry("PAN, of PAN and licence", []kyc.Document{kyc.PAN, kyc.DrivingLicence}, kyc.PAN, kyc.Err("")),
	)

	DescribeTable("of an account without Aadhaar", func(ctx SpecContext, doc kyc.Document, want kyc.Err) {
		w := newWaiting(ctx, adapter.Options{})
		w.allow(ctx, simulator.WithoutAadhaar)
		_, err := w.fetch(ctx, doc)
		Expect(kyc.KindOf(err)).To(Equal(want), "%v", err)
		Expect(w.downloads).To(BeZero(), "the state has said so")
	},
		Entry("ends with none, of Aadhaar", kyc.Aadhaar, kyc.ErrNoDocument),
		Entry("brings another", kyc.PAN, kyc.Err("")),
	)

	It("goes on while the user is back and Surepass has not noticed", func(ctx SpecContext) {
		w := newWaiting(ctx, adapter.Options{})
		w.allow(ctx, simulator.Complete)
		Expect(w.AddFault(simulator.Fault{Provider: "surepass", Kind: "client initiated"})).To(Succeed())
		saw, err := w.fetch(ctx, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{4, 0}))
		w.ClearFaults()
		w.consent = saw.Consent
		saw, err = w.fetch(ctx, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(saw.Record.Person.Name.Reveal()).To(Equal("Fake Complete"))
	})

	It("ends where the flow has failed", func(ctx SpecContext) {
		w := newWaiting(ctx, adapter.Options{})
		Expect(w.AddFault(simulator.Fault{Provider: "surepass", Kind: "failed journey"})).To(Succeed())
		saw, err := w.fetch(ctx, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrDenied))
		Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{1, 0}))
	})

	DescribeTable("ends with the link, as long as that was asked to live:",
		func(ctx SpecContext, expiry, lives time.Duration, refuses bool) {
			w := newWaiting(ctx, adapter.Options{Expiry: expiry})
			if refuses {
				_, err := w.Visitor(simulator.Complete).Deny(ctx, w.consent.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
			}
			w.Advance(lives - time.Minute)
			_, err := w.fetch(ctx, kyc.Aadhaar)
			Expect(err).To(MatchError(kyc.ErrPending))
			w.Advance(time.Minute + 2*time.Second)
			saw, err := w.fetch(ctx, kyc.Aadhaar)
			Expect(err).To(MatchError(kyc.ErrExpired))
			Expect(saw.Consent.State).To(Equal(kyc.Expired))
			Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{1, 0}))
			_, err = w.adapter.Fetch(ctx, w.consent.Ref, kyc.Aadhaar)
			Expect(err).To(And(MatchError(kyc.ErrExpired), HaveField("Spent", false)), "asked for without waiting")
		},
		Entry("nobody came", time.Duration(0), 10*time.Minute, false),
		Entry("the shortest", 5*time.Minute, 5*time.Minute, false),
		Entry("the longest", 30*time.Minute, 30*time.Minute, false),
		Entry("the user refused, of which there is no word", time.Duration(0), 10*time.Minute, true),
	)

	It("does not begin with a dead journey that an old ReturnTo has brought back", func(ctx SpecContext) {
		w := newWaiting(ctx, adapter.Options{})
		w.Advance(simulator.LinkLife + 2*time.Second)
		Expect(w.AddFault(simulator.Fault{Provider: "surepass", Kind: "same redirect"})).To(Succeed())
		_, err := w.adapter.Start(ctx, request)
		Expect(err).To(And(MatchError(kyc.ErrExpired), HaveField("Member", "ReturnTo")))
		other := request
		other.ReturnTo += "&attempt=2"
		Expect(w.adapter.Start(ctx, other)).To(HaveField("State", kyc.Pending))
	})

	It("ends at once with a journey that an old ReturnTo has brought back, and that died since", func(ctx SpecContext) {
		w := newWaiting(ctx, adapter.Options{})
		w.Advance(simulator.LinkLife - time.Minute)
		Expect(w.AddFault(simulator.Fault{Provider: "surepass", Kind: "same redirect"})).To(Succeed())
		again, err := w.adapter.Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(id(again.Ref)).To(Equal(id(w.consent.Ref)))
		w.consent = again
		w.Advance(2 * time.Minute) // the link has none left
		saw, err := w.fetch(ctx, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrExpired))
		Expect([]int{saw.Status, saw.Fetch}).To(Equal([]int{1, 0}))
	})

	It("makes one download, whatever comes between", func(ctx SpecContext) {
		for _, fault := range []simulator.Fault{
			{Provider: "surepass", Operation: "downloadAadhaar", Kind: simulator.Reset, Count: 1},
			{Provider: "surepass", Operation: "downloadAadhaar", Kind: simulator.GatewayHTML, Status: 502, Count: 1},
		} {
			w := newWaiting(ctx, adapter.Options{})
			w.allow(ctx, simulator.Complete)
			Expect(w.AddFault(fault)).To(Succeed())
			_, err := w.fetch(ctx, kyc.Aadhaar)
			Expect(err).To(And(MatchError(kyc.ErrUnavailable), HaveField("Spent", true)))
			Expect(w.downloads).To(Equal(1))
		}
	})

	It("does not ask again for what was handed out, and got lost on the way", func(ctx SpecContext) {
		w := newWaiting(ctx, adapter.Options{})
		w.allow(ctx, simulator.Complete)
		lost := simulator.Fault{Provider: "surepass", Operation: "downloadAadhaar", Kind: simulator.Lost, Count: 1}
		Expect(w.AddFault(lost)).To(Succeed())
		saw, err := w.fetch(ctx, kyc.Aadhaar)
		Expect(err).To(And(MatchError(kyc.ErrUnavailable), HaveField("Spent", true)))
		Expect([]int{saw.Fetch, w.downloads}).To(Equal([]int{1, 1}))
		_, err = w.fetch(ctx, kyc.Aadhaar)
		Expect(err).To(And(MatchError(kyc.ErrExpired), HaveField("Code", "already_downloaded"), HaveField("Spent",
			true)),
			"it is gone")
	})
})
