package simulator_test

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

type answering = map[string]func(*simulator.Exchange) *simulator.Reply

// varied is acme with three variants: one that concerns journeys which were started, one that
// concerns wrong credentials, and a page.
func varied() simulator.Provider {
	behaviour := acmeBehaviour
	behaviour.Variants = map[string]simulator.Variant{
		"early name": {Says: "seen", Answers: answering{"openJourney": func(x *simulator.Exchange) *simulator.Reply {
			r := x.Ordinary()
			if again := x.Ordinary(); !r.Is("openJourney/200/opened") || !again.Is("openJourney/200/opened") {
				return nil
			}
			return r.With(simulator.Values{"/flow": simulator.Quote("early")})
		}}},
		"unauthorized": {Says: "seen", Answers: answering{"getJourney": func(x *simulator.Exchange) *simulator.Reply {
			if r := x.Ordinary(); !r.Is("openJourney/400/no-key") {
				return nil
			}
			return simulator.JSON(http.StatusUnauthorized, []byte(`{"message":"no"}`))
		}}},
		"page": {Says: "seen", Answers: answering{"getJourney": func(*simulator.Exchange) *simulator.Reply {
			return simulator.Page(http.StatusForbidden)
		}}},
		"raw": {Says: "seen", Answers: answering{"openJourney": func(x *simulator.Exchange) *simulator.Reply {
			return simulator.JSON(http.StatusOK, x.Raw)
		}}},
	}
	behaviour.Unpublished = []string{"A journey waits for ever."}
	return simulator.Provider{Name: "acme", Title: "Acme", Document: acmeDocument, Behaviour: &behaviour}
}

var _ = Describe("A variant", func() {
	const body = `{"id":"order-42","documents":["id-card"]}`

	It("is what a request prefers, by its name or with hyphens, and starts one journey", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, varied())
		at := server.URL + "/acme/journeys"
		got := calls.Send(ctx, "POST", at, body, with("Prefer", "variant=early-name")...)
		Expect(got.Body).To(ContainSubstring(`"flow":"early"`))
		Expect(got.Header.Get("Preference-Applied")).To(Equal(`variant="early-name"`))
		Expect(calls.Send(ctx, "POST", at, body, key...).Status).To(Equal(http.StatusConflict))
		other := strings.ReplaceAll(body, "42", "43")
		got = calls.Send(ctx, "POST", at, other, with("Prefer", `variant="early name"`)...)
		Expect(got.Body).To(ContainSubstring(`"flow":"early"`))
		got = calls.Send(ctx, "POST", at, `{"id":`, with("Prefer", "variant=raw")...)
		Expect(got.Body).To(Equal(`{"id":`))
		Expect(got.Header.Get("Content-Type")).To(Equal("application/json"))
	})

	It("is never what nobody asked for", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, varied())
		Expect(calls.Send(ctx, "POST", server.URL+"/acme/journeys", body, key...).Body).NotTo(ContainSubstring("early"))
	})

	It("leaves alone a request that it does not concern", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, varied())
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", "{}", with("Prefer", "variant=early-name")...)
		Expect(got.Status).To(Equal(http.StatusBadRequest))
		Expect(got.Member("code")).To(Equal("id_missing"))
		Expect(got.Header).NotTo(HaveKey("Preference-Applied"))
		got = calls.Send(ctx, "GET", server.URL+"/acme/journeys/x", "", with("Prefer", "variant=unauthorized")...)
		Expect(got.Status).To(Equal(http.StatusNotFound))
	})

	It("may concern a request whose credentials are wrong", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, varied())
		got := calls.Send(ctx, "GET", server.URL+"/acme/journeys/x", "", "Prefer", "variant=unauthorized")
		Expect(got.Status).To(Equal(http.StatusUnauthorized))
		Expect(got.Body).To(Equal(`{"message":"no"}`))
	})

	It("gives way to an example that is named outright", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, varied())
		got := calls.Send(ctx, "POST", server.URL+"/acme/journeys", body, "Prefer", "variant=early-name, code=422")
		Expect(got.Status).To(Equal(422))
		Expect(got.Header.Get("Preference-Applied")).To(Equal("code=422"))
	})

	It("that the operation does not have is refused, with those that it has", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, varied())
		prefer := func(method, path string) calls.Answer {
			return calls.Send(ctx, method, server.URL+"/acme"+path, "", with("Prefer", "variant=late")...)
		}
		got := prefer("POST", "/journeys")
		Expect(got.Status).To(Equal(http.StatusBadRequest))
		Expect(got.Body).To(Equal("the preference variant=\"late\" is no variant of openJourney, which has:\n" +
			"early-name\nraw\n"))
		Expect(prefer("DELETE", "/journeys/x").Body).To(HaveSuffix("which has:\nnone\n"))
	})

	It("is a fault, of which no other request uses up the count", func(ctx SpecContext) {
		sim, server := calls.Serving(simulator.Options{}, varied())
		Expect(sim.Causes()["acme"]).To(ContainElements("early name", "page", "no balance"))
		Expect(sim.AddFault(simulator.Fault{Provider: "acme", Kind: "early name", Count: 1})).To(Succeed())
		at := server.URL + "/acme/journeys"
		Expect(calls.Send(ctx, "POST", at, "{}", key...).Status).To(Equal(http.StatusBadRequest))
		Expect(calls.Send(ctx, "POST", at, body).Status).To(Equal(http.StatusBadRequest), "without credentials")
		Expect(calls.Send(ctx, "GET", at+"/x", "", key...).Status).To(Equal(http.StatusNotFound))
		Expect(sim.Faults()).To(HaveLen(1))
		Expect(calls.Send(ctx, "POST", at, body, key...).Body).To(ContainSubstring(`"flow":"early"`))
		Expect(sim.Faults()).To(BeEmpty())
		Expect(sim.AddFault(simulator.Fault{Kind: "page"})).To(Succeed())
		got := calls.Send(ctx, "GET", at+"/order-42", "")
		Expect(got.Status).To(Equal(http.StatusForbidden))
		Expect(got.Header.Get("Content-Type")).To(Equal("text/html"))
	})

	DescribeTable("that cannot be one is refused:", func(want string, change func(*simulator.Behaviour)) {
		behaviour := acmeBehaviour
		behaviour.Variants = map[string]simulator.Variant{}
		change(&behaviour)
		_, err := simulator.New(simulator.Options{}, plain(behaviour))
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("of a cause's name", `acme: two kinds of fault are called "no balance"`, func(b *simulator.Behaviour) {
			b.Variants["no balance"] = simulator.Variant{}
		}),
		Entry("of a general name", `two kinds of fault are called "reset"`, func(b *simulator.Behaviour) {
			b.Variants["reset"] = simulator.Variant{}
		}),
		Entry("of no operation", `"late" is of "pay", which the document lacks`, func(b *simulator.Behaviour) {
			b.Variants["late"] = simulator.Variant{Answers: answering{"pay": nil}}
		}),
	)
})

