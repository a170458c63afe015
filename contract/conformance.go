package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
	"github.com/onsi/gomega/types"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
)

// What every adapter does alike. A provider needs nothing for it but its
// harness.
func (suite *Suite) commonSpecs() {
	Describe("every adapter", func() {
		p := suite.Provider
		request := kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back}

		// A server that must not be called, and an adapter that would call it.
		var counted *Server
		var untouched kyc.Provider
		BeforeEach(func() {
			counted = Answering(http.StatusTeapot, "application/json", []byte(`{}`))
			untouched = suite.Adapter(counted)
		})
		nothingSent := func() {
			GinkgoHelper()
			Expect(counted.Received).To(BeEmpty())
		}

		Context("when it is made", func() {
			DescribeTable("refuses the base URL", func(base string) {
				_, err := suite.newAdapter(base, nil)
				Expect(err).To(HaveOccurred())
			},
				Entry("that is empty", ""),
				Entry("that is relative", "/verification"),
				Entry("without a host", "https://"),
				Entry("of another scheme", "ftp://provider.example"),
				Entry("that is no URL", "https://provider.example:port"),
			)

			It("refuses missing credentials", func() {
				_, err := p.Adapter.New("https://provider.example", nil, nil)
				Expect(err).To(HaveOccurred())
			})

			It("shows no secret in any way of printing it", func() {
				var shown bytes.Buffer
				for _, verb := range verbs {
					fmt.Fprintf(&shown, verb, untouched)
				}
				slog.New(slog.NewJSONHandler(&shown, nil)).Info("", "adapter", untouched)
				Expect(json.NewEncoder(&shown).Encode(untouched)).To(Succeed())
				for _, secret := range p.Account.Secrets(p.Account.Simulated()) {
					for _, form := range []string{secret, fmt.Sprintf("%x", secret)} {
						Expect(shown.String()).NotTo(ContainSubstring(form))
					}
				}
			})

			It("can do what its description says, and no more", func() {
				Expect(kyc.Capabilities(untouched)).To(Equal(p.Adapter.Can))
			})
		})

		Context("before any call", func() {
			DescribeTable("refuses to start", func(ctx SpecContext, spoil func(*kyc.StartRequest)) {
				r := request
				r.Documents = []kyc.Document{kyc.Aadhaar}
				spoil(&r)
				_, err := untouched.Start(ctx, r)
				Expect(err).To(MatchError(kyc.ErrInvalid))
				nothingSent()
			},
				Entry("without documents", func(r *kyc.StartRequest) { r.Documents = nil }),
				Entry("with a document twice", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{kyc.Aadhaar, kyc.Aadhaar} }),
				Entry("with an empty document", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{""} }),
				Entry("with a redirect over http", func(r *kyc.StartRequest) { r.ReturnTo = "http://shop.example/back" }),
				Entry("with a relative redirect", func(r *kyc.StartRequest) { r.ReturnTo = "/back" }),
				Entry("without a redirect", func(r *kyc.StartRequest) { r.ReturnTo = "" }),
				Entry("with an unknown flow", func(r *kyc.StartRequest) { r.Flow = "sideways" }),
			)

			It("says that it cannot serve a document that nobody knows", func(ctx SpecContext) {
				r := request
				r.Documents = []kyc.Document{"library card"}
				_, err := untouched.Start(ctx, r)
				Expect(err).To(MatchError(errors.ErrUnsupported))
				_, err = untouched.Fetch(ctx, suite.journey(ctx), "library card")
				Expect(err).To(MatchError(errors.ErrUnsupported))
				nothingSent()
			})

			for _, ref := range []kyc.Ref{"", "../status", "a/b", "a?b=c", "a#b", "a\nb", "a b", "a%2Fb", kyc.Ref(strings.Repeat("a", 5000))} {
				It(fmt.Sprintf("refuses the ref %.12q", ref), func(ctx SpecContext) {
					_, err := untouched.Status(ctx, ref)
					Expect(err).To(MatchError(kyc.ErrInvalid))
					_, err = untouched.Fetch(ctx, ref, kyc.Aadhaar)
					Expect(err).To(MatchError(kyc.ErrInvalid))
					nothingSent()
				})
			}

			It("obeys a context that is over", func(ctx SpecContext) {
				over, cancel := context.WithCancel(ctx)
				ref := suite.journey(ctx)
				cancel()
				for _, m := range suite.methods() {
					_, err := m.call(over, untouched, ref, example.Entry{})
					Expect(err == context.Canceled).To(BeTrue(), "%s: %v", m.name, err)
				}
				nothingSent()
			})
		})

		Context("in a journey", func() {
			It("starts it with a ref and a URL", func(ctx SpecContext) {
				consent := suite.begun(ctx)
				Expect(consent.Ref).NotTo(BeEmpty())
				Expect(consent.URL.IsZero()).To(BeFalse())
				Expect(consent.State).To(Equal(kyc.Pending))
				Expect(json.Valid(consent.Raw.Bytes())).To(BeTrue())
			})

			It("asks for the journey that the ref names", func(ctx SpecContext) {
				e := suite.Entry(p.Journey.Started)
				_, _ = untouched.Status(ctx, suite.journey(ctx))
				Expect(counted.Received).To(HaveLen(1))
				named := make([]types.GomegaMatcher, 0, len(p.Journey.IDs))
				for _, pointer := range p.Journey.IDs {
					named = append(named, ContainSubstring(plainText(valueAt(e.Value, pointer))))
				}
				Expect(whole(counted)).To(Or(named...))
			})

			It("makes one call for each method, whatever comes back", func(ctx SpecContext) {
				ref := suite.journey(ctx)
				for _, status := range []int{200, 202, 429, 500, 503} {
					for _, m := range suite.methods() {
						s := Answering(status, "application/json", []byte(`{}`))
						_, _ = m.call(ctx, suite.Adapter(s), ref, example.Entry{})
						Expect(s.Received).To(HaveLen(1), "%s after %d", m.name, status)
					}
				}
			})

			It("keeps a state that nobody documented", func(ctx SpecContext) {
				if p.Adapter.Odd == "" {
					Skip(p.Name + " has no word for a state")
				}
				s := Answering(200, "application/json", []byte(p.Adapter.Odd))
				consent, err := suite.Adapter(s).Status(ctx, suite.journey(ctx))
				Expect(err).NotTo(HaveOccurred())
				Expect(consent.State).To(Equal(p.Adapter.OddState))
			})

			It("serves several callers at once", func(ctx SpecContext) {
				e := suite.Entry(p.Adapter.Status)
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", e.MediaType())
					_, _ = w.Write(e.Value)
				}))
				DeferCleanup(server.Close)
				p, err := suite.newAdapter(server.URL, nil)
				Expect(err).NotTo(HaveOccurred())
				ref := suite.journey(ctx)
				var wg sync.WaitGroup
				var failed atomic.Int32
				for range 16 {
					wg.Go(func() {
						if _, err := p.Status(ctx, ref); err != nil {
							failed.Add(1)
						}
					})
				}
				wg.Wait()
				Expect(failed.Load()).To(BeZero())
			})

			It("leaves no goroutine behind", func(ctx SpecContext) {
				ref := suite.journey(ctx)
				before := gleak.Goroutines()
				client := &http.Client{Transport: &http.Transport{}}
				p, err := suite.newAdapter(counted.URL, client)
				Expect(err).NotTo(HaveOccurred())
				for _, m := range suite.methods() {
					_, _ = m.call(ctx, p, ref, example.Entry{})
				}
				client.CloseIdleConnections()
				Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before, gleak.IgnoringTopFunction("net/http.(*conn).serve"), gleak.IgnoringInBacktrace("net/http/httptest"), gleak.IgnoringInBacktrace("net/http.(*conn)")))
			})
		})

		Context("with the caller's http.Client", func() {
			It("sends through it and does not change it", func(ctx SpecContext) {
				seen := 0
				client := &http.Client{
					Transport:     through(func(r *http.Request) (*http.Response, error) { seen++; return http.DefaultTransport.RoundTrip(r) }),
					CheckRedirect: func(*http.Request, []*http.Request) error { return nil },
					Timeout:       time.Hour,
				}
				before := *client
				p, err := suite.newAdapter(counted.URL, client)
				Expect(err).NotTo(HaveOccurred())
				_, _ = p.Status(ctx, suite.journey(ctx))
				Expect(seen).To(Equal(1))
				Expect(client.Timeout).To(Equal(before.Timeout))
				Expect(reflect.ValueOf(client.CheckRedirect).Pointer()).To(Equal(reflect.ValueOf(before.CheckRedirect).Pointer()))
				Expect(reflect.ValueOf(client.Transport).Pointer()).To(Equal(reflect.ValueOf(before.Transport).Pointer()))
				Expect(client.Jar).To(BeNil())
			})
		})

		Context("in an error", func() {
			It("names provider, operation and status, and keeps the answer out of sight", func(ctx SpecContext) {
				s := Answering(http.StatusTeapot, "application/json", []byte(`{"note":"`+Seed+`"}`))
				_, err := suite.Adapter(s).Status(ctx, suite.journey(ctx))
				var e *kyc.Error
				Expect(errors.As(err, &e)).To(BeTrue())
				Expect(e.Provider).To(Equal(p.Name))
				_, known := suite.Document.Operation(e.Op)
				Expect(known).To(BeTrue(), e.Op)
				Expect(e.Status).To(Equal(http.StatusTeapot))
				Expect(e).To(MatchError(kyc.ErrUnexpected))
				Expect(string(e.Raw())).To(ContainSubstring(Seed))
				silent(err, Seed)
			})

			It("shows neither URL nor credentials where no answer came", func(ctx SpecContext) {
				// Nothing listens there; a port that was just closed may be another test's.
				adapter, err := suite.newAdapter("http://127.0.0.1:1/"+Seed, nil)
				Expect(err).NotTo(HaveOccurred())
				for _, m := range suite.methods() {
					_, err := m.call(ctx, adapter, suite.journey(ctx), example.Entry{})
					Expect(err).To(MatchError(kyc.ErrUnavailable), m.name)
					Expect(kyc.Outage(err)).To(BeTrue())
					silent(err, append(p.Account.Secrets(p.Account.Simulated()), Seed, "127.0.0.1")...)
				}
			})
		})

		Context("with a person's data", func() {
			It("shows none of what a document says in any way of printing it", func(ctx SpecContext) {
				e := suite.seeded(suite.Entry(p.Adapter.Fetched))
				s := Answering(e.Status, e.MediaType(), e.Value)
				record, err := suite.Adapter(s).Fetch(ctx, suite.journey(ctx), kyc.Aadhaar)
				Expect(err).NotTo(HaveOccurred())
				Expect(record.Person.Name.Reveal()).To(ContainSubstring(Seed))
				for _, verb := range verbs {
					Expect(fmt.Sprintf(verb, record)).NotTo(ContainSubstring(Seed), verb)
					Expect(fmt.Sprintf(verb, *record)).NotTo(ContainSubstring(Seed), verb)
				}
				encoded, err := json.Marshal(record)
				Expect(err).NotTo(HaveOccurred())
				Expect(string(encoded)).NotTo(ContainSubstring(Seed))
			})

			It("shows none of what a status says", func(ctx SpecContext) {
				e := suite.seeded(suite.Entry(p.Adapter.Status))
				s := Answering(e.Status, e.MediaType(), e.Value)
				consent, err := suite.Adapter(s).Status(ctx, suite.journey(ctx))
				Expect(err).NotTo(HaveOccurred())
				for _, verb := range verbs {
					Expect(fmt.Sprintf(verb, consent)).NotTo(ContainSubstring(Seed), verb)
				}
			})
		})

		Context("when the user comes back", func() {
			parse := func(ctx context.Context, query string) (kyc.Return, error) {
				u, err := url.Parse(back + query)
				Expect(err).NotTo(HaveOccurred())
				return untouched.(kyc.ReturnParser).ParseReturn(suite.journey(ctx), u)
			}

			It("reads a replayed return as it read the first, without a call", func(ctx SpecContext) {
				first, err := parse(ctx, "?session=XYZ")
				Expect(err).NotTo(HaveOccurred())
				again, err := parse(ctx, "?session=XYZ")
				Expect(err).NotTo(HaveOccurred())
				Expect(reflect.DeepEqual(again, first)).To(BeTrue())
				nothingSent()
			})

			DescribeTable("reads no consent from", func(ctx SpecContext, values ...string) {
				answers, _ := suite.returned()
				r, err := parse(ctx, query(append(answers, "answer"), values...))
				Expect(err).NotTo(HaveOccurred())
				Expect(r.State).NotTo(Equal(kyc.Granted))
			},
				Entry("nothing"),
				Entry("a word that is no answer", "perhaps"),
			)

			DescribeTable("refuses an address", func(ctx SpecContext, values ...string) {
				answers, ids := suite.returned()
				r, err := parse(ctx, query(slices.Concat(answers, ids), values...))
				Expect(err).To(MatchError(kyc.ErrInvalid))
				Expect(r.State).To(BeEmpty())
			},
				Entry("that cannot be read", "%zz"),
				Entry("that readers divide in two ways", "somebody-elses;x"),
				Entry("of two answers", "a", "b"),
			)

			It("refuses no address at all", func(ctx SpecContext) {
				_, err := untouched.(kyc.ReturnParser).ParseReturn(suite.journey(ctx), nil)
				Expect(err).To(MatchError(kyc.ErrInvalid))
			})
		})
	})
}

