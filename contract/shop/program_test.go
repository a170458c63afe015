package shop

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

var _ = Describe("The program", func() {
	serve := func(all []provider.Provider, args ...string) (stdout, stderr *buffer, end func() int) {
		ctx, cancel := context.WithCancel(context.Background())
		stdout, stderr = new(buffer), new(buffer)
		status := make(chan int, 1)
		go func() { status <- run(ctx, all, args, stdout, stderr) }()
		end = sync.OnceValue(func() int {
			cancel()
			return <-status
		})
		DeferCleanup(func() { end() })
		return stdout, stderr, end
	}
	// walked is what a whole journey through a shop among all providers leads to.
	walked := func(ctx context.Context, all []provider.Provider, args ...string) (page answer, logged string) {
		GinkgoHelper()
		first() // or there is nothing to walk through
		stdout, stderr, end := serve(all, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
		links := regexp.MustCompile(`https://[0-9.:]+[0-9]`)
		Eventually(ctx, func() []string { return links.FindAllString(stdout.String(), -1) }).Should(HaveLen(2), stderr.String())
		at := links.FindAllString(stdout.String(), -1)
		client := httptest.NewTLSServer(nil).Client()
		client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true // the certificate is of this run
		w := &world{origin: at[0], at: at[1], client: client}
		page = w.browser().walk(ctx, simulator.Complete)
		client.CloseIdleConnections()
		Expect(end()).To(Equal(0))
		Expect(stdout.String()).To(HaveSuffix("The shop has stopped. Its journeys are forgotten.\n"))
		return page, stderr.String()
	}

	DescribeTable("runs a whole journey", func(ctx SpecContext, p provider.Provider) {
		page, logged := walked(ctx, providers.All, "-provider", p.Name)
		want, log := "Number ending in 0001 verified", "^$"
		if !handsOutFiles(p) {
			want = "no signed file"
		}
		if can(kyc.CanParseWebhook)(p) {
			log = `^time=\S+ level=INFO msg="a webhook came" event=\S+ state=granted\n$`
		}
		Expect(page.Text).To(ContainSubstring(want))
		Expect(logged).To(MatchRegexp(log))
	}, each())

	It("takes the first provider that it can, and leaves those of which there is only a part", func(ctx SpecContext) {
		page, _ := walked(ctx, append([]provider.Provider{acme}, providers.All...))
		Expect(page.Text).To(ContainSubstring("Fake Complete"))
	})

	// refused is why a shop among all providers is none.
	refused := func(ctx context.Context, all []provider.Provider, args ...string) string {
		GinkgoHelper()
		stderr := new(buffer)
		Expect(run(ctx, all, args, GinkgoWriter, stderr)).To(Equal(2))
		return stderr.String()
	}

	It("is refused where there are only parts of providers, or none at all", func(ctx SpecContext) {
		Expect(refused(ctx, []provider.Provider{acme})).To(ContainSubstring("so that there is nobody to ask"))
		Expect(refused(ctx, []provider.Provider{})).To(ContainSubstring("so that there is nobody to ask"))
	})

	It("is refused for a provider of which there is only a part", func(ctx SpecContext) {
		first() // beside which it is chosen
		Expect(refused(ctx, append([]provider.Provider{acme}, providers.All...), "-provider", "acme")).To(ContainSubstring(
			"shop: acme lacks an adapter that reads documents, or a behaviour at the simulator; choose one of " + strings.Join(provider.Names(usable), ", "),
		))
	})

	It("says what its flags are where there is no provider", func(ctx SpecContext) {
		stderr := new(buffer)
		Expect(run(ctx, nil, []string{"-h"}, GinkgoWriter, stderr)).To(Equal(0))
		Expect(stderr.String()).To(And(ContainSubstring("until it is interrupted"), ContainSubstring("-provider name")))
	})

	It("needs no account of a provider that asks for none", func() {
		p := acme
		p.Simulator = new(simulator.Behaviour)
		p.Adapter = &provider.Adapter{Documents: []kyc.Document{kyc.Aadhaar}, New: func(_ string, account provider.Values, _ *http.Client) (kyc.Provider, error) {
			Expect(account).To(BeEmpty())
			return nowhere{}, nil
		}}
		Expect(supported([]provider.Provider{p})).To(HaveLen(1))
		sim, err := simulator.New(simulator.Options{}, provider.Simulated(p)...)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(sim.Close)
		config, err := configure(p, sim, "https://127.0.0.1:1", http.DefaultClient, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(config.Provider).To(Equal(nowhere{}))
	})

	DescribeTable("says what is wrong", func(status int, want string, args ...string) {
		first()                                                               // or that is what is wrong
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // should it run all the same
		defer cancel()
		stderr := new(buffer)
		Expect(Run(ctx, args, nil, GinkgoWriter, stderr)).To(Equal(status))
		Expect(stderr.String()).To(ContainSubstring(want))
	},
		Entry("with the provider", 2, `there is no provider "nobody"; there is `+strings.Join(provider.Names(usable), ", "), "-provider", "nobody"),
		Entry("with an argument", 2,
			`"acme" means nothing here; -provider names a provider, and -addr says where to listen, `+
				"such as -addr 127.0.0.1:8443\n", "acme"),
		Entry("with nothing, and says what its flags are", 0, "-provider name", "-h"),
		Entry("with a flag", 2, "flag provided but not defined", "-port", "1"),
		Entry("with an address", 2, "shop: -addr 8443 is no host and port, such as 127.0.0.1:8443\n", "-addr", "8443"),
		Entry("with an address that is not here", 1, "cannot listen on 192.0.2.1:0", "-addr", "192.0.2.1:0"),
		Entry("with an address that is open to others", 2, "take a loopback address", "-addr", "0.0.0.0:0"),
	)

	It("ends where nobody learns where it is", func(ctx SpecContext) {
		first()
		reader, closed := io.Pipe()
		Expect(reader.Close()).To(Succeed())
		limited, cancel := context.WithTimeout(ctx, time.Minute) // should it run all the same
		defer cancel()
		stderr := new(buffer)
		Expect(Run(limited, []string{"-addr", "127.0.0.1:0"}, nil, closed, stderr)).To(Equal(1))
		Expect(limited.Err()).NotTo(HaveOccurred())
		Expect(stderr.String()).To(Equal("shop: not all of the output was written: io: read/write on closed pipe\n"))
	})

	It("says that the port is taken", func(ctx SpecContext) {
		first()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer func() { _ = listener.Close() }()
		stderr := new(buffer)
		Expect(Run(ctx, []string{"-addr", listener.Addr().String()}, nil, GinkgoWriter, stderr)).To(Equal(1))
		Expect(stderr.String()).To(ContainSubstring("is taken"))
	}, SpecTimeout(2*time.Minute))
})
