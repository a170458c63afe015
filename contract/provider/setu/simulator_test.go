package setu_test

import (
	"net/http"
	"net/url"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/provider/setu"
	"example.com/digilocker/contract/simulator"
)

// credentials are those of a call.
var credentials = []string{
	"x-client-id", setu.SimulatorClientID, "x-client-secret", setu.SimulatorClientSecret,
	"x-product-instance-id", setu.SimulatorProductInstanceID,
}

var _ = Describe("The simulator's Setu", func() {
	It("sends users back with what is documented, behind what the shop's address has", func(ctx SpecContext) {
		consent, back, said := calls.RoundTrip(ctx, setu.Provider)
		Expect(back.Query()).To(Equal(url.Values{"cart": {"7"}, "success": {"True"}, "id": {string(consent.Ref)}, "scope": {"ADHAR+PANCR+DRVLC"}}))
		Expect(said.Granted).To(Equal([]kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}))
	})

	DescribeTable("checks credentials:", func(ctx SpecContext, method, path string, header ...string) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(setu.Provider)...)
		Expect(calls.Send(ctx, method, server.URL+"/setu/api/digilocker"+path, "{}", header...).Status).To(Equal(401))
	},
		Entry("none", "POST", ""),
		Entry("a wrong product", "GET", "/documents",
			"x-client-id", setu.SimulatorClientID, "x-client-secret", setu.SimulatorClientSecret, "x-product-instance-id", "x"),
	)

	DescribeTable("is not reached under its own hosts:", func(ctx SpecContext, host string) {
		_, server := calls.Serving(simulator.Options{}, provider.Simulated(setu.Provider)...)
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", host).Status).To(Equal(http.StatusMisdirectedRequest))
		_, err := simulator.New(simulator.Options{BaseURL: "https://" + host}, provider.Simulated(setu.Provider)...)
		Expect(err).To(MatchError(ContainSubstring("must not pass for it")))
	},
		Entry("production", "dg.setu.co"), Entry("a whole domain", "setu.co"),
	)

	It("answers under a name that only ends like its own", func(ctx SpecContext) {
		_, server := calls.Serving(simulator.Options{BaseURL: "https://notsetu.co"}, provider.Simulated(setu.Provider)...)
		Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", "notsetu.co").Status).To(Equal(http.StatusOK))
	})

	It("keeps a request for RequestLife after its consent, and without one as long as its link", func(ctx SpecContext) {
		sim, server := calls.Serving(simulator.Options{}, provider.Simulated(setu.Provider)...)
		api := server.URL + "/setu/api/digilocker"
		begin := func() calls.Answer {
			return calls.Send(ctx, "POST", api, `{"redirectUrl":"https://shop.example/back"}`, credentials...)
		}
		status := func(id string) int { return calls.Send(ctx, "GET", api+"/"+id+"/status", "", credentials...).Status }
		kept, left := begin(), begin()
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, kept.Member("url"))
		Expect(err).NotTo(HaveOccurred())
		sim.Advance(simulator.LinkLife + time.Second)
		Expect(status(kept.Member("id"))).To(Equal(200))
		Expect(status(left.Member("id"))).To(Equal(404))
		sim.Advance(setu.RequestLife - simulator.LinkLife - time.Minute)
		Expect(status(kept.Member("id"))).To(Equal(200))
		sim.Advance(time.Minute)
		Expect(status(kept.Member("id"))).To(Equal(404))
	})
})
