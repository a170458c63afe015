package simulator_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A simulator", func() {
	It("says on every answer that it is one", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for _, path := range []string{
			"/", "/style.css", "/done", "/nowhere", "/acme/journeys", "/acme/kinds", "/bolt/close", "/_control/clock",
			"/consent/acme/x", "/files/acme/x",
		} {
			Expect(calls.Send(ctx, "GET", server.URL+path, "").Header.Get("X-Simulator")).NotTo(BeEmpty(), path)
		}
		for _, path := range []string{"/", "/done", "/consent/acme/x"} {
			Expect(strings.ToLower(calls.Send(ctx, "GET", server.URL+path, "").Body)).To(ContainSubstring("simulator"), path)
		}
	})

	DescribeTable("says what there is, where nothing is:", func(ctx SpecContext, path string) {
		_, server := serving(simulator.Options{})
		got := calls.Send(ctx, "GET", server.URL+path, "")
		Expect(got.Status).To(Equal(404))
		Expect(got.Header.Get("Content-Type")).To(HavePrefix("text/plain"))
		Expect(got.Body).To(Equal(fmt.Sprintf("There is nothing at %s. %s/ shows credentials, people and curl commands; "+
			"the base URLs of the providers are %[2]s/acme, %[2]s/bolt.\n", path, server.URL)))
	},
		Entry("any path", "/nowhere"), Entry("one that is no text", "/a%0Ab"), Entry("a base URL itself", "/acme"),
		Entry("below one", "/acme/journeys/a/b/c/d"),
	)

	It("says which methods there are, where there are others", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := calls.Send(ctx, "PUT", server.URL+"/_control/clock", "")
		Expect(got.Status).To(Equal(405))
		Expect(got.Header.Get("Allow")).To(Equal("GET, HEAD, POST"))
		Expect(got.Body).To(Equal("Method Not Allowed\n"))
	})

	DescribeTable("does not pass for a provider:", func(ctx SpecContext, host string) {
		_, server := serving(simulator.Options{})
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(http.StatusMisdirectedRequest))
		_, err := simulator.New(simulator.Options{BaseURL: "https://" + host}, acme())
		Expect(err).To(MatchError(ContainSubstring("must not pass for it")))
	},
		Entry("that of its first server", "api.acme.example"), Entry("with a full stop", "api.acme.example."),
		Entry("that of another server, at its port", "api.ACME-staging.example:8443"),
		Entry("that of its pages", "consent.acme.example"), Entry("a whole domain", "acme.example"),
		Entry("that of a server without a name in front", "bare-acme.example"),
		Entry("that of its pages beside it", "pages.bare-acme.example"),
		Entry("DigiLocker", "accounts.digilocker.gov.in"),
	)

	It("answers under a name that only ends like a provider's", func(ctx SpecContext) {
		_, server := serving(simulator.Options{BaseURL: "https://notacme.example"})
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", "notacme.example").Status).To(Equal(http.StatusOK))
	})

	It("refuses a base URL that is none", func() {
		for _, base := range []string{
			"127.0.0.1:8700", "ftp://x", "http://", "http://x/acme", "http://x/", "http://x?a", "http://x?", "http://x#a",
			"http://me@x",
		} {
			_, err := simulator.New(simulator.Options{BaseURL: base}, acme())
			Expect(err).To(MatchError(ContainSubstring("scheme and host")), base)
		}
		_, err := simulator.New(simulator.Options{Limit: -1}, acme())
		Expect(err).To(MatchError(ContainSubstring("cannot be negative")))
	})

	It("hands out links below its base URL, or the address that it is called by", func(ctx SpecContext) {
		_, server := serving(simulator.Options{BaseURL: "https://simulator.example"})
		Expect(start(ctx, server, "a")).To(HavePrefix("https://simulator.example/consent/acme/"))
		_, server = serving(simulator.Options{})
		Expect(start(ctx, server, "a")).To(HavePrefix(server.URL + "/consent/acme/"))
	})

	It("forgets the oldest journey and the oldest account check beyond its limit", func(ctx SpecContext) {
		_, server := serving(simulator.Options{Limit: 3})
		for i := range 5 {
			start(ctx, server, fmt.Sprint("order-", i))
			check := fmt.Sprintf(`{"id":"check-%d"}`, i)
			Expect(calls.Send(ctx, "POST", server.URL+"/acme/accounts", check, key...).Status).To(Equal(http.StatusOK))
		}
		for i, want := range []int{404, 404, 200, 200, 200} {
			Expect(status(ctx, server, fmt.Sprint("order-", i)).Status).To(Equal(want), "order-%d", i)
			check := fmt.Sprintf(`{"id":"check-%d"}`, i)
			if want == 200 {
				want = 409
			} else {
				continue // asking anew would push another one out
			}
			Expect(calls.Send(ctx, "POST", server.URL+"/acme/accounts", check, key...).Status).To(Equal(want))
		}
	})

	It("leaves out of an answer what the request left out", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", `{"id":"a","documents":["tax-card"]}`, key...)
		Expect(got.Body).To(MatchRegexp(`^\{"id":"a","number":\d+,"url":".*","documents":\["tax-card"\]\}$`))
		got = calls.Send(ctx, "POST", server.URL+"/acme/accounts", `{"id":"a","mobile":"0"}`, key...)
		Expect(got.Body).To(MatchRegexp(`^\{"id":"a","number":\d+\}$`))
	})

	It("gives the answer of the publication that a request prefers", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		body := `{"id":"a","documents":["tax-card"],"flow":"signup"}`
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", body, with("Prefer", "source=B")...)
		Expect(got.Body).To(MatchRegexp(`^\{"id":"a","link":"http://.*"\}$`))
		Expect(got.Header).NotTo(HaveKey("Preference-Applied"))
		got = calls.Send(ctx, "POST", server.URL+"/acme/journeys", `{}`, with("Prefer", "source=B")...)
		Expect(got.Member("code")).To(Equal("id_missing"), "where it shows no other one, the first")
	})

	It("gives the example that a request prefers, and says what there is", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		prefer := func(what string) calls.Answer {
			return calls.Send(ctx, "POST", server.URL+"/acme/journeys", "{}", "Prefer", what)
		}
		Expect(prefer("example=no-balance").Status).To(Equal(422))
		Expect(prefer(`example="Too many requests of the address"`).Member("code")).To(Equal("too_many_per_address"))
		got := prefer("code=409")
		Expect(got.Member("code")).To(Equal("id_taken"))
		Expect(got.Header.Get("Preference-Applied")).To(Equal("code=409"))
		Expect(prefer("code=500, example=internal-error").Status).To(Equal(500))
		got = prefer("example=nonsense")
		Expect(got.Status).To(Equal(400))
		Expect(got.Body).To(ContainSubstring("422 no-balance"))
		Expect(prefer("code=many").Status).To(Equal(400))
		Expect(prefer("return=minimal").Status).To(Equal(400), "it is answered: another preference is not its concern")
		Expect(prefer("return=minimal").Member("code")).To(Equal("key_missing"))
	})

	DescribeTable("reads what a request prefers as RFC 7240 has it:", func(ctx SpecContext, want string, prefers ...string) {
		_, server := serving(simulator.Options{})
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/acme/journeys/a", nil)
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
		Entry("a publication, by name", "404 code=404", `source=A, code=404`),
	)

	It("refuses a publication that it has no answer of", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for _, source := range []string{"L", "a", "A2", "A 2025", "A 2025-01", "C", strings.Repeat("x", 101)} {
			got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", "{}", "Prefer", `source="`+source+`"`)
			Expect(got.Status).To(Equal(400), source)
			Expect(got.Body).To(ContainSubstring("no publication that shows what Acme sends; there is A 2025-01-02, B\n"))
		}
	})
})

