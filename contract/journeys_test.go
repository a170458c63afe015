package contract_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// The ways in which a journey does not go well, as harness.outcomes has them.
const (
	denied  = "the user refuses"
	expired = "nobody follows the link in time"
	lapsed  = "the consent runs out"
	early   = "the document is asked for too early"
	without = "the account has no Aadhaar"
	revoked = "the consent is revoked"
)

// ways are how each of them comes about.
var ways = map[string]func(ctx context.Context, w *world, c *kyc.Consent){
	denied:  func(ctx context.Context, w *world, c *kyc.Consent) { w.deny(ctx, c) },
	expired: func(_ context.Context, w *world, _ *kyc.Consent) { w.sim.Advance(simulator.LinkLife + time.Second) },
	lapsed: func(ctx context.Context, w *world, c *kyc.Consent) {
		w.allow(ctx, c, simulator.Complete)
		w.sim.Advance(simulator.ConsentLife + time.Second)
	},
	early:   func(context.Context, *world, *kyc.Consent) {},
	without: func(ctx context.Context, w *world, c *kyc.Consent) { w.allow(ctx, c, simulator.WithoutAadhaar) },
	revoked: func(ctx context.Context, w *world, c *kyc.Consent) {
		w.allow(ctx, c, simulator.Complete)
		Expect(w.p.(kyc.Revoker).Revoke(ctx, c.Ref)).To(Succeed())
	},
}

