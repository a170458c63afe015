package sandbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/sandbox"
)

// suite is what testing/synctest asks for.
var suite *testing.T

func TestSandbox(t *testing.T) {
	suite = t
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/sandbox")
}

// acme is a provider that nobody else knows; the sandbox is not its first server.
var acme = provider.Provider{
	Name: "acme",
	Document: []byte(`{"openapi":"3.0.3","info":{"title":"Acme","version":"1"},
		"servers":[{"url":"https://api.acme.example/v1"},{"url":"https://sandbox.acme.example/v1"},{"url":"https://old.acme.example:25002"},{"url":"https://{region}.acme.example"},{"url":"https://sandbox.acme.example/live"}],
		"paths":{"/a":{"post":{"operationId":"start","responses":{"200":{"description":"OK","content":{"application/json":{
			"examples":{"one":{"value":{}},"two":{"value":{}},"three":{"value":{}},"four":{"value":{}}}}}}},
			"x-redirects":{"back":{"value":"<back>?id=1"}}}}}}`),
	Files: fstest.MapFS{"cases.yaml": {Data: []byte(`
acme/start/200/one: {means: record, runs: {simulator: yes, sandbox: yes}}
acme/start/200/two: {means: record, given: [journey], runs: {simulator: yes, sandbox: yes}}
acme/start/200/three: {means: record, given: [journey, consent], runs: {simulator: yes, sandbox: needs a person}}
acme/start/200/four: {means: record, given: [journey, after 61m], runs: {simulator: yes, sandbox: yes}}
acme/start/redirect/back: {means: return granted, runs: {simulator: yes, sandbox: yes}}
`)}},
	Account: &provider.Account{
		Sandbox: "https://sandbox.acme.example/v1",
		Variables: []provider.Variable{
			{Name: "ACME_CLIENT_ID"}, {Name: "ACME_CLIENT_SECRET", Secret: true}, {Name: "ACME_PRODUCT"}, {Name: "ACME_KEY_FILE", Optional: true, Public: true},
		},
	},
}

// obtaining is acme, with a token that is got by a call of its own.
func obtaining() provider.Provider {
	p, account := acme, *acme.Account
	account.Variables = append(slices.Clone(account.Variables), provider.Variable{Name: "ACME_TOKEN", Obtained: true,
		Secret: true})
	account.Obtain = func(context.Context, string, provider.Values, *http.Client) (provider.Values, error) {
		return provider.Values{"ACME_TOKEN": "shh-token"}, nil
	}
	p.Account = &account
	return p
}

func document() *example.Document {
	GinkgoHelper()
	d, err := acme.Parse()
	Expect(err).NotTo(HaveOccurred())
	return d
}

var whole = []string{"ACME_CLIENT_ID=id-of-mine", "ACME_CLIENT_SECRET=shh-acme", "ACME_PRODUCT=product", "PATH=/bin"}

