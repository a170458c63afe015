package simulator_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	simcashfree "example.com/digilocker/contract/provider/cashfree"
	simeko "example.com/digilocker/contract/provider/eko"
	simsetu "example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A simulator", func() {
	It("says on every answer that it is one", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for _, path := range []string{"/", "/style.css", "/done", "/nowhere", "/cashfree/digilocker", "/setu/api/digilocker/documents", "/_control/clock", "/consent/eko/x", "/files/eko/x"} {
			Expect(call(ctx, "GET", server.URL+path, "").header.Get("X-Simulator")).NotTo(BeEmpty(), path)
		}
		for _, path := range []string{"/", "/done", "/consent/eko/x"} {
			Expect(strings.ToLower(call(ctx, "GET", server.URL+path, "").body)).To(ContainSubstring("simulator"), path)
		}
	})

	DescribeTable("says what there is, where nothing is:", func(ctx SpecContext, path string) {
		_, server := serving(simulator.Options{})
		got := call(ctx, "GET", server.URL+path, "")
		Expect(got.status).To(Equal(404))
		Expect(got.header.Get("Content-Type")).To(HavePrefix("text/plain"))
		Expect(got.body).To(Equal(fmt.Sprintf("There is nothing at %s. %s/ shows credentials, people and curl commands; the base URLs of the providers are %[2]s/cashfree, %[2]s/eko, %[2]s/setu.\n",
			path, server.URL)))
	},
		Entry("any path", "/nowhere"), Entry("one that is no text", "/a%0Ab"), Entry("a base URL itself", "/setu"), Entry("below one", "/setu/api/nothing"),
	)

	It("says which methods there are, where there are others", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := call(ctx, "PUT", server.URL+"/_control/clock", "")
		Expect(got.status).To(Equal(405))
		Expect(got.header.Get("Allow")).To(Equal("GET, HEAD, POST"))
		Expect(got.body).To(Equal("Method Not Allowed\n"))
	})

	DescribeTable("does not pass for a provider:", func(ctx SpecContext, host string) {
		_, server := serving(simulator.Options{})
		Expect(call(ctx, "GET", server.URL+"/", "", "Host", host).status).To(Equal(http.StatusMisdirectedRequest))
		_, err := simulator.New(simulator.Options{BaseURL: "https://" + host}, providers.Simulated()...)
		Expect(err).To(MatchError(ContainSubstring("must not pass for it")))
	},
		Entry("Cashfree", "api.cashfree.com"), Entry("its sandbox", "sandbox.cashfree.com"), Entry("Eko", "api.eko.in"),
		Entry("with a full stop", "api.cashfree.com."),
		Entry("Eko's older port", "API.eko.in:25002"), Entry("Setu", "dg.setu.co"),
		Entry("Cashfree's consent pages", "verification-test.cashfree.com"), Entry("a whole domain", "setu.co"),
		Entry("DigiLocker", "accounts.digilocker.gov.in"),
	)

	It("answers under a name that only ends like a provider's", func(ctx SpecContext) {
		_, server := serving(simulator.Options{BaseURL: "https://notsetu.co"})
		Expect(call(ctx, "GET", server.URL+"/", "", "Host", "notsetu.co").status).To(Equal(http.StatusOK))
	})

	It("refuses a base URL that is none", func() {
		for _, base := range []string{"127.0.0.1:8700", "ftp://x", "http://", "http://x/cashfree", "http://x/", "http://x?a", "http://x?", "http://x#a", "http://me@x"} {
			_, err := simulator.New(simulator.Options{BaseURL: base}, providers.Simulated()...)
			Expect(err).To(MatchError(ContainSubstring("scheme and host")), base)
		}
		_, err := simulator.New(simulator.Options{Limit: -1}, providers.Simulated()...)
		Expect(err).To(MatchError(ContainSubstring("cannot be negative")))
	})

	It("hands out links below its base URL, or the address that it is called by", func(ctx SpecContext) {
		_, server := serving(simulator.Options{BaseURL: "https://simulator.example"})
		Expect(start(ctx, server, "a")).To(HavePrefix("https://simulator.example/consent/cashfree/"))
		_, server = serving(simulator.Options{})
		Expect(start(ctx, server, "a")).To(HavePrefix(server.URL + "/consent/cashfree/"))
	})

	It("forgets the oldest journey and the oldest account check beyond its limit", func(ctx SpecContext) {
		_, server := serving(simulator.Options{Limit: 3})
		for i := range 5 {
			start(ctx, server, fmt.Sprint("order-", i))
			check := fmt.Sprintf(`{"verification_id":"check-%d","mobile_number":"1000000001"}`, i)
			Expect(call(ctx, "POST", server.URL+"/cashfree/digilocker/verify-account", check, cashfree...).status).To(Equal(http.StatusOK))
		}
		for i, want := range []int{404, 404, 200, 200, 200} {
			Expect(status(ctx, server, fmt.Sprint("order-", i)).status).To(Equal(want), "order-%d", i)
			check := fmt.Sprintf(`{"verification_id":"check-%d","mobile_number":"1000000001"}`, i)
			if want == 200 {
				want = 409
			} else {
				continue // asking anew would push another one out
			}
			Expect(call(ctx, "POST", server.URL+"/cashfree/digilocker/verify-account", check, cashfree...).status).To(Equal(want))
		}
	})

	It("leaves out of an answer what the request left out", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := call(ctx, "POST", server.URL+"/cashfree/digilocker", `{"verification_id":"a","document_requested":["PAN"]}`, cashfree...)
		Expect(got.body).To(MatchRegexp(`^\{"verification_id":"a",.*"document_requested":\["PAN"\]\}$`))
		got = call(ctx, "POST", server.URL+"/cashfree/digilocker/verify-account", `{"verification_id":"a","aadhaar_number":"000000000099"}`, cashfree...)
		Expect(got.body).To(MatchRegexp(`^\{"verification_id":"a","reference_id":\d+,"status":"ACCOUNT_NOT_FOUND"\}$`))
	})

	It("gives the example that a request prefers, and says what there is", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		prefer := func(what string) answer {
			return call(ctx, "POST", server.URL+"/cashfree/digilocker", "{}", "Prefer", what)
		}
		Expect(prefer("example=insufficient-balance").status).To(Equal(422))
		Expect(prefer(`example="Rate limit error per IP"`).member("code")).To(Equal("too_many_requests_per_ip"))
		got := prefer("code=409")
		Expect(got.member("code")).To(Equal("verification_id_value_invalid"))
		Expect(got.header.Get("Preference-Applied")).To(Equal("code=409"))
		Expect(prefer("code=500, example=internal-server-error").status).To(Equal(500))
		got = prefer("example=nonsense")
		Expect(got.status).To(Equal(400))
		Expect(got.body).To(ContainSubstring("422 insufficient-balance"))
		Expect(prefer("code=many").status).To(Equal(400))
		Expect(prefer("return=minimal").status).To(Equal(400), "another preference is not its concern: the request is answered")
		Expect(prefer("return=minimal").member("code")).To(Equal("x-client-id_missing"))
	})

	DescribeTable("reads what a request prefers as RFC 7240 has it:", func(ctx SpecContext, want string, prefers ...string) {
		_, server := serving(simulator.Options{})
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/cashfree/digilocker", nil)
		Expect(err).NotTo(HaveOccurred())
		r.Header["Prefer"] = prefers
		resp, err := http.DefaultClient.Do(r)
		Expect(err).NotTo(HaveOccurred())
		resp.Body.Close()
		Expect(fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("Preference-Applied"))).To(Equal(want))
	},
		Entry("the first of two counts", "404 code=404", "code=404, code=500"),
		Entry("also of two lines", "404 code=404", "code=404", "code=500"),
		Entry("a parameter is none of ours", "404 code=404", `code=404; x="a,b"`),
		Entry("names in any case, spaces, quotes", "404 code=404", ` Code = "404" `),
		Entry("a comma in quotes separates nothing", "404 code=404", `x="a, code=500, b", code=404`),
		Entry("only what was applied is said", "404 code=404", "return=minimal, code=404, wait=3"),
		Entry("a publication, by name", "404 code=404", `source=A25, code=404`),
	)

	It("refuses a publication that it has no answer of", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for _, source := range []string{"L", "A", "A2", "CUR create", "oldest create-url", strings.Repeat("x", 101)} {
			got := call(ctx, "POST", server.URL+"/cashfree/digilocker", "{}", "Prefer", `source="`+source+`"`)
			Expect(got.status).To(Equal(400), source)
			Expect(got.body).To(ContainSubstring("no publication that shows what Cashfree sends; there is A25 2025-04-16, CUR create-url"))
		}
	})
})