var _ = Describe("A fault", func() {
	It("strikes as often as it is told to, where it is told to", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{
			Provider: "acme", Operation: "getJourney", Kind: simulator.Status, Status: 503, Count: 2,
		})).To(Succeed())
		start(ctx, server, "order-42")
		Expect(status(ctx, server, "order-42").Status).To(Equal(503))
		Expect(sim.Faults()).To(HaveLen(1))
		Expect(sim.Faults()[0].Count).To(Equal(1))
		Expect(status(ctx, server, "order-42").Status).To(Equal(503))
		Expect(status(ctx, server, "order-42").Status).To(Equal(200))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("strikes by chance", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		start(ctx, server, "order-42")
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Status, Probability: 0.5})).To(Succeed())
		counts := map[int]int{}
		for range 200 {
			counts[status(ctx, server, "order-42").Status]++
		}
		Expect(counts[200] + counts[500]).To(Equal(200))
		Expect(counts[500]).To(BeNumerically("~", 100, 60)) // 8 standard deviations
	})

	It("delays an answer", func() {
		synctest.Test(suite, func(t *testing.T) {
			defer GinkgoRecover()
			sim, err := simulator.New(simulator.Options{}, acme())
			Expect(err).NotTo(HaveOccurred())
			defer sim.Close()
			ask := func(method, path, body string) (status int, took time.Duration) {
				begun, answer := time.Now(), httptest.NewRecorder()
				r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set(key[0], key[1])
				sim.ServeHTTP(answer, r)
				return answer.Code, time.Since(begun)
			}
			status, took := ask("POST", "/acme/journeys", `{"id":"order-42","documents":["id-card"],"return_to":"https://shop.example/back"}`)
			Expect(status).To(Equal(200))
			Expect(took).To(BeZero())
			Expect(sim.AddFault(simulator.Fault{Kind: simulator.Latency, Delay: time.Minute})).To(Succeed())
			status, took = ask("GET", "/acme/journeys/order-42", "")
			Expect(status).To(Equal(200))
			Expect(took).To(Equal(time.Minute))
		})
	})

	It("is told apart by its caller: a time-out goes on, a reset comes at once", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		ends := func(kind string, timeout time.Duration) (err error) {
			client := http.Client{Timeout: timeout}
			defer client.CloseIdleConnections()
			sim.ClearFaults()
			Expect(sim.AddFault(simulator.Fault{Kind: kind})).To(Succeed())
			resp, err := client.Get(server.URL + "/acme/journeys/x")
			if err == nil {
				resp.Body.Close()
			}
			return err
		}
		Expect(ends(simulator.Reset, time.Minute)).To(MatchError(syscall.ECONNRESET))
		Expect(ends(simulator.Timeout, 100*time.Millisecond)).To(Satisfy(os.IsTimeout))
	})

	DescribeTable("ends the connection of a request", func(ctx SpecContext, kind string, after int) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: kind, Count: 1})).To(Succeed())
		const body = `{"id":"order-42","documents":["id-card"]}`
		r, err := http.NewRequestWithContext(ctx, "POST", server.URL+"/acme/journeys", strings.NewReader(body))
		Expect(err).NotTo(HaveOccurred())
		r.Header.Set(key[0], key[1])
		_, err = http.DefaultClient.Do(r)
		Expect(err).To(MatchError(syscall.ECONNRESET))
		Expect(sim.Faults()).To(BeEmpty())
		Expect(status(ctx, server, "order-42").Status).To(Equal(after))
	},
		Entry("before anything is done", simulator.Reset, 404),
		Entry("in the place of the answer to what was done", simulator.Lost, 200),
	)

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
			Expect(calls.Send(ctx, "GET", server.URL+"/acme/journeys/x", "").Status).To(Equal(400))
			Expect(sim.Faults()).To(HaveLen(1))
			Expect(status(ctx, server, "x").Status).To(Equal(429))
			Expect(sim.Faults()).To(BeEmpty())
		})

		It("one that names its answer", func(ctx SpecContext) {
			once(simulator.Fault{Kind: simulator.Status})
			got := calls.Send(ctx, "GET", server.URL+"/acme/journeys/x", "", with("Prefer", "code=404")...)
			Expect(got.Status).To(Equal(404))
			Expect(sim.Faults()).To(HaveLen(1))
		})

		It("one to an operation that documents no such cause", func(ctx SpecContext) {
			once(simulator.Fault{Provider: "acme", Kind: "source outage"})
			Expect(status(ctx, server, "x").Status).To(Equal(404))
			Expect(sim.Faults()).To(HaveLen(1))
			Expect(calls.Send(ctx, "POST", server.URL+"/acme/accounts", `{"id":"check"}`, key...).Status).To(Equal(502))
			Expect(sim.Faults()).To(BeEmpty())
		})

		It("but what lies between caller and provider concerns all", func(ctx SpecContext) {
			once(simulator.Fault{Kind: simulator.GatewayHTML})
			Expect(calls.Send(ctx, "GET", server.URL+"/acme/journeys/x", "").Status).To(Equal(502))
			Expect(sim.Faults()).To(BeEmpty())
		})
	})

	It("is one of at most 1,000", func() {
		sim, _ := serving(simulator.Options{})
		for range 1000 {
			Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).To(Succeed())
		}
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).
			To(MatchError("fault: there are 1000 already; clear them first"))
		sim.ClearFaults()
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Reset})).To(Succeed())
	})

	It("is over when the simulator is closed", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.Timeout, Count: 1})).To(Succeed())
		done := make(chan error, 1)
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/acme/journeys/x", nil)
		Expect(err).NotTo(HaveOccurred())
		go func() {
			resp, err := http.DefaultClient.Do(r)
			if err == nil {
				resp.Body.Close()
			}
			done <- err
		}()
		Eventually(sim.Faults).Should(BeEmpty(), "the request has met it")
		Expect(done).NotTo(Receive())
		sim.Close()
		Eventually(done).Should(Receive(HaveOccurred()))
	})

	It("is a gateway's page", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.GatewayHTML})).To(Succeed())
		got := status(ctx, server, "order-42")
		Expect(got.Status).To(Equal(502))
		Expect(got.Header.Get("Content-Type")).To(Equal("text/html"))
		Expect(got.Body).To(HavePrefix("<html>"))
	})

	It("is a rate limit with the documented headers", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		Expect(sim.AddFault(simulator.Fault{Kind: simulator.RateLimit, RetryAfter: 7 * time.Second})).To(Succeed())
		got := status(ctx, server, "order-42")
		Expect(got.Status).To(Equal(429))
		Expect(got.Header).To(HaveKeyWithValue("Retry-After", []string{"7"}))
		Expect(got.Header).To(HaveKeyWithValue("X-Ratelimit-Remaining", []string{"0"}))
		Expect(got.Header).To(HaveKeyWithValue("X-Ratelimit-Reset", []string{"7"}))
		Expect(got.Member("code")).To(Equal("too_many_per_operation"))
	})

	DescribeTable("that makes no sense is refused:", func(f simulator.Fault, want string) {
		sim, _ := serving(simulator.Options{})
		Expect(sim.AddFault(f)).To(MatchError(ContainSubstring(want)))
		Expect(sim.Faults()).To(BeEmpty())
	},
		Entry("a provider", simulator.Fault{Provider: "zeta", Kind: simulator.Reset},
			`no provider "zeta"; there is acme, bolt`),
		Entry("an operation", simulator.Fault{Operation: "pay", Kind: simulator.Reset},
			`no operation "pay"; there is openJourney, `),
		Entry("an operation of another provider",
			simulator.Fault{Provider: "acme", Operation: "close", Kind: simulator.Reset}, `no operation "close"`),
		Entry("a part of a second", simulator.Fault{Kind: simulator.RateLimit, RetryAfter: 1500 * time.Millisecond},
			"retryAfter is 1.5s; it is of whole seconds"),
		Entry("a kind", simulator.Fault{Kind: "bad luck"}, `no kind "bad luck"; there is latency, timeout`),
		Entry("a cause of another provider", simulator.Fault{Provider: "bolt", Kind: "no balance"}, `no kind "no balance"`),
		Entry("a delay", simulator.Fault{Kind: simulator.Latency}, "needs a delay"),
		Entry("a status", simulator.Fault{Kind: simulator.Status, Status: 200}, "not from 400 to 599"),
		Entry("a probability", simulator.Fault{Kind: simulator.Reset, Probability: 2}, "not from 0 to 1"),
		Entry("a count", simulator.Fault{Kind: simulator.Reset, Count: -1}, "negative"),
	)
})

