package simulator_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("A behaviour", func() {
	// serving is acme, which opens journeys so.
	serving := func(open func(*simulator.Exchange) simulator.Reply) (*simulator.Simulator, func(string) calls.Answer) {
		own := acme()
		behaviour := acmeBehaviour
		behaviour.Operations = map[string]func(*simulator.Exchange) simulator.Reply{"openJourney": open}
		own.Behaviour = &behaviour
		sim, server := calls.Serving(simulator.Options{}, own)
		return sim, func(body string) calls.Answer {
			return calls.Send(GinkgoT().Context(), "POST", server.URL+"/acme/journeys", body, "x-acme-key", acmeKey)
		}
	}
	opened := func(x *simulator.Exchange, j *simulator.Journey) simulator.Reply {
		put := simulator.Values{"/id": simulator.Quote(j.ID), "/url": simulator.Quote(j.ConsentURL())}
		return x.Say(put, "200/opened")
	}

	It("gives a consent URL the life that its caller asks for", func(ctx SpecContext) {
		var j *simulator.Journey
		sim, open := serving(func(x *simulator.Exchange) simulator.Reply {
			j = x.StartFor(25*time.Minute, x.Text("id"), "", nil, "")
			return opened(x, j)
		})
		address := open(`{"id":"one"}`).Member("url")
		Expect(j.Life).To(Equal(25 * time.Minute))
		sim.Advance(24 * time.Minute)
		late := open(`{"id":"two"}`).Member("url")
		_, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, address)
		Expect(err).NotTo(HaveOccurred(), "before its end")
		sim.Advance(25*time.Minute + time.Second)
		_, err = simulator.NewVisitor(simulator.Complete).Allow(ctx, late)
		Expect(err).To(MatchError(ContainSubstring("has expired")))
	})

	It("finds the newest journey whose user returns to an address", func() {
		var found *simulator.Journey
		_, open := serving(func(x *simulator.Exchange) simulator.Reply {
			found = x.FindReturn(x.Text("return_to"))
			return opened(x, x.Start(x.Text("id"), x.Text("return_to"), nil, ""))
		})
		for _, id := range []string{"one", "two"} {
			open(`{"id":"` + id + `","return_to":"https://shop.example/a"}`)
		}
		Expect(found.ID).To(Equal("one"))
		open(`{"id":"three","return_to":"https://shop.example/b"}`)
		Expect(found).To(BeNil())
		open(`{"id":"four","return_to":"https://shop.example/a"}`)
		Expect(found.ID).To(Equal("two"))
	})

	It("is told what was done with a journey before", func() {
		var before []bool
		_, open := serving(func(x *simulator.Exchange) simulator.Reply {
			j := x.Start(x.Text("id"), "", nil, "")
			before = []bool{
				j.Marked("listed"), x.Mark(j, "listed"), j.Marked("listed"), x.Mark(j, "listed"), x.Mark(j, "other"),
			}
			return opened(x, j)
		})
		open(`{"id":"one"}`)
		Expect(before).To(Equal([]bool{false, false, true, true, false}))
	})
})