// returned are the parameters with which a user returns, as far as they are documented:
// those that name the journey, of which any can be one, and the others.
func (suite *Suite) returned() (answers, ids []string) {
	ids = slices.Sorted(maps.Keys(suite.Provider.Journey.IDs))
	for _, e := range suite.Document.Entries {
		var template string
		if e.Direction != example.Redirect || json.Unmarshal(e.Value, &template) != nil {
			continue
		}
		_, pairs, _ := strings.Cut(template, "?")
		for pair := range strings.SplitSeq(pairs, "&") {
			name, value, _ := strings.Cut(pair, "=")
			switch {
			case name == "" || slices.Contains(answers, name) || slices.Contains(ids, name):
			case strings.Contains(value, "id"): // the placeholder of one
				ids = append(ids, name)
			default:
				answers = append(answers, name)
			}
		}
	}
	return answers, ids
}

// query is one with each of the values under each of the names; "" without any.
func query(names []string, values ...string) string {
	var pairs []string
	for _, name := range names {
		for _, value := range values {
			pairs = append(pairs, name+"="+value)
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return "?" + strings.Join(pairs, "&")
}

// verbs are the ways of printing that show most.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"}

// Seed is text that must not come to light.
const Seed = "Zzyzx"

// silent says that err shows none of the texts, however it is printed.
func silent(err error, texts ...string) {
	GinkgoHelper()
	for _, verb := range verbs {
		for _, text := range texts {
			Expect(fmt.Sprintf(verb, err)).NotTo(ContainSubstring(text), verb)
		}
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		for _, text := range texts {
			Expect(inner.Error()).NotTo(ContainSubstring(text))
		}
	}
}

// seeded is e with the Seed in front of each text that can hold a person's data.
func (suite *Suite) seeded(e example.Entry) example.Entry {
	GinkgoHelper()
	var v any
	Expect(json.Unmarshal(e.Value, &v)).To(Succeed())
	text, err := json.Marshal(sow(v, "", suite.Provider.Adapter.Protocol))
	Expect(err).NotTo(HaveOccurred())
	e.Value = text
	return e
}

// sow puts the Seed in front of the texts in v, which stands at a member of that name.
func sow(v any, name string, protocol []string) any {
	switch x := v.(type) {
	case map[string]any:
		for k, m := range x {
			x[k] = sow(m, k, protocol)
		}
	case []any:
		for i, m := range x {
			x[i] = sow(m, name, protocol)
		}
	case string:
		if slices.Contains(protocol, name) {
			return x
		}
		return Seed + " " + x
	}
	return v
}

// through makes a RoundTripper of a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// method is a call that an adapter can make.
type method struct {
	name string // the operationId
	call call
}

// methods are those of the provider's adapter, in the order of its document.
func (suite *Suite) methods() []method {
	var all []method
	for _, op := range suite.Document.Operations {
		if c := suite.caller(op.ID); c != nil && !slices.Contains(suite.Provider.Adapter.Unused, op.ID) {
			all = append(all, method{op.ID, c})
		}
	}
	return all
}

// whole is all that the server received, as one text.
func whole(s *Server) string {
	var b strings.Builder
	for _, r := range s.Received {
		fmt.Fprintf(&b, "%s %s\n%s\n", r.Method, r.URL, r.Body)
	}
	return b.String()
}