var _ = Describe("/_control", func() {
	const ours = "application/json"
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	It("sets faults, lists and clears them", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		at := server.URL + "/_control/faults"
		Expect(calls.Send(ctx, "GET", at, "").Body).To(Equal("[]\n"))
		fault := `{"provider":"bolt","kind":"latency","delay":"250ms","count":3}`
		Expect(calls.Send(ctx, "POST", at, fault, "Content-Type", ours).Status).To(Equal(204))
		Expect(sim.Faults()).To(ConsistOf(simulator.Fault{
			Provider: "bolt", Kind: "latency", Delay: 250 * time.Millisecond, Count: 3,
		}))
		Expect(calls.Send(ctx, "GET", at, "").Body).To(MatchJSON("[" + fault + "]"))
		Expect(calls.Send(ctx, "DELETE", at, "").Status).To(Equal(204))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("moves the clock", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{Now: func() time.Time { return now }})
		at := server.URL + "/_control/clock"
		Expect(calls.Send(ctx, "POST", at, `{"advance":"10m"}`, "Content-Type", ours).Status).To(Equal(204))
		Expect(sim.Now()).To(BeTemporally("==", now.Add(10*time.Minute)))
		var clock struct{ Now time.Time }
		Expect(json.Unmarshal([]byte(calls.Send(ctx, "GET", at, "").Body), &clock)).To(Succeed())
		Expect(clock.Now).To(BeTemporally("==", now.Add(10*time.Minute)))
	})

	It("moves the clock to its end, and says that it is there", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{Now: func() time.Time { return now }})
		at := server.URL + "/_control/clock"
		const years = `{"advance":"876000h"}` // 100, of 365 days
		Expect(calls.Send(ctx, "POST", at, years, "Content-Type", ours).Status).To(Equal(204))
		got := calls.Send(ctx, "POST", at, `{"advance":"1ns"}`, "Content-Type", ours)
		Expect(got.Status).To(Equal(400))
		Expect(got.Body).To(Equal("the clock goes at most 100 years ahead\n"))
		Expect(sim.Now()).To(BeTemporally("==", now.Add(876000*time.Hour)))
	})

	DescribeTable("says what is wrong:", func(ctx SpecContext, path, body, want string) {
		sim, server := serving(simulator.Options{})
		got := calls.Send(ctx, "POST", server.URL+"/_control/"+path, body, "Content-Type", ours)
		Expect(got.Status).To(Equal(400))
		Expect(got.Body).To(ContainSubstring(want))
		Expect(sim.Faults()).To(BeEmpty())
	},
		Entry("no JSON", "faults", "{", "unexpected end"),
		Entry("a member", "faults", `{"kind":"reset","when":"now"}`,
			`there is no member "when"; there is provider, operation, kind, delay, status, retryAfter, probability, count`),
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
		Entry("no time", "clock", `{}`, `advance is missing: it must be a text, such as "10m"`),
		Entry("nothing", "clock", "", `send an object, such as {"advance":"10m"}`),
		Entry("no JSON for time", "clock", "advance=10m", `send an object, such as {"advance":"10m"}`),
		Entry("no JSON for a fault", "faults", "kind=reset", `send an object, such as {"kind":"reset"}`),
		Entry("no kind", "faults", `{}`, `no kind ""`),
	)

	It("takes nothing from pages of other origins", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{})
		for _, header := range [][]string{
			{"Content-Type", ours, "Sec-Fetch-Site", "cross-site"},
			{"Content-Type", ours, "Origin", "https://evil.example"},
			{"Content-Type", "text/plain"},
		} {
			got := calls.Send(ctx, "POST", server.URL+"/_control/faults", `{"kind":"reset"}`, header...)
			Expect(got.Status).To(BeElementOf(403, 415))
		}
		got := calls.Send(ctx, "DELETE", server.URL+"/_control/faults", "", "Sec-Fetch-Site", "cross-site")
		Expect(got.Status).To(Equal(403))
		Expect(sim.Faults()).To(BeEmpty())
	})

	It("moves the clock that each answer has as its Date", func(ctx SpecContext) {
		then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		sim, server := serving(simulator.Options{Now: func() time.Time { return then }})
		Expect(calls.Send(ctx, "GET", server.URL+"/", "").Header.Get("Date")).To(Equal("Sat, 03 Feb 2001 04:05:06 GMT"))
		sim.Advance(time.Hour)
		Expect(calls.Send(ctx, "GET", server.URL+"/nowhere", "").Header.Get("Date")).
			To(Equal("Sat, 03 Feb 2001 05:05:06 GMT"))
	})

	It("has faults, the clock and the certificate, and nothing else", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		for _, path := range []string{"", "journeys", "people", "keys"} {
			Expect(calls.Send(ctx, "GET", server.URL+"/_control/"+path, "").Status).To(Equal(404))
		}
		certificate := calls.Send(ctx, "GET", server.URL+"/_control/certificate", "").Body
		Expect(certificate).To(And(HavePrefix("-----BEGIN CERTIFICATE-----"), Not(ContainSubstring("PRIVATE"))))
	})
})

