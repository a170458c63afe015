package eko_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/eko"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/gen/ekoapi"
	"example.com/digilocker/specs/document"
)

// rig is a simulator of Eko with the adapter over it.
type rig struct {
	sim     *simulator.Simulator
	server  *httptest.Server
	adapter kyc.Provider
}

func newRig() rig {
	GinkgoHelper()
	sim, server := calls.Serving(simulator.Options{}, provider.Simulated(eko.Provider)...)
	a, err := eko.Provider.Adapter.New(server.URL+"/eko", eko.Provider.Account.Simulated(), server.Client())
	Expect(err).NotTo(HaveOccurred())
	return rig{sim, server, a}
}

// fault sets a fault, and takes away all others.
func (r rig) fault(kind string) {
	GinkgoHelper()
	r.sim.ClearFaults()
	Expect(r.sim.AddFault(simulator.Fault{Provider: "eko", Kind: kind})).To(Succeed())
}

func (r rig) start(ctx context.Context) (*kyc.Consent, error) {
	return r.adapter.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
}

// asking is the body of a request for a journey, with these members in the place of, or behind,
// the account's.
func asking(members string) string {
	return `{` + members + `,"document_requested":["AADHAAR"],"redirect_url":"https://shop.example/back"}`
}

const ofAccount = `"initiator_id":"9962981729"`

// journey is a journey, and where its user returns to if the user is to consent.
func (r rig) journey(ctx context.Context, consents bool) (*kyc.Consent, *url.URL) {
	GinkgoHelper()
	consent, err := r.start(ctx)
	Expect(err).NotTo(HaveOccurred())
	if !consents {
		return consent, nil
	}
	back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return consent, back
}

// post sends a body that may be no JSON.
func (r rig) post(ctx context.Context, path, mediaType, body string, header ...string) calls.Answer {
	GinkgoHelper()
	all := append(signed(time.Now(), eko.SimulatorAccessKey, "Content-Type", mediaType), header...)
	return calls.Send(ctx, "POST", r.server.URL+"/eko/tools/kyc/digilocker"+path, body, all...)
}

// Seen in public integrator code, and not published.
var _ = Describe("The ways to Eko's answers", Label("simulator"), func() {
	// prose is what stands behind a word in the description of a member of every answer.
	prose := func(member, word string) string {
		GinkgoHelper()
		root, err := document.Parse("eko", ekoapi.OpenAPI)
		Expect(err).NotTo(HaveOccurred())
		text := document.At(root, "/components/schemas/CreateURLAnswer/properties/"+member+"/description")
		_, list, found := strings.Cut(text.Value, word)
		Expect(found).To(BeTrue(), text.Value)
		return list
	}
	// shows says whether some way leads to that value.
	shows := func(pointer, value string) bool {
		GinkgoHelper()
		ways, err := eko.Provider.Ways()
		Expect(err).NotTo(HaveOccurred())
		for _, way := range ways.Answers {
			if way.Shows[pointer] == value {
				return true
			}
		}
		return false
	}

	It("lead to every code of the tables, which stand in prose", Label("EK-D13"), func() {
		codes := regexp.MustCompile(`[0-9]+`).FindAllString(prose("status", "In the table for all APIs:"), -1)
		Expect(len(codes)).To(BeNumerically(">", 10))
		for _, code := range codes {
			Expect(shows("/status", code)).To(BeTrue(), "code %s has no way", code)
		}
		for _, code := range []string{"301", "327", "463"} {
			Expect(shows("/response_status_id", code)).To(BeTrue(), "code %s has no way", code)
		}
	})

	It("lead to every message that is listed without a code", Label("EK-D44"), func() {
		messages := strings.Split(strings.Trim(prose("message", "without a code:"), " ."), "; ")
		Expect(messages).To(HaveLen(6))
		for _, message := range messages {
			Expect(shows("/message", message)).To(BeTrue(), "%s has no way", message)
		}
	})
})

