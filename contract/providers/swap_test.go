package providers_test

import (
	"context"
	"net/url"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// verified is the README's first program from Start on, whoever the provider is. visit is
// the user.
func verified(ctx context.Context, provider kyc.Provider, visit func(*kyc.Consent) *url.URL) (kyc.Waited, error) {
	GinkgoHelper()
	must := func(err error) { Expect(err).NotTo(HaveOccurred()) }
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)
	back := visit(consent)
	said, err := kyc.Complete(ctx, provider, consent.Ref, back)
	must(err)
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})
	return got, err
}

var _ = Describe("The README's first program", func() {
	It("is the one that is tried here", func() {
		readme, err := os.ReadFile("../../README.md")
		Expect(err).NotTo(HaveOccurred())
		_, program, _ := strings.Cut(string(readme), "```go\n")
		program, _, _ = strings.Cut(program, "```")
		_, program, found := strings.Cut(program, "Options{})\n")
		Expect(found).To(BeTrue(), "it makes a provider first")
		own, err := os.ReadFile("swap_test.go")
		Expect(err).NotTo(HaveOccurred())
		rest := strings.ReplaceAll(string(own), "\t", "")
		lines := 0
		for line := range strings.Lines(program) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "//") {
				continue
			}
			_, after, there := strings.Cut(rest, "\n"+line+"\n")
			Expect(there).To(BeTrue(), "%q is not tried, or not in this order", line)
			rest = "\n" + after
			lines++
		}
		Expect(lines).To(BeNumerically(">", 4))
	})

	for _, p := range providers.All {
		if p.Adapter == nil || p.Simulator == nil {
			continue
		}
		It("ends with the document at "+p.Named(), func(ctx SpecContext) {
			_, server := calls.Serving(simulator.Options{}, provider.Simulated(p)...)
			a, err := p.Adapter.New(server.URL+"/"+p.Name, p.Account.Simulated(), server.Client())
			Expect(err).NotTo(HaveOccurred())
			got, err := verified(ctx, a, func(c *kyc.Consent) *url.URL {
				back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, c.URL.Reveal())
				Expect(err).NotTo(HaveOccurred())
				return back
			})
			Expect(err).NotTo(HaveOccurred())
			if got.Record.Unopened { // which Options.Verify would open
				file := got.Record.File // by its link, or with its content where there is none
				Expect(file.Link.IsZero()).To(Equal(len(file.Content.Bytes()) > 0))
				return
			}
			Expect(got.Record.Person.Name.Reveal()).To(BeElementOf("Fake Complete", "FAKE COMPLETE"))
		})
	}
})