var _ = Describe("A file's link", func() {
	It("serves the same bytes for 48 hours, and belongs to its journey", func(ctx SpecContext) {
		sim, server := serving(simulator.Options{Limit: 1})
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, start(ctx, server, "order-42"))
		Expect(err).NotTo(HaveOccurred())
		link := func() string {
			return paper(ctx, server, "order-42", "tax-card", "zip")
		}
		first := calls.Send(ctx, "GET", link(), "")
		Expect(first.Status).To(Equal(200))
		Expect(first.Header.Get("Content-Type")).To(Equal("application/zip"))
		Expect(first.Body).To(HavePrefix("PK"))
		Expect(calls.Send(ctx, "GET", link(), "").Body).To(Equal(first.Body))
		sim.Advance(30 * time.Minute)
		Expect(calls.Send(ctx, "GET", link(), "").Status).To(Equal(200))
		address := link()
		sim.Advance(simulator.FileLife - time.Minute)
		again := calls.Send(ctx, "GET", address, "")
		Expect(again.Status).To(Equal(200), "its life is counted from the last answer that had it")
		sim.Advance(time.Minute + time.Second)
		Expect(calls.Send(ctx, "GET", address, "").Status).To(Equal(410))
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
		link := paper(ctx, server, "order-42", "tax-card", "zip")
		start(ctx, server, "order-43")
		Expect(calls.Send(ctx, "GET", link, "").Status).To(Equal(410))
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
			Expect(back.String()).To(Equal("https://shop.example/back?order=42&journey=order-42"))
		}
	})
})

var _ = Describe("A visitor", func() {
	It("who is nobody says so", func(ctx SpecContext) {
		_, err := simulator.NewVisitor("complet").Allow(ctx, "http://127.0.0.1:1/")
		Expect(err).To(MatchError(And(ContainSubstring(`nobody is called "complet"; there is `),
			ContainSubstring(simulator.Complete+", "))))
		_, err = simulator.Visitor{}.Allow(ctx, "http://127.0.0.1:1/")
		Expect(err).To(MatchError(ContainSubstring("this visitor has no Number")))
	})

	It("says so where there is no page of the simulator", func(ctx SpecContext) {
		_, server := serving(simulator.Options{})
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, server.URL+"/SEALED")
		Expect(err).To(MatchError(And(HavePrefix("consent page: HTTP 404: no page of the simulator"),
			Not(ContainSubstring("SEALED")))))
	})

	It("does not say the address, which opens a journey", func(ctx SpecContext) {
		for _, address := range []string{"http://127.0.0.1:1/consent/acme/SEALED", "http://127.0.0.1:x/SEALED"} {
			_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
			Expect(err).To(MatchError(And(HavePrefix("consent page: "), Not(ContainSubstring("SEALED")))))
		}
	})
})