var _ = Describe("A cause", func() {
	DescribeTable("is refused where it would be without effect:", func(want string, f simulator.Fault) {
		sim, _ := calls.Serving(simulator.Options{}, varied(), bolt())
		Expect(sim.AddFault(f)).To(MatchError(ContainSubstring(want)))
		Expect(sim.Faults()).To(BeEmpty())
	},
		Entry("an operation that does not document it",
			`does not document "no balance", which would be without effect; it is documented for openJourney`,
			simulator.Fault{Provider: "acme", Operation: "getJourney", Kind: "no balance"}),
		Entry("the same, of any provider", `getJourney does not document "no balance"`,
			simulator.Fault{Operation: "getJourney", Kind: "no balance"}),
		Entry("another provider's", `no kind "night"`, simulator.Fault{Provider: "acme", Kind: "night"}),
		Entry("another provider's operation", `close does not document "no balance"`,
			simulator.Fault{Operation: "close", Kind: "no balance"}),
		Entry("a variant of another operation", `openJourney does not document "page"`,
			simulator.Fault{Operation: "openJourney", Kind: "page"}),
	)

	It("of which no operation has the example is refused", func() {
		behaviour := acmeBehaviour
		behaviour.Causes = map[string][]string{"eclipse": {"503/eclipse"}}
		sim, _ := calls.Serving(simulator.Options{}, plain(behaviour))
		Expect(sim.AddFault(simulator.Fault{Kind: "eclipse"})).
			To(MatchError(ContainSubstring(`no operation documents "eclipse"`)))
	})

	It("is taken where it has one", func() {
		sim, _ := calls.Serving(simulator.Options{}, varied(), bolt())
		for _, f := range []simulator.Fault{
			{Operation: "openJourney", Kind: "no balance"}, {Kind: "night"}, {Operation: "close", Kind: "night"},
			{Operation: "close", Kind: simulator.Status},
			{Provider: "acme", Operation: "getJourney", Kind: "page"},
		} {
			Expect(sim.AddFault(f)).To(Succeed())
		}
	})
})