// Whole journeys, through the adapters and over real TLS, on the simulator.
var _ = Describe("journey", Label("simulator"), func() {
	for _, d := range docs {
		provider, h := d.Provider, harnesses[d.Provider]

		Describe("through "+provider, Label(provider), func() {
			for _, document := range h.documents {
				It("ends with the data of "+string(document), func(ctx SpecContext) {
					w := newWorld(provider)
					c := w.start(ctx, "", document)
					ref := w.parse(c, w.allow(ctx, c, simulator.Complete))

					state, _, err := kyc.Wait(ctx, w.p, ref, kyc.Budget{Calls: 1})
					Expect(err).NotTo(HaveOccurred())
					Expect(state.State).To(Equal(kyc.Granted))

					record, err := w.p.Fetch(ctx, ref, document)
					Expect(err).NotTo(HaveOccurred())
					person := w.person(simulator.Complete)
					Expect(record.Person.Name.Reveal()).To(BeElementOf(person.Name, "FAKE COMPLETE"))
					Expect(record.Person.Birth.ISO()).To(Equal("1990-03-17"))
					if document == kyc.Aadhaar {
						Expect(record.Number.Reveal()).To(HaveSuffix(person.Aadhaar[8:]))
					}
					if record.File != nil {
						signed := w.verify(ctx, record.File)
						Expect(signed.Person.Name.Reveal()).To(Equal(person.Name))
					}
				})
			}

			for _, request := range h.files {
				It("ends with "+request.Type+" as "+request.Format, func(ctx SpecContext) {
					w := newWorld(provider)
					c := w.start(ctx, "", kyc.Aadhaar)
					w.allow(ctx, c, simulator.Complete)

					file, err := w.p.(kyc.FileFetcher).FetchFile(ctx, c.Ref, request)
					Expect(err).NotTo(HaveOccurred())
					Expect(file.ExpiresAt).To(BeTemporally("~", time.Now().Add(simulator.FileLife), time.Minute))
					if request.Format == "xml" {
						Expect(w.verify(ctx, file).Kind).To(Equal(eaadhaar.DrivingLicence))
						return
					}
					got, err := w.files.Get(ctx, file.Link.Reveal(), file.ExpiresAt)
					Expect(err).NotTo(HaveOccurred())
					Expect(got.Type).To(Equal(wire.PDF))
				})
			}

			for name, way := range ways {
				want, ok := h.outcomes[name]
				if !ok {
					continue
				}
				It("is told when "+name, func(ctx SpecContext) {
					w := newWorld(provider)
					c := w.start(ctx, "", kyc.Aadhaar)
					way(ctx, w, c)

					state, err := w.p.Status(ctx, c.Ref)
					if want.state == "" {
						Expect(err).To(MatchError(want.kind))
					} else {
						Expect(err).NotTo(HaveOccurred())
						Expect(state.State).To(Equal(want.state))
					}
					_, err = w.p.Fetch(ctx, c.Ref, kyc.Aadhaar)
					Expect(err).To(MatchError(want.kind))
				})
			}

			It("is told how each way of failing ends, or cannot fail so", func() {
				for name := range ways {
					_, told := h.outcomes[name]
					Expect(told).To(Equal(name != revoked || slices.Contains(h.can, kyc.CanRevoke)), name)
				}
			})

			It("does not start twice under one id, where the provider keeps ids", func(ctx SpecContext) {
				w := newWorld(provider)
				first := w.start(ctx, "order-42", kyc.Aadhaar)
				second, err := w.p.Start(ctx, w.request("order-42", kyc.Aadhaar))
				if string(first.Ref) == "order-42" {
					Expect(err).To(MatchError(kyc.ErrDuplicate))
					return
				}
				Expect(err).NotTo(HaveOccurred()) // the id is the provider's
				Expect(second.Ref).NotTo(Equal(first.Ref))
			})

			It("is of no use a second time", func(ctx SpecContext) {
				w := newWorld(provider)
				c := w.start(ctx, "", kyc.Aadhaar)
				back := w.allow(ctx, c, simulator.Complete)

				_, err := w.visitor(simulator.Complete).Allow(ctx, c.URL.Reveal())
				Expect(err).To(MatchError(ContainSubstring("The link was used")))
				first, again := w.parse(c, back), w.parse(c, back)
				Expect(again).To(Equal(first))
				state, err := w.p.Status(ctx, again)
				Expect(err).NotTo(HaveOccurred())
				Expect(state.State).To(Equal(kyc.Granted))
			})

			It("does not mix with another one", func(ctx SpecContext) {
				w := newWorld(provider)
				var wait sync.WaitGroup
				for _, key := range []string{simulator.Complete, simulator.NonLatin} {
					wait.Go(func() {
						defer GinkgoRecover()
						c := w.start(ctx, "", kyc.Aadhaar)
						ref := w.parse(c, w.allow(ctx, c, key))
						record, err := w.p.Fetch(ctx, ref, kyc.Aadhaar)
						Expect(err).NotTo(HaveOccurred())
						Expect(record.Person.Name.Reveal()).To(Equal(w.person(key).Name))
					})
				}
				wait.Wait()
			})

			It("keeps a year of birth a year", func(ctx SpecContext) {
				w := newWorld(provider)
				c := w.start(ctx, "", kyc.Aadhaar)
				w.allow(ctx, c, simulator.YearOnly)
				record, err := w.p.Fetch(ctx, c.Ref, kyc.Aadhaar)
				Expect(err).NotTo(HaveOccurred())
				Expect(record.Person.Birth.Precision()).To(Equal(kyc.YearOnly))
			})

			It("fails over when the provider is down, and stays where it began", func(ctx SpecContext) {
				w := newWorld(provider)
				other := "setu"
				if provider == other {
					other = "eko"
				}
				Expect(w.sim.AddFault(simulator.Fault{Provider: provider, Kind: simulator.GatewayHTML, Status: http.StatusServiceUnavailable})).To(Succeed())
				p, err := failover.New([]failover.Member{{Name: "first", Provider: w.p}, {Name: "second", Provider: w.adapter(other)}}, failover.Options{})
				Expect(err).NotTo(HaveOccurred())
				w.p = p

				c := w.start(ctx, "", kyc.Aadhaar)
				Expect(string(c.Ref)).To(HavePrefix("second:"))
				ref := w.parse(c, w.allow(ctx, c, simulator.Complete))
				w.sim.ClearFaults()
				record, err := p.Fetch(ctx, ref, kyc.Aadhaar)
				Expect(err).NotTo(HaveOccurred())
				Expect(record.Person.Name.Reveal()).To(Equal("Fake Complete"))
			})
		})

		if slices.Contains(h.can, kyc.CanCheckAccount) {
			It("through "+provider+" begins with the flow that the account asks for", Label(provider), func(ctx SpecContext) {
				w := newWorld(provider)
				for key, want := range map[string]kyc.AccountState{simulator.WithoutAccount: kyc.AccountNotFound, simulator.Complete: kyc.AccountExists} {
					account, err := w.p.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(w.person(key).Mobile)})
					Expect(err).NotTo(HaveOccurred())
					Expect(account.State).To(Equal(want))
				}
				c, err := w.p.Start(ctx, kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back, Flow: kyc.SignUp})
				Expect(err).NotTo(HaveOccurred())
				w.allow(ctx, c, simulator.WithoutAccount)
				record, err := w.p.Fetch(ctx, c.Ref, kyc.Aadhaar)
				Expect(err).NotTo(HaveOccurred())
				Expect(record.Person.Name.Reveal()).To(Equal("Fake Newcomer"))
				account, err := w.p.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(w.person(simulator.WithoutAccount).Mobile)})
				Expect(err).NotTo(HaveOccurred())
				Expect(account.State).To(Equal(kyc.AccountExists))
			})
		}

		if slices.Contains(h.can, kyc.CanParseWebhook) {
			for decision, want := range map[string]kyc.State{"allow": kyc.Granted, "deny": kyc.Denied} {
				It("through "+provider+" tells by a webhook before the user is back: "+decision, Label(provider), func(ctx SpecContext) {
					w := newWorld(provider)
					c := w.start(ctx, "", kyc.Aadhaar)
					if decision == "allow" {
						w.allow(ctx, c, simulator.Complete)
					} else {
						w.deny(ctx, c)
					}
					Expect(w.events).To(HaveLen(1))
					Expect(w.events[0].Consent.Ref).To(Equal(c.Ref))
					Expect(w.events[0].Consent.State).To(Equal(want))
				})
			}
		}
	}

	It("through Cashfree is pending while the documents are checked", Label("cashfree"), func(ctx SpecContext) {
		w := newWorld("cashfree")
		c := w.start(ctx, "", kyc.Aadhaar)
		w.allow(ctx, c, simulator.Slow)
		_, err := w.p.Fetch(ctx, c.Ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		w.sim.Advance(simulator.Validation)
		Expect(w.p.Fetch(ctx, c.Ref, kyc.Aadhaar)).NotTo(BeNil())
	})

	It("refuses a signed document that another simulator signed", func(ctx SpecContext) {
		w := newWorld("cashfree")
		c := w.start(ctx, "", kyc.Aadhaar)
		w.allow(ctx, c, simulator.Complete)
		record, err := w.p.Fetch(ctx, c.Ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		result := newWorld("cashfree").verifier().Verify(w.xml(ctx, record.File), time.Now())
		Expect(result.Status()).To(Equal(eaadhaar.Failed))
	})
})