var _ = Describe("The simulator's Eko, as integrators have met it,", Label("simulator"), func() {
	It("has two ids of which neither stands for the other", Label("EK-D32", "EK-D33"), func(ctx SpecContext) {
		r := newRig()
		consent, back := r.journey(ctx, true)
		second := back.Query().Get("verification_id")
		Expect(second).To(MatchRegexp(`^[0-9]{10}$`))
		Expect(second).NotTo(Equal(string(consent.Ref)))

		_, err := r.adapter.Fetch(ctx, consent.Ref, kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrNotFound), "the first id alone, which then stands for both")
		_, err = r.adapter.Fetch(ctx, consent.Ref+kyc.Ref("."+second[:9]+"0"), kyc.Aadhaar)
		Expect(err).To(MatchError(kyc.ErrNotFound))
		_, err = r.adapter.Status(ctx, kyc.Ref(second))
		Expect(err).To(MatchError(kyc.ErrNotFound), "the second in the place of the first")

		said, err := kyc.Complete(ctx, r.adapter, consent.Ref, back)
		Expect(err).NotTo(HaveOccurred())
		record, err := r.adapter.Fetch(ctx, said.Ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(record.Person.Name.Reveal()).To(Equal("Fake Complete"))
	})

	It("has for each journey ids of its own", Label("EK-D33"), func(ctx SpecContext) {
		r, seen := newRig(), map[string]bool{}
		for range 3 {
			consent, back := r.journey(ctx, true)
			for _, id := range []string{string(consent.Ref), back.Query().Get("verification_id")} {
				Expect(seen).NotTo(HaveKey(id))
				seen[id] = true
			}
		}
	})

	It("may tell the second id at once", Label("EK-D2", "EK-D32"), func(ctx SpecContext) {
		r := newRig()
		r.fault("verification id")
		consent, back := r.journey(ctx, true)
		Expect(string(consent.Ref)).To(HaveSuffix("." + back.Query().Get("verification_id")))
		Expect(r.adapter.Fetch(ctx, consent.Ref, kyc.Aadhaar)).NotTo(BeNil())
	})

	It("may tell both ids as texts", Label("EK-D37"), func(ctx SpecContext) {
		r := newRig()
		got := r.post(ctx, "", "application/json", asking(ofAccount),
			"Prefer", "variant=ids-as-text")
		Expect(got.Body).To(MatchRegexp(`"data":\{"verification_id":"[0-9]{10}","reference_id":"[0-9]{7}",`))
		Expect(got.Header.Get("Preference-Applied")).To(Equal(`variant="ids-as-text"`))
		r.fault("ids as text")
		consent, _ := r.journey(ctx, true)
		Expect(r.adapter.Fetch(ctx, consent.Ref, kyc.Aadhaar)).NotTo(BeNil())
	})

	It("may spell the second id otherwise in the return", Label("EK-D33"), func(ctx SpecContext) {
		r := newRig()
		r.fault("return with verificationId")
		consent, back := r.journey(ctx, true)
		Expect(back.Query()).To(And(HaveKey("verificationId"), Not(HaveKey("verification_id"))))
		said, err := kyc.Complete(ctx, r.adapter, consent.Ref, back)
		Expect(err).NotTo(HaveOccurred())
		Expect(r.adapter.Fetch(ctx, said.Ref, kyc.Aadhaar)).NotTo(BeNil())
	})

	It("may take a form, and not a wrong signature with it", Label("EK-D20", "EK-D31"), func(ctx SpecContext) {
		const form = "application/x-www-form-urlencoded"
		r := newRig()
		body := "initiator_id=9962981729&document_requested=AADHAAR&source=API" +
			"&redirect_url=https%3A%2F%2Fshop.example%2Fback"
		Expect(r.post(ctx, "", form, body).Status).To(Equal(http.StatusUnsupportedMediaType))
		r.fault("form")
		got := r.post(ctx, "", form, body)
		Expect(got.Body).To(ContainSubstring("DigiLocker URL created successfully"))
		Expect(r.post(ctx, "", form, body, "secret-key", "wrong").Status).To(Equal(http.StatusForbidden))
		link := regexp.MustCompile(r.server.URL + `/consent/[^"]+`).FindString(got.Body)
		back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, link)
		Expect(err).NotTo(HaveOccurred())
		reference := regexp.MustCompile(`"reference_id":([0-9]+)`).FindStringSubmatch(got.Body)[1]
		got = r.post(ctx, "/document", form, "initiator_id=9962981729&document_type=AADHAAR&source=API"+
			"&reference_id="+reference+"&verification_id="+back.Query().Get("verification_id"))
		Expect(got.Body).To(ContainSubstring(`"name":"Fake Complete"`))
	})

	It("may answer a long id by a page, and no other", Label("EK-D34"), func(ctx SpecContext) {
		r := newRig()
		body := func(id string) string {
			return asking(ofAccount + `,"client_ref_id":"` + id + `"`)
		}
		long := body(strings.Repeat("a", 21))
		Expect(r.post(ctx, "", "application/json", long).Body).To(ContainSubstring(`"status":461`))
		r.fault("page for a long id")
		got := r.post(ctx, "", "application/json", long)
		Expect(got.Status).To(Equal(http.StatusForbidden))
		Expect(got.Header.Get("Content-Type")).To(Equal("text/html"))
		got = r.post(ctx, "", "application/json", asking(ofAccount+`,"client_ref_id":`+strings.Repeat("9", 21)))
		Expect(got.Status).To(Equal(http.StatusForbidden), "a long number")
		Expect(r.post(ctx, "", "application/json", body("a")).Body).To(ContainSubstring(`"status":0`))
	})

	It("may say pending by a success", Label("EK-D15", "EK-D35"), func(ctx SpecContext) {
		r := newRig()
		consent, _ := r.journey(ctx, false)
		r.fault("pending as a success")
		state, err := r.adapter.Status(ctx, consent.Ref)
		Expect(err).NotTo(HaveOccurred())
		Expect(state.State).To(Equal(kyc.Pending))
		Expect(string(state.Raw.Bytes())).To(ContainSubstring(`"status":0,`))
		Expect(string(state.Raw.Bytes())).To(ContainSubstring(`"user_details":{}`))
		_, err = r.adapter.Fetch(ctx, consent.Ref, kyc.Aadhaar)
		Expect(err).To(And(MatchError(kyc.ErrPending), HaveField("Code", "PENDING")))
	})

	DescribeTable("may give the document in another form", func(ctx SpecContext, kind, form string) {
		r := newRig()
		consent, back := r.journey(ctx, true)
		said, err := kyc.Complete(ctx, r.adapter, consent.Ref, back)
		Expect(err).NotTo(HaveOccurred())
		r.fault(kind)
		record, err := r.adapter.Fetch(ctx, said.Ref, kyc.Aadhaar)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(record.Raw.Bytes())).To(MatchRegexp(form))
		Expect(record.Person.Name.Reveal()).To(Equal("Fake Complete"))
	},
		Entry("flat, with a number for a reference_id", Label("EK-D22", "EK-D37"), "flat document",
			`"data":\{"care_of":.*"uid":"[0-9]{12}","reference_id":[0-9]+\}`),
		Entry("in a list of one", Label("EK-D41"), "data in a list", `"data":\[\{"verification_status".*\}\]\}$`),
	)

	It("may give the document beside the envelope", Label("EK-D41"), func(ctx SpecContext) {
		r := newRig()
		consent, back := r.journey(ctx, true)
		r.fault("data beside the envelope")
		got := r.post(ctx, "/document", "application/json", `{"initiator_id":"9962981729","document_type":["AADHAAR"],`+
			`"reference_id":"`+string(consent.Ref)+`","verification_id":"`+back.Query().Get("verification_id")+`"}`)
		Expect(got.Body).To(MatchRegexp(`^\{"status":0,.*,"care_of":.*"name":"Fake Complete".*"reference_id":\d+\}$`))
		Expect(got.Body).NotTo(ContainSubstring(`"data"`))
	})

	It("may have no status call, so that the document tells the state", Label("EK-D30"), func(ctx SpecContext) {
		for _, kind := range []string{"no status call", "no mapping rule"} {
			r := newRig()
			consent, back := r.journey(ctx, true)
			said, err := kyc.Complete(ctx, r.adapter, consent.Ref, back)
			Expect(err).NotTo(HaveOccurred())
			r.sim.ClearFaults()
			Expect(r.sim.AddFault(simulator.Fault{Provider: "eko", Operation: "getStatus", Kind: kind})).To(Succeed())
			_, err = r.adapter.Status(ctx, said.Ref)
			Expect(err).To(And(MatchError(kyc.ErrUnavailable), HaveField("Status", 404)))
			known := kyc.Waiting{Last: consent, Return: said}
			saw, err := kyc.WaitFetch(ctx, r.adapter, consent.Ref, kyc.Aadhaar, known)
			Expect(err).NotTo(HaveOccurred())
			Expect(saw.Record.Person.Name.Reveal()).To(Equal("Fake Complete"))
		}
	})

	DescribeTable("may refuse by", func(ctx SpecContext, kind string, want kyc.Err) {
		r := newRig()
		consent, _ := r.journey(ctx, false)
		r.fault(kind)
		_, err := r.adapter.Fetch(ctx, consent.Ref, kyc.Aadhaar)
		Expect(err).To(MatchError(want))
	},
		Entry("a code of Cashfree's", Label("EK-D36"), "session expired", kyc.ErrExpired),
		Entry("HTTP 204, for a product", Label("EK-D44"), "product not enabled", kyc.ErrNotAllowed),
		Entry("a page and 403, for a product", Label("EK-D40", "EK-D44"), "forbidden page", kyc.ErrNotAllowed),
		Entry("HTTP 401 with JSON", Label("EK-D28", "EK-D40"), "unauthorized", kyc.ErrCredentials),
		Entry("HTTP 401 with a page", Label("EK-D28", "EK-D40"), "unauthorized page", kyc.ErrCredentials),
		Entry("a message for a product", Label("EK-D44"), "customer not allowed", kyc.ErrNotAllowed),
		Entry("a message for an agent", Label("EK-D44"), "agent not allowed", kyc.ErrNotAllowed),
		Entry("a message for a transaction", Label("EK-D44"), "agent not allowed the transaction", kyc.ErrNotAllowed),
		Entry("a message for a key", "production key wanted", kyc.ErrCredentials),
		Entry("a message that no rule of ours reads", Label("EK-D9"), "no key for response", kyc.ErrUnexpected),
		Entry("code 347", Label("EK-D13"), "no balance", kyc.ErrBalance),
		Entry("code 463", Label("EK-D13"), "user not found", kyc.ErrNotFound),
		Entry("code 1297", Label("EK-D13"), "agent not onboarded", kyc.ErrNotAllowed),
		Entry("code 327", Label("EK-D13"), "verification pending", kyc.ErrPending),
		Entry("code 945", Label("EK-D13"), "monthly limit", kyc.ErrUnexpected),
	)

	It("checks whose account a request is of", Label("EK-D1", "EK-D13"), func(ctx SpecContext) {
		r := newRig()
		for member, want := range map[string]string{
			`"initiator_id":"9999999999"`:                        `"status":319`,
			`"initiator_id":"9962981729","user_code":"99999999"`: `"status":346`,
			`"initiator_id":"9962981729","user_code":"20810200"`: `"status":0`,
			`"initiator_id":""`:                                  `"status":461`,
		} {
			got := r.post(ctx, "", "application/json", asking(member))
			Expect(got.Status).To(Equal(http.StatusOK))
			Expect(got.Body).To(ContainSubstring(want), member)
		}
		account := eko.Provider.Account.Simulated()
		account["EKO_INITIATOR_ID"] = "9999999999"
		a, err := eko.Provider.Adapter.New(r.server.URL+"/eko", account, nil)
		Expect(err).NotTo(HaveOccurred())
		_, err = rig{adapter: a}.start(ctx)
		Expect(err).To(And(MatchError(kyc.ErrCredentials), HaveField("Code", "319")))
	})

	DescribeTable("reads a number where a text is documented, and nothing else:", Label("EK-D1", "EK-D3", "EK-D9"),
		func(ctx SpecContext, members, want string) {
			r := newRig()
			if !strings.Contains(members, "initiator_id") {
				members = ofAccount + "," + members
			}
			got := r.post(ctx, "", "application/json", asking(members))
			Expect(got.Status).To(Equal(http.StatusOK))
			Expect(got.Body).To(ContainSubstring(want))
		},
		Entry("the account's initiator_id", `"initiator_id":9962981729`, `"status":0`),
		Entry("another initiator_id", `"initiator_id":9999999999`, `"status":319`),
		Entry("an initiator_id that is null", `"initiator_id":null`, `"invalid_params":{"initiator_id":"Is missing"}`),
		Entry("an initiator_id in a list", `"initiator_id":["9962981729"]`,
			`"invalid_params":{"initiator_id":"Must be a text"}`),
		Entry("the account's user_code", `"user_code":20810200`, `"status":0`),
		Entry("another user_code", `"user_code":1`, `"status":346`),
		Entry("a user_code that is null", `"user_code":null`, `"status":0`),
		Entry("a user_code that is an object", `"user_code":{}`, `"invalid_params":{"user_code":"Must be a text"}`),
		Entry("a client_ref_id of 20 digits", `"client_ref_id":99999999999999999999`, `"status":0`),
		Entry("a client_ref_id of 22 digits", `"client_ref_id":9999999999999999999999`,
			`"invalid_params":{"client_ref_id":"Client_ref_id too long"}`),
		Entry("a client_ref_id that is true", `"client_ref_id":true`,
			`"invalid_params":{"client_ref_id":"Must be a text"}`),
	)

	DescribeTable("looks for the second id once the user has decided:", Label("EK-D2", "EK-D3", "EK-D33"),
		func(ctx SpecContext, member, want string) {
			r := newRig()
			ask := func(consent *kyc.Consent, second string) string {
				return r.post(ctx, "/document", "application/json",
					`{`+ofAccount+`,"document_type":["AADHAAR"],"reference_id":`+string(consent.Ref)+second+`}`).Body
			}
			waiting, _ := r.journey(ctx, false)
			Expect(ask(waiting, strings.ReplaceAll(member, "ID", "9999999999"))).
				To(ContainSubstring(`"response_status_id":327`))
			consent, back := r.journey(ctx, true)
			Expect(ask(consent, strings.ReplaceAll(member, "ID", back.Query().Get("verification_id")))).
				To(ContainSubstring(want))
		},
		Entry("a text", `,"verification_id":"ID"`, `"name":"Fake Complete"`),
		Entry("a number", `,"verification_id":ID`, `"name":"Fake Complete"`),
		Entry("another number", `,"verification_id":1`, `"response_status_id":463`),
		Entry("none", ``, `"invalid_params":{"verification_id":"Is missing"}`),
		Entry("an empty one", `,"verification_id":""`, `"invalid_params":{"verification_id":"Is missing"}`),
		Entry("an object", `,"verification_id":{}`, `"invalid_params":{"verification_id":"Must be a text"}`),
	)

	It("says a code to those alone whose credentials are right", Label("EK-D13"), func(ctx SpecContext) {
		r := newRig()
		r.fault("no balance")
		got := r.post(ctx, "", "application/json", asking(ofAccount), "secret-key", "wrong")
		Expect(got.Status).To(Equal(http.StatusForbidden))
		Expect(r.post(ctx, "", "application/json", asking(ofAccount)).Body).To(ContainSubstring(`"status":347`))
	})

	It("does none of this unasked, and names what there is", func(ctx SpecContext) {
		r := newRig()
		got := r.post(ctx, "", "application/json", `{}`, "Prefer", "variant=flat-document")
		Expect(got.Status).To(Equal(http.StatusBadRequest))
		Expect(got.Body).To(ContainSubstring(`variant="flat-document" is no variant of createURL`))
		Expect(got.Body).To(ContainSubstring("\nverification-id\n"))
		Expect(r.sim.AddFault(simulator.Fault{Provider: "eko", Operation: "createURL", Kind: "flat document"})).
			To(MatchError(ContainSubstring("it is documented for getDocument")))
	})
})
