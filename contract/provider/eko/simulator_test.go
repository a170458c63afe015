package eko_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

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