var _ = Describe("An account", func() {
	It("is read from the environment, and is at the declared sandbox, wherever that stands among the servers", func() {
		a, err := sandbox.Read(whole, acme, document())
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Ready()).To(BeTrue())
		Expect(a.BaseURL).To(Equal("https://sandbox.acme.example/v1"))
		Expect(a.Values["ACME_CLIENT_ID"]).To(Equal("id-of-mine"))
		Expect(acme.Account.Credentials(a.Values)).To(ConsistOf("id-of-mine", "shh-acme", "product"))
		Expect(acme.Account.Secrets(a.Values)).To(ConsistOf("shh-acme"))
	})

	It("is missing where nothing is set, by name", func() {
		a, err := sandbox.Read([]string{"PATH=/bin", "ACME_CLIENT_ID="}, acme, document())
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Ready()).To(BeFalse())
		Expect(a.Why()).To(Equal("needs credentials: ACME_CLIENT_ID, ACME_CLIENT_SECRET, ACME_PRODUCT"))
	})

	It("is whole without what a call of its own gets, which is no variable of the environment", func() {
		p := obtaining()
		a, err := sandbox.Read(whole, p, document())
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Ready()).To(BeTrue())
		_, err = sandbox.Read(append(slices.Clone(whole), "ACME_TOKEN=shh"), p, document())
		Expect(err).To(MatchError(ContainSubstring("ACME_TOKEN is no variable; there is ACME_CLIENT_ID")))
		a, err = sandbox.Read(nil, p, document())
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Missing).To(Equal([]string{"ACME_CLIENT_ID", "ACME_CLIENT_SECRET", "ACME_PRODUCT"}))
	})

	DescribeTable("is none, whatever the environment says,", func(account *provider.Account, why string) {
		p := acme
		p.Account = account
		a, err := sandbox.Read(append(whole[:len(whole):len(whole)], "ACME_BASE_URL=https://sandbox.acme.example"), p, document())
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Ready()).To(BeFalse())
		Expect(a.BaseURL).To(BeEmpty())
		Expect(a.Why()).To(Equal(why + " in contract/provider/acme"))
	},
		Entry("where none is described", nil, "no account is described: write Account"),
		Entry("where no sandbox is declared", &provider.Account{Variables: acme.Account.Variables}, "no sandbox is declared: write Account.Sandbox"),
		Entry("where no credential is needed", &provider.Account{Sandbox: acme.Account.Sandbox, Variables: []provider.Variable{
			{Name: "ACME_CLIENT_ID", Optional: true}, {Name: "ACME_CLIENT_SECRET", Optional: true}, {Name: "ACME_PRODUCT", Optional: true},
		}}, "no credential is described: write Account.Variables"),
	)

	DescribeTable("is refused:", func(provided, want string) {
		_, err := sandbox.Read(append(whole[:len(whole):len(whole)], provided), acme, document())
		Expect(err).To(MatchError(ContainSubstring(want)))
		Expect(err.Error()).NotTo(ContainSubstring("shh"))
	},
		Entry("a misspelt variable", "ACME_CLIENT_SECERT=shh", "ACME_CLIENT_SECERT is no variable; there is ACME_CLIENT_ID, ACME_CLIENT_SECRET"),
		Entry("production", "ACME_BASE_URL=https://API.acme.example/x", "production host"),
		Entry("another production, by its port", "ACME_BASE_URL=https://old.acme.example:25002", "ACME_BASE_URL: old.acme.example is a production host"),
		Entry("production, its host with a dot at its end", "ACME_BASE_URL=https://api.acme.example.:443/v1", "production host"),
		Entry("production, whose host has a parameter", "ACME_BASE_URL=https://in1.acme.example", "in1.acme.example is a production host"),
		Entry("production, by its path on the sandbox's host", "ACME_BASE_URL=https://sandbox.acme.example/live/", "production host"),
		Entry("a password in a URL", "ACME_BASE_URL=https://me:shh@sandbox.acme.example/v1", "no user and no password"),
		Entry("no URL", "ACME_BASE_URL=sandbox.acme.example", "absolute URL, such as https://sandbox.acme.example/v1"),
	)

	It("is refused where some variables are set and others not", func() {
		_, err := sandbox.Read(whole[:2], acme, document())
		Expect(err).To(MatchError("acme: not set, while others are: ACME_PRODUCT"))
	})
})