// world is a simulator behind TLS, an adapter that talks to it, and the caller's
// server for webhooks.
type world struct {
	sim    *simulator.Simulator
	server *httptest.Server
	p      kyc.Provider
	files  wire.Downloader

	mu     sync.Mutex // two users can decide at once
	events []*kyc.Event
}

func newWorld(provider string) *world {
	GinkgoHelper()
	w := &world{}
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer GinkgoRecover()
		body, err := io.ReadAll(r.Body)
		Expect(err).NotTo(HaveOccurred())
		event, err := w.p.(kyc.WebhookParser).ParseWebhook(r.Header, body)
		Expect(err).NotTo(HaveOccurred())
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events = append(w.events, event)
	}))
	DeferCleanup(hook.Close)
	var opts simulator.Options
	if slices.Contains(harnesses[provider].can, kyc.CanParseWebhook) {
		opts.WebhookURL = hook.URL
	}
	var err error
	w.sim, err = simulator.New(opts, providers.Simulators()...)
	Expect(err).NotTo(HaveOccurred())
	w.server = httptest.NewTLSServer(w.sim)
	DeferCleanup(func() { w.sim.Close(); w.server.Close() })
	w.p = w.adapter(provider)
	roots := x509.NewCertPool()
	roots.AddCert(w.server.Certificate())
	w.files = wire.Downloader{Roots: roots, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	return w
}

