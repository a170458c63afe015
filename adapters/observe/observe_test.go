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

	"example.com/digilocker/adapters/eko"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/observe"
	"example.com/digilocker/adapters/setu"
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
				Allow:    func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Allow(c.Ref, kycmem.Complete) },
				Deny:     func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Deny(c.Ref) },
				Expire:   func(context.Context, *kyc.Consent) error { p.Expire(); return nil },
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

func (everything) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) {
	return nil, errNone
}

func (everything) Revoke(context.Context, kyc.Ref) error { return errNone }

func (everything) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error) { return kyc.Return{}, errNone }

func (everything) ParseWebhook(http.Header, []byte) (*kyc.Event, error) { return nil, errNone }

var _ = Describe("Observed", func() {
	var calls []observe.Call
	hook := func(_ context.Context, c observe.Call) { calls = append(calls, c) }
	BeforeEach(func() { calls = nil })

	answering := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}))
		DeferCleanup(server.Close)
		return server.URL
	}
	setuAt := func(base string) kyc.Provider {
		p, err := setu.New(base, setu.Credentials{ClientID: "id", ClientSecret: kyc.Hide("secret"), ProductInstanceID: "product"}, setu.Options{})
		Expect(err).NotTo(HaveOccurred())
		return observe.New(p, hook)
	}
	request := kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back"}

	It("each call is told, by operation, kind and status", func(ctx SpecContext) {
		p := setuAt(answering(http.StatusOK, `{"status":"authenticated","id":"ea31e1e6"}`))
		_, err := p.Status(ctx, "ea31e1e6")
		Expect(err).NotTo(HaveOccurred())
		Expect(calls).To(HaveLen(1))
		Expect(calls[0].Duration).To(BeNumerically(">", 0))
		calls[0].Duration = 0
		Expect(calls[0]).To(Equal(observe.Call{Method: "Status", Provider: "setu", Operation: "getStatus", Status: 200, Billed: observe.NotSaid}))
	})

	It("a refusal has its kind", func(ctx SpecContext) {
		p := setuAt(answering(http.StatusUnauthorized, `{"error":{"code":"user_not_authenticated","detail":"","traceId":""}}`))
		_, err := p.Fetch(ctx, "ea31e1e6", kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrPending))
		Expect(calls).To(ConsistOf(And(HaveField("Operation", "getAadhaar"), HaveField("Kind", kyc.ErrPending), HaveField("Status", 401), HaveField("Failed", true))))
	})

	It("what was refused before any call has no status", func(ctx SpecContext) {
		p := setuAt("https://nobody.invalid")
		_, err := p.Start(ctx, kyc.StartRequest{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		Expect(calls).To(ConsistOf(And(HaveField("Operation", "createRequest"), HaveField("Kind", kyc.ErrInvalid), HaveField("Status", 0))))
	})

	It("the end of ctx is a failure without a kind", func(ctx SpecContext) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		_, err := setuAt("https://nobody.invalid").Status(gone, "ea31e1e6")
		Expect(err).To(BeIdenticalTo(context.Canceled))
		Expect(calls).To(ConsistOf(And(HaveField("Failed", true), HaveField("Kind", kyc.Err("")), HaveField("Status", 0))))
	})

	It("a call says that it is billed where the documents say so", func(ctx SpecContext) {
		base := answering(http.StatusOK, `{"status":0,"data":{"reference_id":7,"url":"https://consent.example/"}}`)
		p, err := eko.New(base, eko.Credentials{DeveloperKey: kyc.Hide("key"), AccessKey: kyc.Hide("access"), InitiatorID: kyc.Hide("9999999999")}, eko.Options{})
		Expect(err).NotTo(HaveOccurred())
		observed := observe.New(p, hook)
		_, err = observed.Start(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		_, err = observed.Start(ctx, kyc.StartRequest{})
		Expect(err).To(MatchError(kyc.ErrInvalid))
		_, _ = observed.Status(ctx, "7")
		Expect(calls).To(HaveExactElements(
			HaveField("Billed", observe.PerRequest),
			HaveField("Billed", observe.NotSaid), // it was not sent
			HaveField("Billed", observe.NotSaid),
		))
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
		fetcher, _ := kyc.As[kyc.FileFetcher](p)
		_, err = fetcher.FetchFile(ctx, "ref-1", kyc.FileRequest{})
		Expect(err).To(BeIdenticalTo(errNone))
		revoker, _ := kyc.As[kyc.Revoker](p)
		Expect(revoker.Revoke(ctx, "ref-1")).To(BeIdenticalTo(errNone))
		var methods []string
		for _, c := range calls {
			methods = append(methods, c.Method)
		}
		Expect(methods).To(Equal([]string{
			"Start", "Start", "Fetch", "Fetch", "CheckAccount", "CheckAccount", "ListCatalogue", "ListCatalogue",
			"FetchFile", "FetchFile", "Revoke", "Revoke",
		}), "each once by each of the two")

		parser, _ := kyc.As[kyc.ReturnParser](p)
		_, err = parser.ParseReturn("ref-1", nil)
		Expect(err).To(BeIdenticalTo(errNone))
		Expect(calls).To(HaveLen(12), "reading a return is no call")
	})

	It("it can do no more than before", func() {
		Expect(kyc.Capabilities(observe.New(kycmem.New(kycmem.Options{}), hook))).To(Equal(kyc.Capabilities(kycmem.New(kycmem.Options{}))))
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