var _ = Describe("A plan", func() {
	plan := func(limits sandbox.Limits, person bool) sandbox.Plan {
		GinkgoHelper()
		book, err := acme.Cases()
		Expect(err).NotTo(HaveOccurred())
		p, err := sandbox.Make(provider.Provider{}, document(), book, limits, person)
		Expect(err).NotTo(HaveOccurred())
		return p
	}

	It("has each case, and why one is not run", func() {
		p := plan(sandbox.Limits{MaxCalls: 60}, false)
		Expect(p.Of("acme/start/200/one")).To(HaveField("Calls", 1))
		Expect(p.Of("acme/start/200/two")).To(And(HaveField("Calls", 2), HaveField("Skip", "")))
		Expect(p.Of("acme/start/200/three").Skip).To(Equal(sandbox.NeedsPerson))
		there := plan(sandbox.Limits{MaxCalls: 60}, true)
		Expect(there.Of("acme/start/200/three").Skip).To(BeEmpty())
		Expect(there.Of("acme/start/200/four").Skip).To(Equal("cannot be provoked"))
		Expect(there.Of("acme/start/redirect/back").Skip).To(Equal("cannot be provoked"))
	})

	It("counts no call for a journey that begins in the browser", func() {
		book, err := acme.Cases()
		Expect(err).NotTo(HaveOccurred())
		browsed := provider.Provider{Journey: &provider.Journey{
			Begin: func(string, string, string, provider.Values) (string, map[string]string) { return "", nil },
		}}
		p, err := sandbox.Make(browsed, document(), book, sandbox.Limits{MaxCalls: 60}, false)
		Expect(err).NotTo(HaveOccurred())
		Expect(p.Of("acme/start/200/two")).To(HaveField("Calls", 1))
	})

	It("keeps to the budget", func() {
		all, calls := plan(sandbox.Limits{MaxCalls: 60}, false).Count()
		Expect(calls).To(Equal(3))
		p := plan(sandbox.Limits{MaxCalls: 2}, false)
		run, made := p.Count()
		Expect(made).To(BeNumerically("<=", 2))
		Expect(run).To(BeNumerically("<", all))
		Expect(p.Cases).To(ContainElement(HaveField("Skip", sandbox.OverBudget)))
	})

	It("counts the call for what every other call needs, if there is any other", func() {
		lines := func(environ ...string) []string {
			GinkgoHelper()
			p := obtaining()
			book, err := p.Cases()
			Expect(err).NotTo(HaveOccurred())
			o, err := sandbox.Prepare(append(environ, whole...), p, document(), book)
			Expect(err).NotTo(HaveOccurred())
			return o.Lines()
		}
		const to = " (budget %s, one every 200ms) to https://sandbox.acme.example/v1"
		Expect(lines("DRY_RUN=1")).To(Equal([]string{
			"acme: 2 of 5 cases, 4 calls" + strings.ReplaceAll(to, "%s", "60"), "  1  for what every other call needs",
			"  1  acme/start/200/one", "  2  acme/start/200/two",
		}))
		Expect(lines("MAX_CALLS=3")).To(Equal([]string{"acme: 1 of 5 cases, 2 calls" +
			strings.ReplaceAll(to, "%s", "3")}))
		Expect(lines("MAX_CALLS=1")).To(Equal([]string{"acme: 0 of 5 cases, 0 calls" +
			strings.ReplaceAll(to, "%s", "1")}))
	})

	It("keeps the rate that a provider publishes, unless the environment says otherwise", func() {
		spacing := func(text string, account *provider.Account) time.Duration {
			environment := map[string]string{"SPACING": text}
			l, err := sandbox.ReadLimits(func(n string) string { return environment[n] }, account)
			Expect(err).NotTo(HaveOccurred())
			return l.Spacing
		}
		slow := &provider.Account{Spacing: 3 * time.Second}
		Expect(spacing("", slow)).To(Equal(3 * time.Second))
		Expect(spacing("1s", slow)).To(Equal(time.Second))
		Expect(spacing("", new(provider.Account))).To(Equal(sandbox.DefaultSpacing))
		Expect(spacing("", nil)).To(Equal(sandbox.DefaultSpacing))
	})

	DescribeTable("takes limits from the environment:", func(name, value, want string) {
		_, err := sandbox.ReadLimits(func(n string) string { return map[string]string{name: value}[n] }, nil)
		if want == "" {
			Expect(err).NotTo(HaveOccurred())
			return
		}
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("none", "X", "", ""), Entry("calls", "MAX_CALLS", "5", ""), Entry("spacing", "SPACING", "0s", ""),
		Entry("no number", "MAX_CALLS", "many", `MAX_CALLS="many"`), Entry("nothing", "MAX_CALLS", "0", "no positive number"),
		Entry("no duration", "SPACING", "2", `SPACING="2" is no duration`), Entry("back in time", "SPACING", "-1s", "is no duration"),
	)
})

var _ = DescribeTable("A switch", func(value string, want bool, complaint string) {
	got, err := sandbox.Switch(func(name string) string { return map[string]string{sandbox.DryRun: value}[name] }, sandbox.DryRun)
	Expect(got).To(Equal(want))
	if complaint == "" {
		Expect(err).NotTo(HaveOccurred())
		return
	}
	Expect(err).To(MatchError(complaint))
},
	Entry("is on", "1", true, ""), Entry("is off", "0", false, ""), Entry("is off where nothing is set", "", false, ""),
	Entry("is no word", "true", false, `DRY_RUN="true" is neither 1 nor 0`), Entry("has no blank", "1 ", false, `DRY_RUN="1 " is neither 1 nor 0`),
	Entry("is no other number", "01", false, `DRY_RUN="01" is neither 1 nor 0`),
)

type counter int

func (c *counter) RoundTrip(*http.Request) (*http.Response, error) {
	*c++
	return &http.Response{}, nil
}

var _ = Describe("Spaced", func() {
	It("leaves time between calls, and stops at the budget", func() {
		synctest.Test(suite, func(t *testing.T) {
			defer GinkgoRecover()
			var made counter
			s := &sandbox.Spaced{Next: &made, Limits: sandbox.Limits{MaxCalls: 3, Spacing: time.Minute}}
			r, err := http.NewRequestWithContext(t.Context(), "GET", "https://nobody.example", nil)
			Expect(err).NotTo(HaveOccurred())
			begun := time.Now()
			for range 3 {
				_, err := s.RoundTrip(r)
				Expect(err).NotTo(HaveOccurred())
			}
			Expect(time.Since(begun)).To(Equal(2 * time.Minute))
			_, err = s.RoundTrip(r)
			Expect(err).To(MatchError(ContainSubstring("budget of 3 calls is spent")))
			Expect(int(made)).To(Equal(3))
			Expect(s.Made()).To(Equal(3))
		})
	})

	It("does not wait for a caller who has left", func() {
		var made counter
		s := &sandbox.Spaced{Next: &made, Limits: sandbox.Limits{MaxCalls: 3, Spacing: time.Hour}}
		ctx, leave := context.WithCancel(context.Background())
		r, err := http.NewRequestWithContext(ctx, "GET", "https://nobody.example", nil)
		Expect(err).NotTo(HaveOccurred())
		_, err = s.RoundTrip(r)
		Expect(err).NotTo(HaveOccurred())
		leave()
		_, err = s.RoundTrip(r)
		Expect(err).To(MatchError(context.Canceled))
	})

	// dialing is a way to a provider for which no connection comes about.
	dialing := func(err error) *http.Transport {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
		}}
	}
	call := func(ctx context.Context, s *sandbox.Spaced, address string) error {
		GinkgoHelper()
		r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
		Expect(err).NotTo(HaveOccurred())
		resp, err := s.RoundTrip(r)
		if err == nil {
			Expect(resp.Body.Close()).To(Succeed())
		}
		return err
	}

	DescribeTable("tells that nobody can be reached, and calls no more:", func(ctx SpecContext, transport http.RoundTripper, why string) {
		s := &sandbox.Spaced{Next: transport, Limits: sandbox.Limits{MaxCalls: 3}}
		for range 2 {
			err := call(ctx, s, "https://sandbox.example:25002/a?key=1")
			Expect(err).To(MatchError("sandbox.example:25002 cannot be reached (" + why + ")"))
			Expect(errors.As(err, new(*sandbox.Unreachable))).To(BeTrue())
		}
		Expect(s.Out()).To(MatchError(ContainSubstring(why)))
		Expect(s.Made()).To(Equal(1))
	},
		Entry("a port without a listener", dialing(os.NewSyscallError("connect", syscall.ECONNREFUSED)), "connection refused"),
		Entry("a name that is not known", dialing(&net.DNSError{Err: "no such host", Name: "sandbox.example", IsNotFound: true}), "no such host"),
		Entry("no connection in time", dialing(os.ErrDeadlineExceeded), "timed out"),
		Entry("a proxy that refuses", dialing(errors.New("Forbidden")), "dial tcp: Forbidden"),
	)

	It("tells of a certificate that is not trusted in the same way", func(ctx SpecContext) {
		server := httptest.NewTLSServer(http.NotFoundHandler())
		DeferCleanup(server.Close)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		s := &sandbox.Spaced{Next: &http.Transport{}, Limits: sandbox.Limits{MaxCalls: 3}}
		Expect(call(ctx, s, server.URL)).To(MatchError(ContainSubstring("cannot be reached (tls: failed to verify certificate")))
	})

	It("takes a connection that is cut for an answer, and a caller who leaves for nothing", func(ctx SpecContext) {
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		DeferCleanup(server.Close)
		s := &sandbox.Spaced{Next: &http.Transport{}, Limits: sandbox.Limits{MaxCalls: 3}}
		Expect(call(ctx, s, server.URL)).To(MatchError(io.EOF))
		Expect(s.Out()).To(BeNil())
		left, leave := context.WithCancel(ctx)
		s.Next = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			leave()
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		Expect(call(left, s, server.URL)).To(MatchError(context.Canceled))
		Expect(s.Out()).To(BeNil())
	})

	It("tells that a provider is gone which has answered before", func(ctx SpecContext) {
		server := httptest.NewServer(http.NotFoundHandler())
		s := &sandbox.Spaced{Next: &http.Transport{}, Limits: sandbox.Limits{MaxCalls: 3}}
		Expect(call(ctx, s, server.URL)).To(Succeed())
		server.Close()
		Expect(call(ctx, s, server.URL)).To(MatchError(ContainSubstring("cannot be reached (connection refused)")))
	})
})

var _ = DescribeTable("Why there is no answer is said", func(err error, says string) {
	Expect(sandbox.Cause(err)).To(Equal(says))
},
	Entry("of a connection", &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)},
		"connection reset by peer"),
	Entry("of a name", &net.DNSError{Err: "no such host", Name: "sandbox.acme.example"}, "no such host"),
	Entry("of a limit", context.DeadlineExceeded, "timed out"),
	Entry("of an interrupt, without the address",
		&url.Error{Op: "Get", URL: "https://sandbox.acme.example/?token=shh", Err: context.Canceled},
		"context canceled"),
	Entry("of a certificate", &url.Error{Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}},
		"its certificate is not trusted"),
	Entry("of an end", io.ErrUnexpectedEOF, "the connection ended"),
	Entry("of what came, without it", errors.New(`malformed HTTP response "shh"`),
		"what came is not HTTP that can be read"),
)