var _ = Describe("Credentials", func() {
	DescribeTable("are checked:", func(ctx SpecContext, path, body string, header []string, want int) {
		_, server := serving(simulator.Options{})
		method := "POST"
		if body == "" {
			method = "GET"
		}
		Expect(call(ctx, method, server.URL+path, body, header...).status).To(Equal(want))
	},
		Entry("none, Cashfree", "/cashfree/digilocker", "{}", nil, 400),
		Entry("no secret, Cashfree", "/cashfree/digilocker", "{}", []string{"x-client-id", simcashfree.SimulatorClientID}, 400),
		Entry("none, an account check", "/cashfree/digilocker/verify-account", "{}", nil, 400),
		Entry("a wrong secret, Cashfree", "/cashfree/digilocker", "{}", []string{"x-client-id", simcashfree.SimulatorClientID, "x-client-secret", "x"}, 401),
		Entry("none, Eko", "/eko/tools/kyc/digilocker", "{}", nil, 403),
		Entry("an old time, Eko", "/eko/tools/kyc/digilocker", "{}", signedEko(time.Now().Add(-6*time.Minute), simeko.SimulatorAccessKey), 403),
		Entry("a time to come, Eko", "/eko/tools/kyc/digilocker", "{}", signedEko(time.Now().Add(6*time.Minute), simeko.SimulatorAccessKey), 403),
		Entry("another access key, Eko", "/eko/tools/kyc/digilocker", "{}", signedEko(time.Now(), "another"), 403),
		Entry("right ones, Eko", "/eko/tools/kyc/digilocker", "{}", signedEko(time.Now(), simeko.SimulatorAccessKey), 200),
		Entry("right ones and a form, Eko", "/eko/tools/kyc/digilocker", "{}", append(signedEko(time.Now(), simeko.SimulatorAccessKey), "Content-Type", "application/x-www-form-urlencoded"), 415),
		Entry("none, Setu", "/setu/api/digilocker", "{}", nil, 401),
		Entry("a wrong product, Setu", "/setu/api/digilocker/documents", "", []string{"x-client-id", simsetu.SimulatorClientID, "x-client-secret", simsetu.SimulatorClientSecret, "x-product-instance-id", "x"}, 401),
		Entry("a wrong method, Eko", "/eko/tools/kyc/digilocker", "", signedEko(time.Now(), simeko.SimulatorAccessKey), 405),
		Entry("a wrong path, Eko", "/eko/tools/kyc/wallet", "", signedEko(time.Now(), simeko.SimulatorAccessKey), 404),
	)
})

