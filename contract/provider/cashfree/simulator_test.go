package cashfree_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/cashfree"
	"example.com/digilocker/contract/simulator"
)

// credentials are those of a call.
var credentials = []string{
	"x-client-id", cashfree.SimulatorClientID, "x-client-secret", cashfree.SimulatorClientSecret,
}

// serving starts a simulator of Cashfree alone.
func serving(opts simulator.Options) (*simulator.Simulator, *httptest.Server) {
	GinkgoHelper()
	return calls.Serving(opts, provider.Simulated(cashfree.Provider)...)
}

// post calls a path with the right credentials, and with more headers.
func post(ctx context.Context, server *httptest.Server, path, body string, header ...string) calls.Answer {
	GinkgoHelper()
	return calls.Send(ctx, "POST", server.URL+"/cashfree/digilocker"+path, body, slices.Concat(credentials, header)...)
}

// get calls a path with the right credentials.
func get(ctx context.Context, server *httptest.Server, path string) calls.Answer {
	GinkgoHelper()
	return calls.Send(ctx, "GET", server.URL+"/cashfree/digilocker"+path, "", credentials...)
}

// start opens a journey and returns its consent URL.
func start(ctx context.Context, server *httptest.Server, id string) string {
	GinkgoHelper()
	got := post(ctx, server, "", `{"verification_id":"`+id+`","document_requested":["AADHAAR","PAN"],`+
		`"redirect_url":"https://shop.example/back?order=42"}`)
	Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	return got.Member("url")
}

var _ = Describe("The simulator's Cashfree", func() {
	It("sends users back with what is documented, behind what the shop's address has", func(ctx SpecContext) {
		consent, back, _ := calls.RoundTrip(ctx, cashfree.Provider)
		Expect(back.Query()).To(Equal(url.Values{"cart": {"7"}, "verification_id": {string(consent.Ref)}}))
	})

	DescribeTable("checks credentials:", func(ctx SpecContext, path string, want int, code string, header ...string) {
		_, server := serving(simulator.Options{})
		got := calls.Send(ctx, "POST", server.URL+"/cashfree/digilocker"+path, "{}", header...)
		Expect(got.Status).To(Equal(want))
		Expect(got.Member("code")).To(Equal(code))
	},
		Entry("none", "", 400, "x-client-id_missing"),
		Entry("no secret", "", 400, "x-client-id_missing", "x-client-id", cashfree.SimulatorClientID),
		Entry("none, an account check", "/verify-account", 400, "x-client-id_missing"),
		Entry("a wrong secret", "", 401, "authentication_failed",
			"x-client-id", cashfree.SimulatorClientID, "x-client-secret", "x"),
	)

	DescribeTable("is not reached under its own hosts:", func(ctx SpecContext, host string) {
		_, server := serving(simulator.Options{})
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(http.StatusMisdirectedRequest))
		_, err := simulator.New(simulator.Options{BaseURL: "https://" + host}, provider.Simulated(cashfree.Provider)...)
		Expect(err).To(MatchError(ContainSubstring("must not pass for it")))
	},
		Entry("production", "api.cashfree.com"), Entry("the sandbox", "sandbox.cashfree.com"),
		Entry("with a full stop", "api.cashfree.com."), Entry("its consent pages", "verification-test.cashfree.com"),
	)

	It("leaves out of an answer what the request left out", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := post(ctx, server, "", `{"verification_id":"a","document_requested":["PAN"]}`)
		Expect(got.Body).To(MatchRegexp(`^\{"verification_id":"a",.*"document_requested":\["PAN"\]\}$`))
		got = post(ctx, server, "/verify-account", `{"verification_id":"a","aadhaar_number":"000000000099"}`)
		Expect(got.Body).To(MatchRegexp(`^\{"verification_id":"a","reference_id":\d+,"status":"ACCOUNT_NOT_FOUND"\}$`))
	})

	It("forgets the oldest journey and the oldest account check beyond the limit", func(ctx SpecContext) {
		_, server := serving(simulator.Options{Limit: 3})
		check := func(i int) int {
			return post(ctx, server, "/verify-account",
				fmt.Sprintf(`{"verification_id":"check-%d","mobile_number":"1000000001"}`, i)).Status
		}
		for i := range 5 {
			start(ctx, server, fmt.Sprint("order-", i))
			Expect(check(i)).To(Equal(http.StatusOK))
		}
		for i, want := range []int{404, 404, 200, 200, 200} {
			Expect(get(ctx, server, fmt.Sprint("?verification_id=order-", i)).Status).To(Equal(want), "order-%d", i)
		}
		for i := 2; i < 5; i++ { // asking for an older one would push another one out
			Expect(check(i)).To(Equal(http.StatusConflict), "check-%d", i)
		}
	})

	It("gives the examples of its publications", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		prefer := func(what string) calls.Answer {
			return calls.Send(ctx, "POST", server.URL+"/cashfree/digilocker", "{}", "Prefer", what)
		}
		Expect(prefer("example=insufficient-balance").Status).To(Equal(422))
		Expect(prefer(`example="Rate limit error per IP"`).Member("code")).To(Equal("too_many_requests_per_ip"))
		Expect(prefer("code=409").Member("code")).To(Equal("verification_id_value_invalid"))
		Expect(prefer("code=500, example=internal-server-error").Status).To(Equal(500))
		Expect(prefer("example=nonsense").Body).To(ContainSubstring("422 insufficient-balance"))
		Expect(prefer("return=minimal").Member("code")).To(Equal("x-client-id_missing"))
		Expect(prefer("source=A25, code=404").Status).To(Equal(400), "createURL has none")
		for _, source := range []string{"L", "A", "A2", "CUR create", "oldest create-url"} {
			got := prefer(`source="` + source + `"`)
			Expect(got.Status).To(Equal(400), source)
			Expect(got.Body).To(ContainSubstring("no publication that shows what Cashfree sends; " +
				"there is A25 2025-04-16, CUR create-url"))
		}
	})

	It("has the documented headers of a rate limit", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.RateLimit, RetryAfter: 7 * time.Second})).To(Succeed())
		got := get(ctx, server, "?verification_id=order-42")
		Expect(got.Status).To(Equal(429))
		Expect(got.Header).To(HaveKeyWithValue("Retry-After", []string{"7"}))
		Expect(got.Header).To(HaveKeyWithValue("X-Ratelimit-Limit", []string{"200"}))
		Expect(got.Header).To(HaveKeyWithValue("X-Ratelimit-Remaining", []string{"0"}))
		Expect(got.Header).To(HaveKeyWithValue("X-Ratelimit-Reset", []string{"7"}))
		Expect(got.Member("code")).To(Equal("too_many_requests_per_operation"))
	})

	It("documents an outage of its source for account checks alone", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Provider: "cashfree", Kind: "source outage", Count: 1})).To(Succeed())
		Expect(get(ctx, server, "?verification_id=x").Status).To(Equal(404))
		Expect(sim.Faults()).To(HaveLen(1))
		check := `{"verification_id":"check","mobile_number":"1000000001"}`
		Expect(post(ctx, server, "/verify-account", check).Status).To(Equal(502))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("gives whole answers while the user decides", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for i := range 150 {
			id := fmt.Sprint("order-", i)
			calls.WhileDeciding(ctx, start(ctx, server, id), func() {
				for _, path := range []string{"/document/AADHAAR", ""} {
					got := get(ctx, server, path+"?verification_id="+id)
					Expect(got.Body).NotTo(ContainSubstring("John Doe"), "a person who is not there")
				}
			})
		}
	}, NodeTimeout(10*time.Minute))

	It("bounds the redirect URL", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		long := "https://shop.example/" + strings.Repeat("x", 2048)
		got := post(ctx, server, "", `{"verification_id":"a","document_requested":["PAN"],"redirect_url":"`+long+`"}`)
		Expect(got.Status).To(Equal(400))
		Expect(got.Member("code")).To(Equal("redirect_url_value_invalid"))
	})

	It("hands out a ZIP, the same bytes for 48 hours", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, start(ctx, server, "order-42"))
		Expect(err).NotTo(HaveOccurred())
		link := func() string {
			return get(ctx, server, "/document/PAN?verification_id=order-42").Member("xml_file")
		}
		first := calls.Send(ctx, "GET", link(), "")
		Expect(first.Status).To(Equal(200))
		Expect(first.Header.Get("Content-Type")).To(Equal("application/zip"))
		Expect(first.Body).To(HavePrefix("PK"))
		address := link()
		sim.Advance(simulator.FileLife - time.Minute)
		Expect(calls.Send(ctx, "GET", address, "").Body).To(Equal(first.Body))
		sim.Advance(time.Minute + time.Second)
		Expect(calls.Send(ctx, "GET", address, "").Status).To(Equal(410))
	})

	It("sends the user back when nobody receives its webhook", func(ctx SpecContext) {
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
		DeferCleanup(hook.Close)
		for _, address := range []string{hook.URL, "http://127.0.0.1:1/"} {
			_, server := serving(simulator.Options{WebhookURL: address, Logger: slog.New(slog.DiscardHandler)})
			back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, start(ctx, server, "order-42"))
			Expect(err).NotTo(HaveOccurred())
			Expect(back.String()).To(Equal("https://shop.example/back?order=42&verification_id=order-42"))
		}
	})
})

