package contract

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
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// ways are how each of them comes about.
var ways = map[provider.Way]func(ctx context.Context, w *World, c *kyc.Consent){
	provider.Denied: func(ctx context.Context, w *World, c *kyc.Consent) { w.deny(ctx, c) },
	provider.Expired: func(_ context.Context, w *World, _ *kyc.Consent) {
		w.Simulator.Advance(simulator.LinkLife + time.Second)
	},
	provider.Lapsed: func(ctx context.Context, w *World, c *kyc.Consent) {
		w.Allow(ctx, c, simulator.Complete)
		w.Simulator.Advance(simulator.ConsentLife + time.Second)
	},
	provider.Early:   func(context.Context, *World, *kyc.Consent) {},
	provider.Without: func(ctx context.Context, w *World, c *kyc.Consent) { w.Allow(ctx, c, simulator.WithoutAadhaar) },
	provider.Revoked: func(ctx context.Context, w *World, c *kyc.Consent) {
		w.Allow(ctx, c, simulator.Complete)
		Expect(w.Adapter.(kyc.Revoker).Revoke(ctx, c.Ref)).To(Succeed())
	},
}

// Whole journeys, through the adapters and over real TLS, on the simulator.
func (suite *Suite) journeySpecs() {
	Describe("journey", Label("simulator"), func() {
		h := suite.Provider.Adapter
		for _, document := range h.Documents {
			It("ends with the data of "+string(document), func(ctx SpecContext) {
				w := suite.NewWorld()
				c := w.start(ctx, "", document)
				ref := w.parse(c, w.Allow(ctx, c, simulator.Complete))

				state, _, err := kyc.Wait(ctx, w.Adapter, ref, kyc.Budget{Calls: 1})
				Expect(err).NotTo(HaveOccurred())
				Expect(state.State).To(Equal(kyc.Granted))

				record, err := w.Adapter.Fetch(ctx, ref, document)
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

		for _, request := range h.Files {
			It("ends with "+request.Type+" as "+request.Format, func(ctx SpecContext) {
				w := suite.NewWorld()
				c := w.start(ctx, "", kyc.Aadhaar)
				w.Allow(ctx, c, simulator.Complete)

				file, err := w.Adapter.(kyc.FileFetcher).FetchFile(ctx, c.Ref, request)
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
			want, ok := h.Outcomes[name]
			if !ok {
				continue
			}
			It("is told when "+string(name), func(ctx SpecContext) {
				w := suite.NewWorld()
				c := w.start(ctx, "", kyc.Aadhaar)
				way(ctx, w, c)

				state, err := w.Adapter.Status(ctx, c.Ref)
				if want.State == "" {
					Expect(err).To(MatchError(want.Kind))
				} else {
					Expect(err).NotTo(HaveOccurred())
					Expect(state.State).To(Equal(want.State))
				}
				_, err = w.Adapter.Fetch(ctx, c.Ref, kyc.Aadhaar)
				Expect(err).To(MatchError(want.Kind))
			})
		}

		It("is told how each way of failing ends, or cannot fail so", func() {
			for name := range ways {
				_, told := h.Outcomes[name]
				Expect(told).To(Equal(name != provider.Revoked || slices.Contains(h.Can, kyc.CanRevoke)), string(name))
			}
		})

		It("does not start twice under one id, where the provider keeps ids", func(ctx SpecContext) {
			w := suite.NewWorld()
			first := w.start(ctx, "order-42", kyc.Aadhaar)
			second, err := w.Adapter.Start(ctx, w.request("order-42", kyc.Aadhaar))
			if string(first.Ref) == "order-42" {
				Expect(err).To(MatchError(kyc.ErrDuplicate))
				return
			}
			Expect(err).NotTo(HaveOccurred()) // the id is the provider's
			Expect(second.Ref).NotTo(Equal(first.Ref))
		})

		It("is of no use a second time", func(ctx SpecContext) {
			w := suite.NewWorld()
			c := w.start(ctx, "", kyc.Aadhaar)
			back := w.Allow(ctx, c, simulator.Complete)

			_, err := w.visitor(simulator.Complete).Allow(ctx, c.URL.Reveal())
			Expect(err).To(MatchError(ContainSubstring("The link was used")))
			first, again := w.parse(c, back), w.parse(c, back)
			Expect(again).To(Equal(first))
			state, err := w.Adapter.Status(ctx, again)
			Expect(err).NotTo(HaveOccurred())
			Expect(state.State).To(Equal(kyc.Granted))
		})

		It("does not mix with another one", func(ctx SpecContext) {
			w := suite.NewWorld()
			var wait sync.WaitGroup
			for _, key := range []string{simulator.Complete, simulator.NonLatin} {
				wait.Go(func() {
					defer GinkgoRecover()
					c := w.start(ctx, "", kyc.Aadhaar)
					ref := w.parse(c, w.Allow(ctx, c, key))
					record, err := w.Adapter.Fetch(ctx, ref, kyc.Aadhaar)
					Expect(err).NotTo(HaveOccurred())
					Expect(record.Person.Name.Reveal()).To(Equal(w.person(key).Name))
				})
			}
			wait.Wait()
		})

		It("keeps a year of birth a year", func(ctx SpecContext) {
			w := suite.NewWorld()
			c := w.start(ctx, "", kyc.Aadhaar)
			w.Allow(ctx, c, simulator.YearOnly)
			record, err := w.Adapter.Fetch(ctx, c.Ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Birth.Precision()).To(Equal(kyc.YearOnly))
		})

		It("fails over when the provider is down, and stays where it began", func(ctx SpecContext) {
			w := suite.NewWorld()
			other := suite.NewWorld()
			Expect(w.Simulator.AddFault(simulator.Fault{Kind: simulator.GatewayHTML, Status: http.StatusServiceUnavailable})).To(Succeed())
			p, err := failover.New([]failover.Member{{Name: "first", Provider: w.Adapter}, {Name: "second", Provider: other.Adapter}}, failover.Options{})
			Expect(err).NotTo(HaveOccurred())
			w.Adapter = p

			c := w.start(ctx, "", kyc.Aadhaar)
			Expect(string(c.Ref)).To(HavePrefix("second:"))
			ref := w.parse(c, other.Allow(ctx, c, simulator.Complete))
			w.Simulator.ClearFaults()
			record, err := p.Fetch(ctx, ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			Expect(record.Person.Name.Reveal()).To(Equal("Fake Complete"))
		})

		if slices.Contains(h.Can, kyc.CanCheckAccount) {
			It("begins with the flow that the account asks for", func(ctx SpecContext) {
				w := suite.NewWorld()
				for key, want := range map[string]kyc.AccountState{simulator.WithoutAccount: kyc.AccountNotFound, simulator.Complete: kyc.AccountExists} {
					account, err := w.Adapter.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(w.person(key).Mobile)})
					Expect(err).NotTo(HaveOccurred())
					Expect(account.State).To(Equal(want))
				}
				c, err := w.Adapter.Start(ctx, kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back, Flow: kyc.SignUp})
				Expect(err).NotTo(HaveOccurred())
				w.Allow(ctx, c, simulator.WithoutAccount)
				record, err := w.Adapter.Fetch(ctx, c.Ref, kyc.Aadhaar)
				Expect(err).NotTo(HaveOccurred())
				Expect(record.Person.Name.Reveal()).To(Equal("Fake Newcomer"))
				account, err := w.Adapter.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(w.person(simulator.WithoutAccount).Mobile)})
				Expect(err).NotTo(HaveOccurred())
				Expect(account.State).To(Equal(kyc.AccountExists))
			})
		}

		if slices.Contains(h.Can, kyc.CanParseWebhook) {
			for decision, want := range map[string]kyc.State{"allow": kyc.Granted, "deny": kyc.Denied} {
				It("tells by a webhook before the user is back: "+decision, func(ctx SpecContext) {
					w := suite.NewWorld()
					c := w.start(ctx, "", kyc.Aadhaar)
					if decision == "allow" {
						w.Allow(ctx, c, simulator.Complete)
					} else {
						w.deny(ctx, c)
					}
					Expect(w.events).To(HaveLen(1))
					Expect(w.events[0].Consent.Ref).To(Equal(c.Ref))
					Expect(w.events[0].Consent.State).To(Equal(want))
				})
			}
		}

		It("refuses a signed document that another simulator signed", func(ctx SpecContext) {
			w := suite.NewWorld()
			c := w.start(ctx, "", kyc.Aadhaar)
			w.Allow(ctx, c, simulator.Complete)
			record, err := w.Adapter.Fetch(ctx, c.Ref, kyc.Aadhaar)
			Expect(err).NotTo(HaveOccurred())
			if record.File == nil {
				Skip("no signed document is handed out")
			}
			result := suite.NewWorld().verifier().Verify(w.xml(ctx, record.File), time.Now())
			Expect(result.Status()).To(Equal(eaadhaar.Failed))
		})
	})
}

// World is a simulator of the provider behind TLS, an adapter that talks to it, and the
// caller's server for webhooks.
type World struct {
	Simulator *simulator.Simulator
	Adapter   kyc.Provider

	server *httptest.Server
	files  wire.Downloader

	mu     sync.Mutex // two users can decide at once
	events []*kyc.Event
}

// NewWorld is a world that ends with the spec.
func (suite *Suite) NewWorld() *World {
	GinkgoHelper()
	w := &World{}
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer GinkgoRecover()
		body, err := io.ReadAll(r.Body)
		Expect(err).NotTo(HaveOccurred())
		event, err := w.Adapter.(kyc.WebhookParser).ParseWebhook(r.Header, body)
		Expect(err).NotTo(HaveOccurred())
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events = append(w.events, event)
	}))
	DeferCleanup(hook.Close)
	var opts simulator.Options
	if slices.Contains(suite.Provider.Adapter.Can, kyc.CanParseWebhook) {
		opts.WebhookURL = hook.URL
	}
	var err error
	w.Simulator, err = simulator.New(opts, provider.Simulated(suite.Provider)...)
	Expect(err).NotTo(HaveOccurred())
	w.server = httptest.NewTLSServer(w.Simulator)
	DeferCleanup(func() { w.Simulator.Close(); w.server.Close() })
	w.Adapter, err = suite.newAdapter(w.server.URL+"/"+suite.Provider.Name, w.server.Client())
	Expect(err).NotTo(HaveOccurred())
	roots := x509.NewCertPool()
	roots.AddCert(w.server.Certificate())
	w.files = wire.Downloader{Roots: roots, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	return w
}