var _ = Describe("Cashfree's second factor", Ordered, func() {
	var key *rsa.PrivateKey
	BeforeAll(func() {
		var err error
		key, err = rsa.GenerateKey(rand.Reader, 2048)
		Expect(err).NotTo(HaveOccurred())
	})

	// sealed is x-cf-signature for that client at that time.
	sealed := func(client string, at time.Time, hash hash.Hash) string {
		GinkgoHelper()
		text, err := rsa.EncryptOAEP(hash, rand.Reader, &key.PublicKey, []byte(client+"."+strconv.FormatInt(at.Unix(), 10)), nil)
		Expect(err).NotTo(HaveOccurred())
		return base64.StdEncoding.EncodeToString(text)
	}
	DescribeTable("is", func(ctx SpecContext, signature func() string, want int) {
		_, server := serving(simulator.Options{SignatureKey: key})
		header := cashfree
		if s := signature(); s != "" {
			header = append(slices.Clone(cashfree), "x-cf-signature", s)
		}
		got := call(ctx, "POST", server.URL+"/cashfree/digilocker", `{"verification_id":"a","document_requested":["PAN"]}`, header...)
		Expect(got.status).To(Equal(want))
	},
		Entry("taken", func() string { return sealed(simcashfree.SimulatorClientID, time.Now(), sha1.New()) }, 200),
		Entry("missed", func() string { return "" }, 403),
		Entry("not taken of another client", func() string { return sealed("another", time.Now(), sha1.New()) }, 403),
		Entry("not taken when it is old", func() string {
			return sealed(simcashfree.SimulatorClientID, time.Now().Add(-6*time.Minute), sha1.New())
		}, 403),
		Entry("not taken when it is of the time to come", func() string { return sealed(simcashfree.SimulatorClientID, time.Now().Add(6*time.Minute), sha1.New()) }, 403),
		Entry("not taken with another hash", func() string { return sealed(simcashfree.SimulatorClientID, time.Now(), sha256.New()) }, 403),
		Entry("not taken when it is none", func() string { return "none" }, 403),
	)
})