var _ = Describe("The second factor of the simulator's Cashfree", Ordered, func() {
	var key *rsa.PrivateKey
	BeforeAll(func() {
		var err error
		key, err = rsa.GenerateKey(rand.Reader, 2048)
		Expect(err).NotTo(HaveOccurred())
	})

	// sealed is x-cf-signature for that client at that time.
	sealed := func(client string, at time.Time, hash hash.Hash) string {
		GinkgoHelper()
		plain := client + "." + strconv.FormatInt(at.Unix(), 10)
		text, err := rsa.EncryptOAEP(hash, rand.Reader, &key.PublicKey, []byte(plain), nil)
		Expect(err).NotTo(HaveOccurred())
		return base64.StdEncoding.EncodeToString(text)
	}
	const own = cashfree.SimulatorClientID
	DescribeTable("is", func(ctx SpecContext, signature func() string, want int) {
		_, server := serving(simulator.Options{SignatureKey: key})
		var header []string
		if s := signature(); s != "" {
			header = []string{"x-cf-signature", s}
		}
		got := post(ctx, server, "", `{"verification_id":"a","document_requested":["PAN"]}`, header...)
		Expect(got.Status).To(Equal(want))
	},
		Entry("taken", func() string { return sealed(own, time.Now(), sha1.New()) }, 200),
		Entry("missed", func() string { return "" }, 403),
		Entry("not taken of another client", func() string { return sealed("another", time.Now(), sha1.New()) }, 403),
		Entry("not taken when it is old",
			func() string { return sealed(own, time.Now().Add(-6*time.Minute), sha1.New()) }, 403),
		Entry("not taken when it is of the time to come",
			func() string { return sealed(own, time.Now().Add(6*time.Minute), sha1.New()) }, 403),
		Entry("not taken with another hash", func() string { return sealed(own, time.Now(), sha256.New()) }, 403),
		Entry("not taken when it is none", func() string { return "none" }, 403),
	)
})
