package contract

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/recording"
)

// simulatorSpecs set up what each case is given, sends its request over HTTP and
// compares what comes with the documented example, which the request does not name.
func (suite *Suite) simulatorSpecs() {
	ginkgo.Describe("simulator", ginkgo.Label("simulator"), func() {
		suite.each(ledger.Simulator, func(ctx ginkgo.SpecContext, d *example.Document, e example.Entry) []example.Fault {
			c, err := suite.cases.Of(e.ID)
			if err != nil {
				return []example.Fault{{Want: "a case", Got: err.Error()}}
			}
			s := suite.attempt(e, c)
			for _, step := range c.Given {
				s.do(ctx, step)
			}
			switch e.Direction {
			case example.Redirect:
				return s.judgeReturn(c.With)
			case example.Webhook:
				gomega.Expect(s.webhooks).To(gomega.HaveLen(1))
				return s.judgeBody(e.Value, s.webhooks[0].Body, nil)
			}
			if suite.opts.Record == "" {
				return s.judgeExchange(ctx)
			}
			recorder := s.recorder()
			s.transport = recorder
			faults := s.judgeExchange(ctx)
			if len(faults) == 0 {
				s.keep(recorder, recording.Simulator)
			}
			return faults
		})
	})
}