var _ = Describe("A fault", func() {
	It("strikes as often as it is told to, where it is told to", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Provider: "cashfree", Operation: "getStatus", Kind: simulator.Status, Status: 503, Count: 2})).To(Succeed())
		start(ctx, server, "order-42")
		Expect(status(ctx, server, "order-42").status).To(Equal(503))
		Expect(sim.Faults()).To(HaveLen(1))
		Expect(sim.Faults()[0].Count).To(Equal(1))
		Expect(status(ctx, server, "order-42").status).To(Equal(503))
		Expect(status(ctx, server, "order-42").status).To(Equal(200))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("strikes by chance", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		start(ctx, server, "order-42")
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Status, Probability: 0.5})).To(Succeed())
		counts := map[int]int{}
		for range 200 {
			counts[status(ctx, server, "order-42").status]++
		}
		Expect(counts[200] + counts[500]).To(Equal(200))
		Expect(counts[500]).To(BeNumerically("~", 100, 60)) // 8 standard deviations
	})

	It("delays an answer", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		start(ctx, server, "order-42")
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Latency, Delay: 100 * time.Millisecond})).To(Succeed())
		begun := time.Now()
		Expect(status(ctx, server, "order-42").status).To(Equal(200))
		Expect(time.Since(begun)).To(BeNumerically(">=", 100*time.Millisecond))
	})

	It("is told apart by its caller: a time-out goes on, a reset comes at once", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		client := http.Client{Timeout: time.Second}
		DeferCleanup(client.CloseIdleConnections)
		ends := func(kind string) (err error) {
			sim.ClearFaults()
			Expect(sim.AddFault(simulator.Fault{Kind: kind})).To(Succeed())
			resp, err := client.Get(server.URL + "/cashfree/digilocker")
			if err == nil {
				resp.Body.Close()
			}
			return err
		}
		Expect(ends(simulator.Reset)).To(MatchError(syscall.ECONNRESET))
		Expect(ends(simulator.Timeout)).To(Satisfy(os.IsTimeout))
	})

	Describe("is not used up by a request that it does not concern:", func() {
		var sim *simulator.Simulator
		var server *httptest.Server
		BeforeEach(func() { sim, server = serving(simulator.Options{}) })
		once := func(f simulator.Fault) {
			GinkgoHelper()
			f.Count = 1
			Expect(sim.AddFault(f)).To(Succeed())
		}

		It("one that is refused anyway", func(ctx SpecContext) {
			once(simulator.Fault{Kind: simulator.RateLimit})
			Expect(call(ctx, "GET", server.URL+"/cashfree/digilocker?verification_id=x", "").status).To(Equal(400))
			Expect(sim.Faults()).To(HaveLen(1))
			Expect(status(ctx, server, "x").status).To(Equal(429))
			Expect(sim.Faults()).To(BeEmpty())
		})

		It("one that names its answer", func(ctx SpecContext) {
			once(simulator.Fault{Kind: simulator.Status})
			got := call(ctx, "GET", server.URL+"/cashfree/digilocker", "", append([]string{"Prefer", "code=404"}, cashfree...)...)
			Expect(got.status).To(Equal(404))
			Expect(sim.Faults()).To(HaveLen(1))
		})

		It("one to an operation that documents no such cause", func(ctx SpecContext) {
			once(simulator.Fault{Provider: "cashfree", Kind: "source outage"})
			Expect(status(ctx, server, "x").status).To(Equal(404))
			Expect(sim.Faults()).To(HaveLen(1))
			body := `{"verification_id":"check","mobile_number":"1000000001"}`
			Expect(call(ctx, "POST", server.URL+"/cashfree/digilocker/verify-account", body, cashfree...).status).To(Equal(502))
			Expect(sim.Faults()).To(BeEmpty())
		})

		It("but what lies between caller and provider concerns all", func(ctx SpecContext) {
			once(simulator.Fault{Kind: simulator.GatewayHTML})
			Expect(call(ctx, "GET", server.URL+"/cashfree/digilocker", "").status).To(Equal(502))
			Expect(sim.Faults()).To(BeEmpty())
		})
	})

	It("is one of at most 1,000", func() {
		sim, _ := serving(simulator.Options{})
		for range 1000 {
			Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).To(Succeed())
		}
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).To(MatchError("fault: there are 1000 already; clear them first"))
		sim.ClearFaults()
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).To(Succeed())
	})

	It("is over when the simulator is closed", func() {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Timeout})).To(Succeed())
		done := make(chan error)
		go func() {
			resp, err := http.Get(server.URL + "/cashfree/digilocker")
			if err == nil {
				resp.Body.Close()
			}
			done <- err
		}()
		Consistently(done, "100ms").ShouldNot(Receive())
		sim.Close()
		Eventually(done).Should(Receive(HaveOccurred()))
	})

	It("is a gateway's page", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.GatewayHTML})).To(Succeed())
		got := status(ctx, server, "order-42")
		Expect(got.status).To(Equal(502))
		Expect(got.header.Get("Content-Type")).To(Equal("text/html"))
		Expect(got.body).To(HavePrefix("<html>"))
	})

	It("is a rate limit with the documented headers", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.RateLimit, RetryAfter: 7 * second})).To(Succeed())
		got := status(ctx, server, "order-42")
		Expect(got.status).To(Equal(429))
		Expect(got.header).To(HaveKeyWithValue("Retry-After", []string{"7"}))
		Expect(got.header).To(HaveKeyWithValue("X-Ratelimit-Remaining", []string{"0"}))
		Expect(got.header).To(HaveKeyWithValue("X-Ratelimit-Reset", []string{"7"}))
		Expect(got.member("code")).To(Equal("too_many_requests_per_operation"))
	})

	DescribeTable("that makes no sense is refused:", func(f simulator.Fault, want string) {
		sim, _ := serving(simulator.Options{})
		Expect(sim.AddFault(f)).To(MatchError(ContainSubstring(want)))
		Expect(sim.Faults()).To(BeEmpty())
	},
		Entry("a provider", simulator.Fault{Provider: "acme", Kind: simulator.Reset}, `no provider "acme"; there is cashfree, eko, setu`),
		Entry("an operation", simulator.Fault{Operation: "pay", Kind: simulator.Reset}, `no operation "pay"`),
		Entry("an operation of another provider", simulator.Fault{Provider: "eko", Operation: "revoke", Kind: simulator.Reset}, `no operation "revoke"`),
		Entry("a kind", simulator.Fault{Kind: "bad luck"}, `no kind "bad luck"; there is latency, timeout`),
		Entry("a cause of another provider", simulator.Fault{Provider: "eko", Kind: "no balance"}, `no kind "no balance"`),
		Entry("a delay", simulator.Fault{Kind: simulator.Latency}, "needs a delay"),
		Entry("a status", simulator.Fault{Kind: simulator.Status, Status: 200}, "not from 400 to 599"),
		Entry("a probability", simulator.Fault{Kind: simulator.Reset, Probability: 2}, "not from 0 to 1"),
		Entry("a count", simulator.Fault{Kind: simulator.Reset, Count: -1}, "negative"),
	)
})