func (w *world) adapter(provider string) kyc.Provider {
	GinkgoHelper()
	p, err := harnesses[provider].adapter(w.server.URL+"/"+provider, w.server.Client())
	Expect(err).NotTo(HaveOccurred())
	return p
}

func (w *world) request(id string, document kyc.Document) kyc.StartRequest {
	return kyc.StartRequest{ID: id, Documents: []kyc.Document{document}, ReturnTo: back}
}

func (w *world) start(ctx context.Context, id string, document kyc.Document) *kyc.Consent {
	GinkgoHelper()
	c, err := w.p.Start(ctx, w.request(id, document))
	Expect(err).NotTo(HaveOccurred())
	Expect(c.State).To(Equal(kyc.Pending))
	return c
}

func (w *world) visitor(key string) simulator.Visitor {
	v := simulator.NewVisitor(key)
	v.Client = w.server.Client()
	return v
}

func (w *world) allow(ctx context.Context, c *kyc.Consent, key string) *url.URL {
	GinkgoHelper()
	u, err := w.visitor(key).Allow(ctx, c.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return u
}

func (w *world) deny(ctx context.Context, c *kyc.Consent) {
	GinkgoHelper()
	u, err := w.visitor(simulator.Complete).Deny(ctx, c.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	result, err := w.p.(kyc.ReturnParser).ParseReturn(c.Ref, u)
	Expect(err).NotTo(HaveOccurred())
	Expect(result.State).NotTo(Equal(kyc.Granted))
}

// parse is the Ref to go on with after the user's return.
func (w *world) parse(c *kyc.Consent, u *url.URL) kyc.Ref {
	GinkgoHelper()
	Expect(u.String()).To(HavePrefix(back + "?"))
	result, err := w.p.(kyc.ReturnParser).ParseReturn(c.Ref, u)
	Expect(err).NotTo(HaveOccurred())
	return result.Ref
}

func (w *world) person(key string) simulator.Person {
	GinkgoHelper()
	for _, p := range simulator.People() {
		if p.Key == key {
			return p
		}
	}
	Fail("there is no person " + key)
	return simulator.Person{}
}

// xml is the signed XML behind a link.
func (w *world) xml(ctx context.Context, f *kyc.File) []byte {
	GinkgoHelper()
	got, err := w.files.Get(ctx, f.Link.Reveal(), f.ExpiresAt)
	Expect(err).NotTo(HaveOccurred())
	if got.Type == wire.ZIP {
		got, err = wire.Unzip(got.Bytes(), 1<<20)
		Expect(err).NotTo(HaveOccurred())
	}
	return got.Bytes()
}

// verifier has pinned the certificate that the simulator hands out.
func (w *world) verifier() *eaadhaar.Verifier {
	GinkgoHelper()
	resp, err := w.server.Client().Get(w.server.URL + "/_control/certificate")
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	block, rest := pem.Decode(text)
	Expect(block).NotTo(BeNil())
	Expect(bytes.TrimSpace(rest)).To(BeEmpty())
	anchor, err := eaadhaar.ReadAnchor("simulator", text)
	Expect(err).NotTo(HaveOccurred())
	v, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{anchor}, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	Expect(err).NotTo(HaveOccurred())
	return v
}

// verify is what the verified document behind a link says.
func (w *world) verify(ctx context.Context, f *kyc.File) *eaadhaar.Document {
	GinkgoHelper()
	doc, err := w.verifier().Verify(w.xml(ctx, f), time.Now()).Document()
	Expect(err).NotTo(HaveOccurred(), errors.Join(err))
	return doc
}
