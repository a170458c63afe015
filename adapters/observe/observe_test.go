package observe_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/observe"
	"example.com/digilocker/adapters/wire"
)

func TestObserve(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "adapters/observe")
}

// Whoever is observed does what every provider must do.
func TestProvider(t *testing.T) {
	kyctest.Test(t, kyctest.Subject{
		Name: "kycmem", Can: []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn},
		Journey: func(testing.TB) *kyctest.Journey {
			p := kycmem.New(kycmem.Options{})
			return &kyctest.Journey{
				Provider: observe.New(p, func(context.Context, observe.Call) {}),
				Allow: func(_ context.Context, c *kyc.Consent) (*url.URL, error) {
					return p.Allow(c.Ref, kycmem.Complete)
				},
				Deny:   func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Deny(c.Ref) },
				Expire: func(context.Context, *kyc.Consent) error { p.Expire(); return nil },
			}
		},
	})
}

// everything is a provider that can do everything, and of which no call works.
type everything struct{ kyc.Provider }

var errNone = errors.New("no call works")

func (everything) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error) { return nil, errNone }
func (everything) Status(context.Context, kyc.Ref) (*kyc.Consent, error)         { return nil, errNone }
func (everything) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) {
	return nil, errNone
}

func (everything) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error) {
	return nil, errNone
}

func (everything) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error) { return nil, errNone }

func (everything) ListDocuments(context.Context, kyc.Ref) ([]kyc.ListedDocument, error) {
	return nil, errNone
}
func (everything) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) {
	return nil, errNone
}

func (everything) Exchange(context.Context, kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{}, errNone
}
func (everything) Refresh(context.Context, kyc.Ref) (*kyc.Consent, error)  { return nil, errNone }
func (everything) ReadUser(context.Context, kyc.Ref) (*kyc.Consent, error) { return nil, errNone }

func (everything) Revoke(context.Context, kyc.Ref) error { return errNone }

func (everything) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error) { return kyc.Return{}, errNone }

func (everything) ParseWebhook(http.Header, []byte) (*kyc.Event, error) { return nil, errNone }

// remote is a provider over HTTP, made as the adapters are, whose documents name a price for
// each Start.
type remote struct {
	kyc.Provider
	url string
}

func (r remote) BilledPerRequest(operation string) bool { return operation == "createState" }

func (r remote) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if err := req.Validate("remote", "createState"); err != nil {
		return nil, err
	}
	return r.get(ctx, "createState")
}

func (r remote) Status(ctx context.Context, _ kyc.Ref) (*kyc.Consent, error) {
	return r.get(ctx, "getState")
}