var _ = Describe("/_control", func() {
	const ours = "application/json"

	It("sets faults, lists and clears them", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		at := server.URL + "/_control/faults"
		Expect(call(ctx, "GET", at, "").body).To(Equal("[]\n"))
		fault := `{"provider":"setu","kind":"latency","delay":"250ms","count":3}`
		Expect(call(ctx, "POST", at, fault, "Content-Type", ours).status).To(Equal(204))
		Expect(sim.Faults()).To(ConsistOf(simulator.Fault{Provider: "setu", Kind: "latency", Delay: 250 * time.Millisecond, Count: 3}))
		Expect(call(ctx, "GET", at, "").body).To(MatchJSON("[" + fault + "]"))
		Expect(call(ctx, "DELETE", at, "").status).To(Equal(204))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("moves the clock", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		at := server.URL + "/_control/clock"
		Expect(call(ctx, "POST", at, `{"advance":"10m"}`, "Content-Type", ours).status).To(Equal(204))
		Expect(sim.Now()).To(BeTemporally("~", time.Now().Add(10*time.Minute), 5*second))
		var clock struct{ Now time.Time }
		Expect(json.Unmarshal([]byte(call(ctx, "GET", at, "").body), &clock)).To(Succeed())
		Expect(clock.Now).To(BeTemporally("~", time.Now().Add(10*time.Minute), 5*second))
	})

	It("moves the clock to its end, and says that it is there", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		at := server.URL + "/_control/clock"
		Expect(call(ctx, "POST", at, `{"advance":"876000h"}`, "Content-Type", ours).status).To(Equal(204)) // 100 years of 365 days
		got := call(ctx, "POST", at, `{"advance":"1ns"}`, "Content-Type", ours)
		Expect(got.status).To(Equal(400))
		Expect(got.body).To(Equal("the clock goes at most 100 years ahead\n"))
		Expect(sim.Now()).To(BeTemporally("~", time.Now().Add(876000*time.Hour), 5*second))
	})

	DescribeTable("says what is wrong:", func(ctx SpecContext, path, body, want string) {
		sim, server := serving(simulator.Options{})
		got := call(ctx, "POST", server.URL+"/_control/"+path, body, "Content-Type", ours)
		Expect(got.status).To(Equal(400))
		Expect(got.body).To(ContainSubstring(want))
		Expect(sim.Faults()).To(BeEmpty())
	},
		Entry("no JSON", "faults", "{", "unexpected end"),
		Entry("a member", "faults", `{"kind":"reset","when":"now"}`, `there is no member "when"; there is provider, operation, kind, delay, status, retryAfter, probability, count`),
		Entry("a number for a text", "faults", `{"kind":"latency","delay":2}`, `delay must be a text, such as "2s"`),
		Entry("a text for a number", "faults", `{"kind":"reset","count":"3"}`, "count must be a whole number, such as 3\n"),
		Entry("a part for a whole", "faults", `{"kind":"status","status":500.5}`, "status must be a whole number"),
		Entry("a text for a probability", "faults", `{"kind":"reset","probability":"0.5"}`, "probability must be a number"),
		Entry("a number for a name", "faults", `{"provider":1,"kind":"reset"}`, "provider must be a text"),
		Entry("a number for an operation", "faults", `{"operation":1,"kind":"reset"}`, "operation must be a text"),
		Entry("a number for a kind", "faults", `{"kind":1}`, "kind must be a text"),
		Entry("a number for a wait", "faults", `{"kind":"rate limit","retryAfter":30}`, "retryAfter must be a text"),
		Entry("no object", "faults", `["reset"]`, "this must be an object with provider, operation"),
		Entry("a number for time", "clock", `{"advance":10}`, `advance must be a text, such as "10m"`),
		Entry("another member", "clock", `{"advance":"1m","by":"me"}`, `there is no member "by"; there is advance`),
		Entry("more time than there is", "clock", `{"advance":"999999h"}`, "the clock goes at most 100 years ahead\n"),
		Entry("more time than can be said", "clock", `{"advance":"9999999999h"}`, "at most 100 years"),
		Entry("a duration", "faults", `{"kind":"latency","delay":"soon"}`, `"soon" is no duration`),
		Entry("a kind", "faults", `{"kind":"bad luck"}`, `no kind "bad luck"`),
		Entry("time that goes back", "clock", `{"advance":"-1m"}`, "goes forward only"),
		Entry("no time", "clock", `{}`, "goes forward only"),
	)

	It("takes nothing from pages of other origins", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		for _, header := range [][]string{
			{"Content-Type", ours, "Sec-Fetch-Site", "cross-site"},
			{"Content-Type", ours, "Origin", "https://evil.example"},
			{"Content-Type", "text/plain"},
		} {
			got := call(ctx, "POST", server.URL+"/_control/faults", `{"kind":"reset"}`, header...)
			Expect(got.status).To(BeElementOf(403, 415))
		}
		Expect(call(ctx, "DELETE", server.URL+"/_control/faults", "", "Sec-Fetch-Site", "cross-site").status).To(Equal(403))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("has faults, the clock and the certificate, and nothing else", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for _, path := range []string{"", "journeys", "people", "keys"} {
			Expect(call(ctx, "GET", server.URL+"/_control/"+path, "").status).To(Equal(404))
		}
		Expect(call(ctx, "GET", server.URL+"/_control/certificate", "").body).To(HavePrefix("-----BEGIN CERTIFICATE-----"))
		Expect(call(ctx, "GET", server.URL+"/_control/certificate", "").body).NotTo(ContainSubstring("PRIVATE"))
	})
})

