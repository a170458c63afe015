package eko_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/eko"
	"example.com/digilocker/contract/simulator"
)

// signed are the headers of a call, and others.
func signed(at time.Time, key string, others ...string) []string {
	timestamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(base64.StdEncoding.EncodeToString([]byte(key))))
	mac.Write([]byte(timestamp))
	return append([]string{
		"developer_key", eko.SimulatorDeveloperKey, "secret-key-timestamp", timestamp,
		"secret-key", base64.StdEncoding.EncodeToString(mac.Sum(nil)), "Content-Type", "application/json",
	}, others...)
}

var _ = Describe("The simulator's Eko", func() {
	It("sends users back with what is documented, behind what the shop's address has", func(ctx SpecContext) {
		_, back, _ := calls.RoundTrip(ctx, eko.Provider)
		Expect(back.Query()).To(Equal(url.Values{"cart": {"7"}, "verification_id": {back.Query().Get("verification_id")}}))
		Expect(back.Query().Get("verification_id")).NotTo(BeEmpty(), "Eko's own, which Fetch needs")
	})

	const path = "/eko/tools/kyc/digilocker"

	DescribeTable("checks credentials:", func(ctx SpecContext, want int, header func() []string) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(eko.Provider)...)
		Expect(calls.Send(ctx, "POST", server.URL+path, "{}", header()...).Status).To(Equal(want))
	},
		Entry("none", 403, func() []string { return nil }),
		Entry("an old time", 403, func() []string {
			return signed(time.Now().Add(-6*time.Minute), eko.SimulatorAccessKey)
		}),
		Entry("a time to come", 403, func() []string {
			return signed(time.Now().Add(6*time.Minute), eko.SimulatorAccessKey)
		}),
		Entry("another access key", 403, func() []string { return signed(time.Now(), "another") }),
		Entry("another developer key", 403, func() []string {
			return signed(time.Now(), eko.SimulatorAccessKey, "developer_key", "another")
		}),
		Entry("right ones", 200, func() []string { return signed(time.Now(), eko.SimulatorAccessKey) }),
		Entry("right ones and a form", 415, func() []string {
			return signed(time.Now(), eko.SimulatorAccessKey, "Content-Type", "application/x-www-form-urlencoded")
		}),
	)

	It("knows its paths and their methods", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(eko.Provider)...)
		header := signed(time.Now(), eko.SimulatorAccessKey)
		Expect(calls.Send(ctx, "GET", server.URL+path, "", header...).Status).To(Equal(405))
		Expect(calls.Send(ctx, "POST", server.URL+"/eko/tools/kyc/wallet", "{}", header...).Status).To(Equal(404))
	})

	DescribeTable("tells what is decided here:", func(ctx SpecContext, says string, holds func(context.Context, rig)) {
		Expect(eko.Provider.Simulator.Unpublished).To(ContainElement(says))
		holds(ctx, newRig())
	},
		Entry("a refusal", "A journey that was refused stays pending until it expires.",
			func(ctx context.Context, r rig) {
				consent, _ := r.journey(ctx, false)
				_, err := simulator.NewVisitor(simulator.Complete).Deny(ctx, consent.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				Expect(r.adapter.Status(ctx, consent.Ref)).To(HaveField("State", kyc.Pending))
				r.sim.Advance(simulator.LinkLife + time.Second)
				_, err = r.adapter.Status(ctx, consent.Ref)
				Expect(err).To(MatchError(kyc.ErrNotFound))
			}),
		Entry("no Aadhaar", "Without Aadhaar, getStatus is a success with an empty document_consent, and getDocument says 327.",
			func(ctx context.Context, r rig) {
				consent, _ := r.journey(ctx, false)
				back, err := simulator.NewVisitor(simulator.WithoutAadhaar).Allow(ctx, consent.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				state, err := r.adapter.Status(ctx, consent.Ref)
				Expect(err).NotTo(HaveOccurred())
				Expect(string(state.Raw.Bytes())).To(And(
					ContainSubstring(`"status":0,`), ContainSubstring(`"document_consent":[]`)))
				said, err := kyc.Complete(ctx, r.adapter, consent.Ref, back)
				Expect(err).NotTo(HaveOccurred())
				_, err = r.adapter.Fetch(ctx, said.Ref, kyc.Aadhaar)
				Expect(err).To(HaveField("Code", "327"))
			}),
		Entry("another document", "A document_requested that is not AADHAAR gets 461.",
			func(ctx context.Context, r rig) {
				got := r.post(ctx, "", "application/json", strings.Replace(asking(ofAccount), "AADHAAR", "PAN", 1))
				Expect(got.Body).To(MatchRegexp(`"status":461,.*"document_requested"`))
			}),
		Entry("an app's address", "A redirect_url of an app's own scheme gets 301, as one that is no address.",
			func(ctx context.Context, r rig) {
				got := r.post(ctx, "", "application/json", strings.Replace(asking(ofAccount), "https:", "shop:", 1))
				Expect(got.Body).To(ContainSubstring(`"response_status_id":301`))
			}),
		Entry("bodies", "HTTP 403, 415 and 500 have no body; 405 says so in a line of text, "+
			"and 404 tells the base URLs.",
			func(ctx context.Context, r rig) {
				Expect(r.post(ctx, "", "application/json", "{}", "secret-key", "wrong").Body).To(BeEmpty())
				Expect(r.post(ctx, "", "text/plain", "{}").Body).To(BeEmpty())
				Expect(r.post(ctx, "/wallet", "application/json", "{}").Body).To(ContainSubstring(r.server.URL + "/eko."))
				got := calls.Send(ctx, "GET", r.server.URL+path, "")
				Expect(got.Body).To(Equal("Method Not Allowed\n"))
				r.fault(simulator.Status)
				got = r.post(ctx, "", "application/json", asking(ofAccount))
				Expect(got.Status).To(Equal(http.StatusInternalServerError))
				Expect(got.Body).To(BeEmpty())
			}),
		Entry("the clock of signatures", "A secret-key-timestamp may be five minutes off the callers' real clock; "+
			"moving the simulator's changes nothing.",
			func(ctx context.Context, r rig) {
				r.sim.Advance(48 * time.Hour)
				Expect(r.post(ctx, "", "application/json", asking(ofAccount)).Body).To(ContainSubstring(`"status":0`))
			}),
	)

	It("shows every credential that a request can have", func(ctx SpecContext) {
		page := calls.Send(ctx, "GET", newRig().server.URL+"/", "").Body
		for _, c := range []simulator.Credential{
			{Name: "developer_key", Value: eko.SimulatorDeveloperKey}, {Name: "access_key", Value: eko.SimulatorAccessKey},
			{Name: "initiator_id", Value: eko.SimulatorInitiatorID}, {Name: "user_code", Value: eko.SimulatorUserCode},
		} {
			Expect(page).To(MatchRegexp("<dt>" + c.Name + "</dt><dd[^>]*><code>" + c.Value + "</code>"))
		}
	})

	DescribeTable("is not reached under its own hosts:", func(ctx SpecContext, host string) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(eko.Provider)...)
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(http.StatusMisdirectedRequest))
		_, err := simulator.New(simulator.Options{BaseURL: "https://" + host}, provider.Simulated(eko.Provider)...)
		Expect(err).To(MatchError(ContainSubstring("must not pass for it")))
	},
		Entry("production", "api.eko.in"), Entry("its older port", "API.eko.in:25002"),
	)

	It("has no operation that another provider has, and no fault", func() {
		sim, _ := calls.Serving(simulator.Options{}, provider.Simulated(eko.Provider)...)
		Expect(sim.AddFault(simulator.Fault{Provider: "eko", Operation: "revoke", Kind: simulator.Reset})).
			To(MatchError(ContainSubstring(`no operation "revoke"`)))
		Expect(sim.AddFault(simulator.Fault{Provider: "eko", Kind: "source outage"})).
			To(MatchError(ContainSubstring(`no kind "source outage"`)))
	})
})
