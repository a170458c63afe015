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

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
	"github.com/onsi/gomega/types"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
)

// commonSpecs are what every adapter does alike. A provider needs nothing for them but the
// Adapter of its description.
func (suite *Suite) commonSpecs() {
	ginkgo.Describe("every adapter", func() {
		p := suite.Provider
		request := kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back}

		// A server that must not be called, and an adapter that would call it.
		var counted *Server
		var untouched kyc.Provider
		ginkgo.BeforeEach(func() {
			counted = Answering(http.StatusTeapot, "application/json", []byte(`{}`))
			untouched = suite.Adapter(counted)
		})
		nothingSent := func() {
			ginkgo.GinkgoHelper()
			gomega.Expect(counted.Received).To(gomega.BeEmpty())
		}

		ginkgo.Context("when it is made", func() {
			ginkgo.DescribeTable("refuses the base URL", func(base string) {
				_, err := suite.newAdapter(base, nil)
				gomega.Expect(err).To(gomega.HaveOccurred())
			},
				ginkgo.Entry("that is empty", ""),
				ginkgo.Entry("that is relative", "/verification"),
				ginkgo.Entry("without a host", "https://"),
				ginkgo.Entry("of another scheme", "ftp://provider.example"),
				ginkgo.Entry("that is no URL", "https://provider.example:port"),
			)

			ginkgo.It("refuses missing credentials", func() {
				_, err := p.Adapter.New("https://provider.example", nil, nil)
				gomega.Expect(err).To(gomega.HaveOccurred())
			})

			ginkgo.It("shows no secret in any way of printing it", func() {
				var shown bytes.Buffer
				for _, verb := range verbs {
					fmt.Fprintf(&shown, verb, untouched)
				}
				slog.New(slog.NewJSONHandler(&shown, nil)).Info("", "adapter", untouched)
				gomega.Expect(json.NewEncoder(&shown).Encode(untouched)).To(gomega.Succeed())
				for _, secret := range p.Account.Secrets(p.Account.Simulated()) {
					for _, form := range []string{secret, fmt.Sprintf("%x", secret)} {
						gomega.Expect(shown.String()).NotTo(gomega.ContainSubstring(form))
					}
				}
			})

			ginkgo.It("can do what its description says, and no more", func() {
				gomega.Expect(kyc.Capabilities(untouched)).To(gomega.Equal(p.Adapter.Can))
			})
		})

		ginkgo.Context("before any call", func() {
			ginkgo.DescribeTable("refuses to start", func(ctx ginkgo.SpecContext, spoil func(*kyc.StartRequest)) {
				r := request
				r.Documents = []kyc.Document{kyc.Aadhaar}
				spoil(&r)
				_, err := untouched.Start(ctx, r)
				gomega.Expect(err).To(gomega.MatchError(kyc.ErrInvalid))
				nothingSent()
			},
				ginkgo.Entry("without documents", func(r *kyc.StartRequest) { r.Documents = nil }),
				ginkgo.Entry("with a document twice", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{kyc.Aadhaar, kyc.Aadhaar} }),
				ginkgo.Entry("with an empty document", func(r *kyc.StartRequest) { r.Documents = []kyc.Document{""} }),
				ginkgo.Entry("with a redirect over http", func(r *kyc.StartRequest) { r.ReturnTo = "http://shop.example/back" }),
				ginkgo.Entry("with a relative redirect", func(r *kyc.StartRequest) { r.ReturnTo = "/back" }),
				ginkgo.Entry("without a redirect", func(r *kyc.StartRequest) { r.ReturnTo = "" }),
				ginkgo.Entry("with an unknown flow", func(r *kyc.StartRequest) { r.Flow = "sideways" }),
			)

			ginkgo.It("says that it cannot serve a document that nobody knows", func(ctx ginkgo.SpecContext) {
				r := request
				r.Documents = []kyc.Document{"library card"}
				_, err := untouched.Start(ctx, r)
				gomega.Expect(err).To(gomega.MatchError(errors.ErrUnsupported))
				_, err = untouched.Fetch(ctx, suite.journey(ctx), "library card")
				gomega.Expect(err).To(gomega.MatchError(errors.ErrUnsupported))
				nothingSent()
			})

			for _, ref := range []kyc.Ref{"", "../status", "a/b", "a?b=c", "a#b", "a\nb", "a b", "a%2Fb", kyc.Ref(strings.Repeat("a", 5000))} {
				ginkgo.It(fmt.Sprintf("refuses the ref %.12q", ref), func(ctx ginkgo.SpecContext) {
					_, err := untouched.Status(ctx, ref)
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrInvalid))
					_, err = untouched.Fetch(ctx, ref, kyc.Aadhaar)
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrInvalid))
					nothingSent()
				})
			}

			ginkgo.It("obeys a context that is over", func(ctx ginkgo.SpecContext) {
				over, cancel := context.WithCancel(ctx)
				ref := suite.journey(ctx)
				cancel()
				for _, m := range suite.methods() {
					_, err := m.call(over, untouched, ref, example.Entry{})
					gomega.Expect(err).To(gomega.BeIdenticalTo(context.Canceled), m.name)
				}
				nothingSent()
			})
		})

		ginkgo.Context("in a journey", func() {
			ginkgo.It("starts it with a ref and a URL", func(ctx ginkgo.SpecContext) {
				consent := suite.begun(ctx)
				gomega.Expect(consent.Ref).NotTo(gomega.BeEmpty())
				gomega.Expect(consent.URL.IsZero()).To(gomega.BeFalse())
				gomega.Expect(consent.State).To(gomega.Equal(kyc.Pending))
				gomega.Expect(json.Valid(consent.Raw.Bytes())).To(gomega.BeTrue())
			})

			ginkgo.It("asks for the journey that the ref names", func(ctx ginkgo.SpecContext) {
				e := suite.Entry(p.Journey.Started)
				_, _ = untouched.Status(ctx, suite.journey(ctx))
				gomega.Expect(counted.Received).To(gomega.HaveLen(1))
				named := make([]types.GomegaMatcher, 0, len(p.Journey.IDs))
				for _, pointer := range p.Journey.IDs {
					named = append(named, gomega.ContainSubstring(plainText(valueAt(e.Value, pointer))))
				}
				gomega.Expect(whole(counted)).To(gomega.Or(named...))
			})

			ginkgo.It("makes one call for each method, whatever comes back", func(ctx ginkgo.SpecContext) {
				ref := suite.journey(ctx)
				for _, status := range []int{200, 202, 429, 500, 503} {
					for _, m := range suite.methods() {
						s := Answering(status, "application/json", []byte(`{}`))
						_, _ = m.call(ctx, suite.Adapter(s), ref, example.Entry{})
						gomega.Expect(s.Received).To(gomega.HaveLen(1), "%s after %d", m.name, status)
					}
				}
			})

			ginkgo.It("keeps a state that nobody documented", func(ctx ginkgo.SpecContext) {
				if p.Adapter.Odd == "" {
					ginkgo.Skip(p.Name + " has no word for a state")
				}
				s := Answering(200, "application/json", []byte(p.Adapter.Odd))
				consent, err := suite.Adapter(s).Status(ctx, suite.journey(ctx))
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(consent.State).To(gomega.Equal(p.Adapter.OddState))
			})

			ginkgo.It("serves several callers at once", func(ctx ginkgo.SpecContext) {
				e := suite.Entry(p.Adapter.Status)
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", e.MediaType())
					_, _ = w.Write(e.Value)
				}))
				ginkgo.DeferCleanup(server.Close)
				p, err := suite.newAdapter(server.URL, nil)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
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
				gomega.Expect(failed.Load()).To(gomega.BeZero())
			})

			ginkgo.It("leaves no goroutine behind", func(ctx ginkgo.SpecContext) {
				ref := suite.journey(ctx)
				before := gleak.Goroutines()
				client := &http.Client{Transport: &http.Transport{}}
				p, err := suite.newAdapter(counted.URL, client)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				for _, m := range suite.methods() {
					_, _ = m.call(ctx, p, ref, example.Entry{})
				}
				client.CloseIdleConnections()
				gomega.Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before, gleak.IgnoringTopFunction("net/http.(*conn).serve"), gleak.IgnoringInBacktrace("net/http/httptest"), gleak.IgnoringInBacktrace("net/http.(*conn)")))
			})
		})

		ginkgo.Context("with the caller's http.Client", func() {
			ginkgo.It("sends through it and does not change it", func(ctx ginkgo.SpecContext) {
				seen := 0
				client := &http.Client{
					Transport:     through(func(r *http.Request) (*http.Response, error) { seen++; return http.DefaultTransport.RoundTrip(r) }),
					CheckRedirect: func(*http.Request, []*http.Request) error { return nil },
					Timeout:       time.Hour,
				}
				before := *client
				p, err := suite.newAdapter(counted.URL, client)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				_, _ = p.Status(ctx, suite.journey(ctx))
				gomega.Expect(seen).To(gomega.Equal(1))
				gomega.Expect(client.Timeout).To(gomega.Equal(before.Timeout))
				gomega.Expect(reflect.ValueOf(client.CheckRedirect).Pointer()).To(gomega.Equal(reflect.ValueOf(before.CheckRedirect).Pointer()))
				gomega.Expect(reflect.ValueOf(client.Transport).Pointer()).To(gomega.Equal(reflect.ValueOf(before.Transport).Pointer()))
				gomega.Expect(client.Jar).To(gomega.BeNil())
			})
		})

		ginkgo.Context("in an error", func() {
			ginkgo.It("names provider, operation and status, and keeps the answer out of sight", func(ctx ginkgo.SpecContext) {
				s := Answering(http.StatusTeapot, "application/json", []byte(`{"note":"`+Seed+`"}`))
				_, err := suite.Adapter(s).Status(ctx, suite.journey(ctx))
				var e *kyc.Error
				gomega.Expect(errors.As(err, &e)).To(gomega.BeTrue())
				gomega.Expect(e.Provider).To(gomega.Equal(p.Name))
				_, known := suite.Document.Operation(e.Op)
				gomega.Expect(known).To(gomega.BeTrue(), e.Op)
				gomega.Expect(e.Status).To(gomega.Equal(http.StatusTeapot))
				gomega.Expect(e).To(gomega.MatchError(kyc.ErrUnexpected))
				gomega.Expect(string(e.Raw())).To(gomega.ContainSubstring(Seed))
				silent(err, Seed)
			})

			ginkgo.It("shows neither URL nor credentials where no answer came", func(ctx ginkgo.SpecContext) {
				// Nothing listens there; a port that was just closed may be another test's.
				adapter, err := suite.newAdapter("http://127.0.0.1:1/"+Seed, nil)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				for _, m := range suite.methods() {
					_, err := m.call(ctx, adapter, suite.journey(ctx), example.Entry{})
					gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnavailable), m.name)
					gomega.Expect(kyc.Outage(err)).To(gomega.BeTrue())
					silent(err, append(p.Account.Secrets(p.Account.Simulated()), Seed, "127.0.0.1")...)
				}
			})
		})

		ginkgo.Context("with a person's data", func() {
			ginkgo.It("shows none of what a document says in any way of printing it", func(ctx ginkgo.SpecContext) {
				e := suite.seeded(suite.Entry(p.Adapter.Fetched))
				s := Answering(e.Status, e.MediaType(), e.Value)
				record, err := suite.Adapter(s).Fetch(ctx, suite.journey(ctx), kyc.Aadhaar)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(record.Person.Name.Reveal()).To(gomega.ContainSubstring(Seed))
				for _, verb := range verbs {
					gomega.Expect(fmt.Sprintf(verb, record)).NotTo(gomega.ContainSubstring(Seed), verb)
					gomega.Expect(fmt.Sprintf(verb, *record)).NotTo(gomega.ContainSubstring(Seed), verb)
				}
				encoded, err := json.Marshal(record)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(string(encoded)).NotTo(gomega.ContainSubstring(Seed))
			})

			ginkgo.It("shows none of what a status says", func(ctx ginkgo.SpecContext) {
				e := suite.seeded(suite.Entry(p.Adapter.Status))
				s := Answering(e.Status, e.MediaType(), e.Value)
				consent, err := suite.Adapter(s).Status(ctx, suite.journey(ctx))
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				for _, verb := range verbs {
					gomega.Expect(fmt.Sprintf(verb, consent)).NotTo(gomega.ContainSubstring(Seed), verb)
				}
			})
		})

		if !slices.Contains(p.Adapter.Can, kyc.CanParseReturn) {
			return
		}
		ginkgo.Context("when the user comes back", func() {
			parse := func(ctx context.Context, query string) (kyc.Return, error) {
				u, err := url.Parse(back + query)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				return untouched.(kyc.ReturnParser).ParseReturn(suite.journey(ctx), u)
			}

			ginkgo.It("reads a replayed return as it read the first, without a call", func(ctx ginkgo.SpecContext) {
				first, err := parse(ctx, "?session=XYZ")
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				again, err := parse(ctx, "?session=XYZ")
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(reflect.DeepEqual(again, first)).To(gomega.BeTrue())
				nothingSent()
			})

			ginkgo.DescribeTable("reads no consent from", func(ctx ginkgo.SpecContext, values ...string) {
				answers, _ := suite.returned()
				r, err := parse(ctx, query(append(answers, "answer"), values...))
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				gomega.Expect(r.State).NotTo(gomega.Equal(kyc.Granted))
			},
				ginkgo.Entry("nothing"),
				ginkgo.Entry("a word that is no answer", "perhaps"),
			)

			ginkgo.DescribeTable("refuses an address", func(ctx ginkgo.SpecContext, values ...string) {
				answers, ids := suite.returned()
				r, err := parse(ctx, query(slices.Concat(answers, ids), values...))
				gomega.Expect(err).To(gomega.MatchError(kyc.ErrInvalid))
				gomega.Expect(r.State).To(gomega.BeEmpty())
			},
				ginkgo.Entry("that cannot be read", "%zz"),
				ginkgo.Entry("that readers divide in two ways", "somebody-elses;x"),
				ginkgo.Entry("of two answers", "a", "b"),
			)

			ginkgo.It("refuses no address at all", func(ctx ginkgo.SpecContext) {
				_, err := untouched.(kyc.ReturnParser).ParseReturn(suite.journey(ctx), nil)
				gomega.Expect(err).To(gomega.MatchError(kyc.ErrInvalid))
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
	ginkgo.GinkgoHelper()
	for _, verb := range verbs {
		for _, text := range texts {
			gomega.Expect(fmt.Sprintf(verb, err)).NotTo(gomega.ContainSubstring(text), verb)
		}
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		for _, text := range texts {
			gomega.Expect(inner.Error()).NotTo(gomega.ContainSubstring(text))
		}
	}
}

// seeded is e with the Seed in front of each text that can hold a person's data.
func (suite *Suite) seeded(e example.Entry) example.Entry {
	ginkgo.GinkgoHelper()
	var v any
	gomega.Expect(json.Unmarshal(e.Value, &v)).To(gomega.Succeed())
	text, err := json.Marshal(sow(v, "", suite.Provider.Adapter.Protocol))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
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