var _ = Describe("A file's link", func() {
	It("serves the same bytes for 48 hours, and belongs to its journey", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{Limit: 1})
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, start(ctx, server, "order-42"))
		Expect(err).NotTo(HaveOccurred())
		link := func() string {
			return call(ctx, "GET", server.URL+"/cashfree/digilocker/document/PAN?verification_id=order-42", "", cashfree...).member("xml_file")
		}
		first := call(ctx, "GET", link(), "")
		Expect(first.status).To(Equal(200))
		Expect(first.header.Get("Content-Type")).To(Equal("application/zip"))
		Expect(first.body).To(HavePrefix("PK"))
		Expect(call(ctx, "GET", link(), "").body).To(Equal(first.body))
		sim.Advance(30 * time.Minute)
		Expect(call(ctx, "GET", link(), "").status).To(Equal(200))
		address := link()
		sim.Advance(simulator.FileLife - time.Minute)
		again := call(ctx, "GET", address, "")
		Expect(again.status).To(Equal(200), "its life is counted from the last answer that had it")
		sim.Advance(time.Minute + second)
		Expect(call(ctx, "GET", address, "").status).To(Equal(410))
	})

	It("leads to what was signed by the clock of the callers", func(ctx SpecContext) {
		past := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		sim, _ := serving(simulator.Options{Now: func() time.Time { return past }})
		text, err := sim.Certificate()
		Expect(err).NotTo(HaveOccurred())
		block, _ := pem.Decode(text)
		certificate, err := x509.ParseCertificate(block.Bytes)
		Expect(err).NotTo(HaveOccurred())
		Expect(past).To(And(BeTemporally(">", certificate.NotBefore), BeTemporally("<", certificate.NotAfter)))
	})

	It("is forgotten with its journey", func(ctx SpecContext) {
		_, server := serving(simulator.Options{Limit: 1})
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, start(ctx, server, "order-42"))
		Expect(err).NotTo(HaveOccurred())
		link := call(ctx, "GET", server.URL+"/cashfree/digilocker/document/PAN?verification_id=order-42", "", cashfree...).member("xml_file")
		start(ctx, server, "order-43")
		Expect(call(ctx, "GET", link, "").status).To(Equal(410))
	})
})