func (w *World) request(id string, document kyc.Document) kyc.StartRequest {
	return kyc.StartRequest{ID: id, Documents: []kyc.Document{document}, ReturnTo: back}
}

// Start starts a journey for the document.
func (w *World) Start(ctx context.Context, document kyc.Document) *kyc.Consent {
	GinkgoHelper()
	return w.start(ctx, "", document)
}

func (w *World) start(ctx context.Context, id string, document kyc.Document) *kyc.Consent {
	GinkgoHelper()
	c, err := w.Adapter.Start(ctx, w.request(id, document))
	Expect(err).NotTo(HaveOccurred())
	Expect(c.State).To(Equal(kyc.Pending))
	return c
}

func (w *World) visitor(key string) simulator.Visitor {
	v := simulator.NewVisitor(key)
	v.Client = w.server.Client()
	return v
}

// Allow lets the person with that key consent, and says where the user is sent.
func (w *World) Allow(ctx context.Context, c *kyc.Consent, key string) *url.URL {
	GinkgoHelper()
	u, err := w.visitor(key).Allow(ctx, c.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return u
}

func (w *World) deny(ctx context.Context, c *kyc.Consent) {
	GinkgoHelper()
	u, err := w.visitor(simulator.Complete).Deny(ctx, c.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	result, err := w.Adapter.(kyc.ReturnParser).ParseReturn(c.Ref, u)
	Expect(err).NotTo(HaveOccurred())
	Expect(result.State).NotTo(Equal(kyc.Granted))
}

// parse is the Ref to go on with after the user's return.
func (w *World) parse(c *kyc.Consent, u *url.URL) kyc.Ref {
	GinkgoHelper()
	Expect(u.String()).To(HavePrefix(back + "?"))
	result, err := w.Adapter.(kyc.ReturnParser).ParseReturn(c.Ref, u)
	Expect(err).NotTo(HaveOccurred())
	return result.Ref
}

func (w *World) person(key string) simulator.Person {
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
func (w *World) xml(ctx context.Context, f *kyc.File) []byte {
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
func (w *World) verifier() *eaadhaar.Verifier {
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
func (w *World) verify(ctx context.Context, f *kyc.File) *eaadhaar.Document {
	GinkgoHelper()
	doc, err := w.verifier().Verify(w.xml(ctx, f), time.Now()).Document()
	Expect(err).NotTo(HaveOccurred(), errors.Join(err))
	return doc
}
