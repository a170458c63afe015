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
	"strconv"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
)

// Whole journeys, through the adapters and over real TLS, on the simulator.
func (suite *Suite) journeySpecs() {
	ginkgo.Describe("journey", ginkgo.Label("simulator"), func() {
		h := suite.Provider.Adapter
		for _, document := range h.Documents {
			ginkgo.It("ends with the data of "+string(document), func(ctx ginkgo.SpecContext) {
				w := suite.NewWorld()
				c := w.Start(ctx, document)
				ref := w.parse(ctx, c, w.Allow(ctx, c, simulator.Complete))

				state, _, err := kyc.Wait(ctx, w.Adapter, ref, kyc.Budget{Calls: 1})
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(state.State).To(gomega.Equal(kyc.Granted))

				record := w.fetch(ctx, ref, document)
				person := w.person(simulator.Complete)
				gomega.Expect(record.Person.Name.Reveal()).To(gomega.BeElementOf(person.Name, "FAKE COMPLETE"))
				gomega.Expect(record.Person.Birth.ISO()).To(gomega.Equal("1990-03-17"))
				if document == kyc.Aadhaar {
					gomega.Expect(record.Number.Reveal()).To(gomega.HaveSuffix(person.Aadhaar[8:]))
				}
				if record.File != nil {
					signed := w.verify(ctx, record.File)
					gomega.Expect(signed.Person.Name.Reveal()).To(gomega.Equal(person.Name))
				}
			})
		}

		for _, request := range h.Files {
			ginkgo.It("ends with "+request.Type+" as "+request.Format, func(ctx ginkgo.SpecContext) {
				w := suite.NewWorld()
				documents := []kyc.Document{kyc.Aadhaar}
				if suite.Provider.Journey.Begin != nil { // what is not asked for is not shared
					documents = h.Documents
				}
				c := w.Start(ctx, documents...)
				ref := w.parse(ctx, c, w.Allow(ctx, c, simulator.Complete))

				file, err := w.Adapter.(kyc.FileFetcher).FetchFile(ctx, ref, request)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				if !file.Link.IsZero() {
					gomega.Expect(file.ExpiresAt).
						To(gomega.BeTemporally("~", time.Now().Add(simulator.FileLife), time.Minute))
				}
				if request.Format == "xml" {
					gomega.Expect(w.verify(ctx, file).Kind).To(gomega.Equal(eaadhaar.DrivingLicence))
					return
				}
				gomega.Expect(w.download(ctx, file).Type).To(gomega.Equal(wire.PDF))
			})
		}

		ginkgo.It("is told how each way of failing ends, or cannot fail so", func() {
			for name := range ways {
				_, told := h.Outcomes[name]
				what := "Adapter.Outcomes says nothing of " + strconv.Quote(string(name))
				if told {
					what = "Adapter.Outcomes tells of a revocation, and Adapter.Can has none"
				}
				can := name != provider.Revoked || slices.Contains(h.Can, kyc.CanRevoke)
				gomega.Expect(told).To(gomega.Equal(can), what)
			}
		})

		ginkgo.It("is of no use a second time", func(ctx ginkgo.SpecContext) {
			w := suite.NewWorld()
			c := w.Start(ctx, kyc.Aadhaar)
			back := w.Allow(ctx, c, simulator.Complete)

			var err error
			if suite.Provider.Journey.Begin == nil { // a page of the provider's begins another journey each time
				_, err = w.visitor(simulator.Complete).Allow(ctx, c.URL.Reveal())
				gomega.Expect(err).To(gomega.MatchError(gomega.ContainSubstring("The link was used")))
			}
			first := w.parse(ctx, c, back)
			if suite.exchanges() {
				_, err = kyc.Complete(ctx, w.Adapter, c.Ref, back)
				gomega.Expect(err).To(gomega.MatchError(kyc.ErrDuplicate))
				gomega.Expect(kyc.Complete(ctx, w.Adapter, first, back)).To(gomega.HaveField("Ref", first))
			} else {
				gomega.Expect(w.parse(ctx, c, back)).To(gomega.Equal(first))
			}
			state, err := w.Adapter.Status(ctx, first)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			gomega.Expect(state.State).To(gomega.Equal(kyc.Granted))
		})

		ginkgo.It("does not mix with another one", func(ctx ginkgo.SpecContext) {
			w := suite.NewWorld()
			var wait sync.WaitGroup
			for _, key := range []string{simulator.Complete, simulator.NonLatin} {
				wait.Go(func() {
					defer ginkgo.GinkgoRecover()
					c := w.Start(ctx, kyc.Aadhaar)
					ref := w.parse(ctx, c, w.Allow(ctx, c, key))
					record := w.fetch(ctx, ref, kyc.Aadhaar)
					gomega.Expect(record.Person.Name.Reveal()).To(gomega.Equal(w.person(key).Name))
				})
			}
			wait.Wait()
		})

		ginkgo.It("keeps a year of birth a year", func(ctx ginkgo.SpecContext) {
			w := suite.NewWorld()
			c := w.Start(ctx, kyc.Aadhaar)
			ref := w.parse(ctx, c, w.Allow(ctx, c, simulator.YearOnly))
			record := w.fetch(ctx, ref, kyc.Aadhaar)
			gomega.Expect(record.Person.Birth.Precision()).To(gomega.Equal(kyc.YearOnly))
		})

		ginkgo.It("fails over when the provider is down, and stays where it began", func(ctx ginkgo.SpecContext) {
			w := suite.NewWorld()
			other := suite.NewWorld()
			gomega.Expect(w.Simulator.AddFault(simulator.Fault{Kind: simulator.GatewayHTML, Status: http.StatusServiceUnavailable})).To(gomega.Succeed())
			p, err := failover.New([]failover.Member{{Name: "first", Provider: w.Adapter}, {Name: "second", Provider: other.Adapter}}, failover.Options{})
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			w.Adapter = p

			c := w.Start(ctx, kyc.Aadhaar)
			if slices.Contains(h.Uncalled, kyc.MethodStart) { // by which nobody sees that it is down
				gomega.Expect(string(c.Ref)).To(gomega.HavePrefix("first:"))
				return
			}
			gomega.Expect(string(c.Ref)).To(gomega.HavePrefix("second:"))
			ref := w.parse(ctx, c, other.Allow(ctx, c, simulator.Complete))
			w.Simulator.ClearFaults()
			record, err := p.Fetch(ctx, ref, kyc.Aadhaar)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			other.open(ctx, record)
			gomega.Expect(record.Person.Name.Reveal()).To(gomega.Equal("Fake Complete"))
		})

		if slices.Contains(h.Can, kyc.CanCheckAccount) {
			ginkgo.It("begins with the flow that the account asks for", func(ctx ginkgo.SpecContext) {
				w := suite.NewWorld()
				for key, want := range map[string]kyc.AccountState{simulator.WithoutAccount: kyc.AccountNotFound, simulator.Complete: kyc.AccountExists} {
					account, err := w.Adapter.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(w.person(key).Mobile)})
					gomega.Expect(err).NotTo(gomega.HaveOccurred())
					gomega.Expect(account.State).To(gomega.Equal(want))
				}
				c, err := w.Adapter.Start(ctx, kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back, Flow: kyc.SignUp})
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				ref := w.parse(ctx, c, w.Allow(ctx, c, simulator.WithoutAccount))
				record := w.fetch(ctx, ref, kyc.Aadhaar)
				gomega.Expect(record.Person.Name.Reveal()).To(gomega.Equal("Fake Newcomer"))
				account, err := w.Adapter.(kyc.AccountChecker).CheckAccount(ctx, kyc.AccountQuery{Mobile: kyc.Hide(w.person(simulator.WithoutAccount).Mobile)})
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(account.State).To(gomega.Equal(kyc.AccountExists))
			})
		}

		if slices.Contains(h.Can, kyc.CanParseWebhook) {
			for decision, want := range map[string]kyc.State{"allow": kyc.Granted, "deny": kyc.Denied} {
				ginkgo.It("tells by a webhook before the user is back: "+decision, func(ctx ginkgo.SpecContext) {
					w := suite.NewWorld()
					c := w.Start(ctx, kyc.Aadhaar)
					if decision == "allow" {
						w.Allow(ctx, c, simulator.Complete)
					} else {
						w.deny(ctx, c)
					}
					gomega.Expect(w.events).To(gomega.HaveLen(1))
					gomega.Expect(w.events[0].Consent.Ref).To(gomega.Equal(c.Ref))
					gomega.Expect(w.events[0].Consent.State).To(gomega.Equal(want))
				})
			}
		}

		suite.waitingSpecs()

		ginkgo.It("refuses a signed document that another simulator signed", func(ctx ginkgo.SpecContext) {
			w := suite.NewWorld()
			c := w.Start(ctx, kyc.Aadhaar)
			ref := w.parse(ctx, c, w.Allow(ctx, c, simulator.Complete))
			record, err := w.Adapter.Fetch(ctx, ref, kyc.Aadhaar)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			if record.File == nil {
				ginkgo.Skip("no signed document is handed out")
			}
			result := suite.NewWorld().verifier(ctx).Verify(w.xml(ctx, record.File), time.Now())
			gomega.Expect(result.Status()).To(gomega.Equal(eaadhaar.Failed))
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

	reads bool // the adapter reads what the user's return says
}

// NewWorld is a world that ends with the spec.
func (suite *Suite) NewWorld() *World {
	ginkgo.GinkgoHelper()
	w := &World{reads: slices.Contains(suite.Provider.Adapter.Can, kyc.CanParseReturn)}
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer ginkgo.GinkgoRecover()
		body, err := io.ReadAll(r.Body)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		event, err := w.Adapter.(kyc.WebhookParser).ParseWebhook(r.Header, body)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events = append(w.events, event)
	}))
	ginkgo.DeferCleanup(hook.Close)
	var opts simulator.Options
	if slices.Contains(suite.Provider.Adapter.Can, kyc.CanParseWebhook) {
		opts.WebhookURL = hook.URL
	}
	var err error
	w.Simulator, err = simulator.New(opts, provider.Simulated(suite.Provider)...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	w.server = httptest.NewTLSServer(w.Simulator)
	ginkgo.DeferCleanup(func() { w.Simulator.Close(); w.server.Close() })
	base, client := w.server.URL+"/"+suite.Provider.Name, w.server.Client()
	if at := suite.Provider.Adapter.NewAt; at != nil {
		w.Adapter, err = at(base, suite.Provider.Account.Simulated(), client, w.Simulator.Now)
	} else {
		w.Adapter, err = suite.newAdapter(base, client)
	}
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	roots := x509.NewCertPool()
	roots.AddCert(w.server.Certificate())
	w.files = wire.Downloader{Roots: roots, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	return w
}

// Start starts a journey for the documents.
func (w *World) Start(ctx context.Context, documents ...kyc.Document) *kyc.Consent {
	ginkgo.GinkgoHelper()
	c, err := w.Adapter.Start(ctx, kyc.StartRequest{Documents: documents, ReturnTo: back})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(c.State).To(gomega.Equal(kyc.Pending))
	return c
}

func (w *World) visitor(key string) simulator.Visitor {
	v := simulator.NewVisitor(key)
	v.Client = w.server.Client()
	return v
}

// Allow lets the person with that key consent, and says where the user is sent.
func (w *World) Allow(ctx context.Context, c *kyc.Consent, key string) *url.URL {
	ginkgo.GinkgoHelper()
	u, err := w.visitor(key).Allow(ctx, c.URL.Reveal())
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return u
}

// deny lets a person refuse, and says where the user is sent.
func (w *World) deny(ctx context.Context, c *kyc.Consent) *url.URL {
	ginkgo.GinkgoHelper()
	u, err := w.visitor(simulator.Complete).Deny(ctx, c.URL.Reveal())
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	result, err := kyc.Complete(ctx, w.Adapter, c.Ref, u)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(result.State).NotTo(gomega.Equal(kyc.Granted))
	return u
}

// parse is the Ref to go on with after the user's return.
func (w *World) parse(ctx context.Context, c *kyc.Consent, u *url.URL) kyc.Ref {
	ginkgo.GinkgoHelper()
	if w.reads {
		gomega.Expect(u.String()).To(gomega.HavePrefix(back + "?"))
	}
	result, err := kyc.Complete(ctx, w.Adapter, c.Ref, u)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return result.Ref
}

func (w *World) person(key string) simulator.Person {
	ginkgo.GinkgoHelper()
	for _, p := range simulator.People() {
		if p.Key == key {
			return p
		}
	}
	ginkgo.Fail("there is no person " + key)
	return simulator.Person{}
}

// fetch is the document, opened.
func (w *World) fetch(ctx context.Context, ref kyc.Ref, document kyc.Document) *kyc.Record {
	ginkgo.GinkgoHelper()
	record, err := w.Adapter.Fetch(ctx, ref, document)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	w.open(ctx, record)
	return record
}

// open opens a record of which the provider hands out the file alone, as callers do.
func (w *World) open(ctx context.Context, record *kyc.Record) {
	ginkgo.GinkgoHelper()
	if !record.Unopened {
		return
	}
	checker := signedfile.Checker{Files: w.files, Verifier: w.verifier(ctx)}
	gomega.Expect(checker.Verify(ctx, record)).To(gomega.Succeed())
}

// xml is the signed XML behind a link.
func (w *World) xml(ctx context.Context, f *kyc.File) []byte {
	ginkgo.GinkgoHelper()
	got := w.download(ctx, f)
	if got.Type == wire.ZIP {
		var err error
		got, err = wire.Unzip(got.Bytes(), 1<<20)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	}
	return got.Bytes()
}

// download is the file behind a link, or the one that was handed out without one.
func (w *World) download(ctx context.Context, f *kyc.File) *wire.File {
	ginkgo.GinkgoHelper()
	if f.Link.IsZero() {
		return wire.NewFile(f.Content.Bytes())
	}
	got, err := w.files.Get(ctx, f.Link.Reveal(), f.ExpiresAt)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return got
}

// verifier has pinned the certificate that the simulator hands out.
func (w *World) verifier(ctx context.Context) *eaadhaar.Verifier {
	ginkgo.GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+"/_control/certificate", nil)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	resp, err := w.server.Client().Do(r)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	block, rest := pem.Decode(text)
	gomega.Expect(block).NotTo(gomega.BeNil())
	gomega.Expect(bytes.TrimSpace(rest)).To(gomega.BeEmpty())
	anchor, err := eaadhaar.ReadAnchor("simulator", text)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	v, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{anchor}, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return v
}

// verify is what the verified document behind a link says.
func (w *World) verify(ctx context.Context, f *kyc.File) *eaadhaar.Document {
	ginkgo.GinkgoHelper()
	doc, err := w.verifier(ctx).Verify(w.xml(ctx, f), time.Now()).Document()
	gomega.Expect(err).NotTo(gomega.HaveOccurred(), errors.Join(err))
	return doc
}