func (r remote) get(ctx context.Context, op string) (*kyc.Consent, error) {
	c := call.New(ctx, "remote", op)
	get, err := http.NewRequestWithContext(c.Context(), http.MethodGet, r.url, http.NoBody)
	if err != nil {
		return nil, c.Failed(err)
	}
	resp, err := wire.Doer{}.Do(get)
	if err != nil {
		return nil, c.Failed(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, c.Refused("", "", "")
	}
	return &kyc.Consent{State: kyc.Pending}, nil
}

var _ = Describe("Observed", func() {
	var calls []observe.Call
	hook := func(_ context.Context, c observe.Call) { calls = append(calls, c) }
	BeforeEach(func() { calls = nil })

	request := kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar},
		ReturnTo: "https://shop.example/back"}

	// answering is observed, and has such an answer for each request.
	answering := func(status int) kyc.Provider {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, `{}`)
		}))
		DeferCleanup(server.Close)
		return observe.New(remote{url: server.URL}, hook)
	}

	It("each call is told, by operation and status", func(ctx SpecContext) {
		_, err := answering(http.StatusOK).Status(ctx, "ref-1")
		Expect(err).NotTo(HaveOccurred())
		Expect(calls).To(HaveLen(1))
		Expect(calls[0].Duration).To(BeNumerically(">", 0))
		calls[0].Duration = 0
		Expect(calls[0]).To(Equal(observe.Call{
			Method: "Status", Provider: "remote", Operation: "getState", Status: 200, Billed: observe.NotSaid,
		}))
	})

	It("two hooks are told the same", func(ctx SpecContext) {
		_, err := observe.New(answering(http.StatusOK), hook).Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(calls).To(HaveLen(2))
		calls[0].Duration, calls[1].Duration = 0, 0
		Expect(calls[0]).To(And(Equal(calls[1]), HaveField("Billed", observe.PerRequest)))
	})

	It("by no hook it is as it was", func() {
		p := kycmem.New(kycmem.Options{})
		Expect(observe.New(p, nil)).To(BeIdenticalTo(p))
	})

	It("a refusal has its kind", func(ctx SpecContext) {
		_, err := answering(http.StatusTooManyRequests).Status(ctx, "ref-1")
		Expect(err).To(MatchError(kyc.ErrRateLimited))
		Expect(calls).To(ConsistOf(And(
			HaveField("Operation", "getState"), HaveField("Kind", kyc.ErrRateLimited), HaveField("Status", 429),
			HaveField("Failed", true))))
	})

	It("what was refused before any call has no status", func(ctx SpecContext) {
		_, err := answering(http.StatusOK).Start(ctx, kyc.StartRequest{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(calls).To(ConsistOf(And(
			HaveField("Operation", "createState"), HaveField("Kind", kyc.ErrInvalid), HaveField("Status", 0),
			HaveField("Billed", observe.NotSaid))))
	})

	It("the end of ctx is a failure without a kind", func(ctx SpecContext) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		_, err := answering(http.StatusOK).Status(gone, "ref-1")
		Expect(err).To(BeIdenticalTo(context.Canceled))
		Expect(calls).
			To(ConsistOf(And(HaveField("Failed", true), HaveField("Kind", kyc.Err("")), HaveField("Status", 0))))
	})

	It("a call says that it is billed where the documents say so", func(ctx SpecContext) {
		_, err := answering(http.StatusOK).Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(calls).To(ConsistOf(HaveField("Billed", observe.PerRequest)))
	})

	It("it can do what it could before, and each capability that calls is told of", func(ctx SpecContext) {
		p := observe.New(observe.New(everything{}, hook), hook)
		Expect(kyc.Capabilities(p)).To(Equal(kyc.AllCapabilities()))
		_, err := p.Start(ctx, request)
		Expect(err).To(BeIdenticalTo(errNone))
		_, err = p.Fetch(ctx, "ref-1", kyc.Aadhaar)
		Expect(err).To(BeIdenticalTo(errNone))
		checker, _ := kyc.As[kyc.AccountChecker](p)
		_, err = checker.CheckAccount(ctx, kyc.AccountQuery{})
		Expect(err).To(BeIdenticalTo(errNone))
		lister, _ := kyc.As[kyc.CatalogueLister](p)
		_, err = lister.ListCatalogue(ctx)
		Expect(err).To(BeIdenticalTo(errNone))
		shared, _ := kyc.As[kyc.DocumentLister](p)
		_, err = shared.ListDocuments(ctx, "ref-1")
		Expect(err).To(BeIdenticalTo(errNone))
		fetcher, _ := kyc.As[kyc.FileFetcher](p)
		_, err = fetcher.FetchFile(ctx, "ref-1", kyc.FileRequest{})
		Expect(err).To(BeIdenticalTo(errNone))
		revoker, _ := kyc.As[kyc.Revoker](p)
		Expect(revoker.Revoke(ctx, "ref-1")).To(BeIdenticalTo(errNone))
		_, err = kyc.Complete(ctx, p, "ref-1", new(url.URL))
		Expect(err).To(BeIdenticalTo(errNone))
		refresher, _ := kyc.As[kyc.Refresher](p)
		_, err = refresher.Refresh(ctx, "ref-1")
		Expect(err).To(BeIdenticalTo(errNone))
		reader, _ := kyc.As[kyc.UserReader](p)
		_, err = reader.ReadUser(ctx, "ref-1")
		Expect(err).To(BeIdenticalTo(errNone))
		var methods []kyc.Method
		for _, c := range calls {
			methods = append(methods, c.Method)
		}
		Expect(methods).To(Equal([]kyc.Method{
			"Start", "Start", "Fetch", "Fetch", "CheckAccount", "CheckAccount", "ListCatalogue", "ListCatalogue",
			"ListDocuments", "ListDocuments", "FetchFile", "FetchFile", "Revoke", "Revoke",
			"Exchange", "Exchange", "Refresh", "Refresh", "ReadUser", "ReadUser",
		}), "each once by each of the two")

		parser, _ := kyc.As[kyc.ReturnParser](p)
		_, err = parser.ParseReturn("ref-1", nil)
		Expect(err).To(BeIdenticalTo(errNone))
		Expect(calls).To(HaveLen(20), "reading a return is no call")
	})

	It("it can do no more than before", func() {
		Expect(kyc.Capabilities(observe.New(kycmem.New(kycmem.Options{}), hook))).
			To(Equal(kyc.Capabilities(kycmem.New(kycmem.Options{}))))
	})

	It("nothing personal reaches a log", func(ctx SpecContext) {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, nil))
		p := kycmem.New(kycmem.Options{})
		observed := observe.New(p, func(ctx context.Context, c observe.Call) {
			logger.LogAttrs(ctx, slog.LevelInfo, "kyc", c.Attrs()...)
		})
		consent, err := observed.Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		_, err = observed.Fetch(ctx, consent.Ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		_, err = p.Allow(consent.Ref, kycmem.Complete)
		Expect(err).NotTo(HaveOccurred())
		_, err = observed.Fetch(ctx, consent.Ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(log.String()).To(And(ContainSubstring(`"method":"Fetch"`), ContainSubstring(`"kind":"not ready"`)))
		for _, personal := range []string{"order-42", "Invented", kycmem.Complete.Aadhaar, "consent.example"} {
			Expect(log.String()).NotTo(ContainSubstring(personal))
		}
	})
})