var _ = Describe("A webhook that nobody receives", func() {
	It("does not keep the user from going back", func(ctx SpecContext) {
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
		DeferCleanup(hook.Close)
		for _, address := range []string{hook.URL, "http://127.0.0.1:1/"} {
			_, server := serving(simulator.Options{WebhookURL: address, Logger: quiet})
			back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, start(ctx, server, "order-42"))
			Expect(err).NotTo(HaveOccurred())
			Expect(back.String()).To(Equal("https://shop.example/back?order=42&verification_id=order-42"))
		}
	})
})

var _ = Describe("A visitor", func() {
	It("who is nobody says so", func(ctx SpecContext) {
		_, err := simulator.NewVisitor("complet").Allow(ctx, "http://127.0.0.1:1/")
		Expect(err).To(MatchError(ContainSubstring("NewVisitor takes the key of one of People")))
	})

	It("does not say the address, which opens a journey", func(ctx SpecContext) {
		for _, address := range []string{"http://127.0.0.1:1/consent/cashfree/SEALED", "http://127.0.0.1:x/SEALED"} {
			_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
			Expect(err).To(MatchError(And(HavePrefix("consent page: "), Not(ContainSubstring("SEALED")))))
		}
	})
})

// signedEko are the headers of a call to Eko.
func signedEko(at time.Time, key string) []string {
	timestamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(base64.StdEncoding.EncodeToString([]byte(key))))
	mac.Write([]byte(timestamp))
	return []string{
		"developer_key", simeko.SimulatorDeveloperKey, "secret-key-timestamp", timestamp,
		"secret-key", base64.StdEncoding.EncodeToString(mac.Sum(nil)), "Content-Type", "application/json",
	}
}
