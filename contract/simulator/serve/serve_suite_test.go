package serve

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
)

func TestServe(t *testing.T) {
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(time.Minute)
	RunSpecs(t, "contract/simulator/serve")
}

// output is what a run prints, readable while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// unlisted is a provider of which nobody has more than the document.
var unlisted = provider.Provider{Name: "unlisted", Document: []byte("openapi: 3.0.3\ninfo: {title: Unlisted, version: \"1\"}\npaths: {}\n")}

// titles are those of the providers that have a behaviour.
func titles() []string {
	var all []string
	for _, p := range providers.Simulated() {
		all = append(all, p.Title)
	}
	return all
}

// pemFile writes a key.
func pemFile(kind string, der []byte) string {
	GinkgoHelper()
	path := filepath.Join(GinkgoT().TempDir(), "key.pem")
	Expect(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)).To(Succeed())
	return path
}

var _ = Describe("The command", func() {
	It("serves until it is interrupted, and then says so", func(ctx SpecContext) {
		serving, stop := context.WithCancel(ctx)
		var out, errs output
		done := make(chan int)
		go func() { done <- Run(serving, []string{"-addr", "127.0.0.1:0"}, nil, &out, &errs) }()
		Eventually(out.String).Should(ContainSubstring("Ctrl-C stops it"))
		address := regexp.MustCompile(`http://\S+`).FindString(out.String())
		resp, err := http.Get(address + "/_control/clock")
		Expect(err).NotTo(HaveOccurred())
		resp.Body.Close()
		Expect(resp.StatusCode).To(Equal(http.StatusOK))
		stop()
		Eventually(done).Should(Receive(Equal(0)))
		Expect(out.String()).To(ContainSubstring("has stopped"))
		Expect(errs.String()).To(BeEmpty())
	})

	DescribeTable("serves what there is of the providers", func(ctx SpecContext, all []provider.Provider, shown []string) {
		serving, stop := context.WithCancel(ctx)
		var out, errs output
		done := make(chan int)
		go func() { done <- run(serving, all, []string{"-addr", "127.0.0.1:0"}, &out, &errs) }()
		DeferCleanup(func() {
			stop()
			Eventually(done).Should(Receive(Equal(0)), errs.String())
		})
		Eventually(out.String).Should(ContainSubstring("Ctrl-C stops it"))
		resp, err := http.Get(regexp.MustCompile(`http://\S+`).FindString(out.String()) + "/")
		Expect(err).NotTo(HaveOccurred())
		defer func() { _ = resp.Body.Close() }()
		page, err := io.ReadAll(resp.Body)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(http.StatusOK))
		for _, text := range shown {
			Expect(string(page)).To(ContainSubstring(text))
		}
		Expect(string(page)).NotTo(ContainSubstring("Unlisted"))
	},
		Entry("none at all", []provider.Provider{}, []string{}),
		Entry("none that has a behaviour", []provider.Provider{unlisted}, []string{}),
		Entry("one that has no behaviour, beside those that have", append([]provider.Provider{unlisted}, providers.All...), titles()),
	)

	It("says what to do when the port is taken", func(ctx SpecContext) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(listener.Close)
		var out, errs output
		Expect(Run(ctx, []string{"-addr", listener.Addr().String()}, nil, &out, &errs)).To(Equal(1))
		Expect(errs.String()).To(And(ContainSubstring("is taken"), ContainSubstring("-addr 127.0.0.1:0")))
	})

	It("ends where nobody learns where it is", func(ctx SpecContext) {
		var errs output
		reader, closed := io.Pipe()
		Expect(reader.Close()).To(Succeed())
		limited, cancel := context.WithTimeout(ctx, time.Minute) // should it serve all the same
		defer cancel()
		Expect(Run(limited, []string{"-addr", "127.0.0.1:0"}, nil, closed, &errs)).To(Equal(1))
		Expect(limited.Err()).NotTo(HaveOccurred())
		Expect(errs.String()).To(Equal(
			"simulator: not all of the output was written: io: read/write on closed pipe\n"))
	})

	It("warns when other machines can reach it", func(ctx SpecContext) {
		serving, stop := context.WithCancel(ctx)
		var out, errs output
		done := make(chan int)
		go func() { done <- Run(serving, []string{"-addr", "0.0.0.0:0"}, nil, &out, &errs) }()
		Eventually(errs.String).Should(ContainSubstring("other machines can reach"))
		stop()
		Eventually(done).Should(Receive(Equal(0)))
	})

	It("listens at its default address where none is given", func(ctx SpecContext) {
		taken, err := net.Listen("tcp", "127.0.0.1:8700") // by this, or by somebody before it
		if err == nil {
			DeferCleanup(taken.Close)
		}
		var out, errs output
		Expect(Run(ctx, []string{"-addr", ""}, nil, &out, &errs)).To(Equal(1))
		Expect(errs.String()).To(HavePrefix("simulator: 127.0.0.1:8700 is taken"))
	}, SpecTimeout(2*time.Minute))

	It("says what its flags are", func(ctx SpecContext) {
		var out, errs output
		Expect(Run(ctx, []string{"-h"}, nil, &out, &errs)).To(Equal(0))
		Expect(errs.String()).To(And(ContainSubstring("until it is interrupted"), ContainSubstring("-addr address")))
	})

	DescribeTable("is refused, with the reason:", func(ctx SpecContext, status int, complaint string, args ...string) {
		limited, cancel := context.WithTimeout(ctx, time.Minute) // should it serve all the same
		defer cancel()
		var out, errs output
		Expect(Run(limited, args, nil, &out, &errs)).To(Equal(status))
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("no port", 2, "simulator: -addr nonsense is no host and port, such as 127.0.0.1:8700\n",
			"-addr", "nonsense"),
		Entry("a port that is none", 2, "simulator: -addr :8791x is no host and port, such as 127.0.0.1:8700\n",
			"-addr", ":8791x"),
		Entry("a host that is not here", 1, "cannot listen on 192.0.2.1:0", "-addr", "192.0.2.1:0"),
		Entry("no host", 2, "simulator: -addr :0 names no host, which means all of them; say 127.0.0.1:0, or 0.0.0.0:0 "+
			"to let other machines in\n", "-addr", ":0"),
		Entry("a word", 2, `"8790" means nothing here; -addr says where to listen, such as -addr 127.0.0.1:8700`,
			"8790"),
		Entry("a flag", 2, "not defined", "-colour"),
		Entry("no journeys", 2, "at least one journey", "-limit", "0"),
		Entry("a webhook that is no URL", 2, "-webhook must be a URL", "-webhook", "localhost"),
		Entry("a key file that is not there", 2, "simulator: -key missing.pem: no such file", "-key", "missing.pem"),
		Entry("a base that is no URL", 2, "simulator: -base must be scheme and host, such as http://",
			"-base", "simulator:8700"),
	)

	It("does not pass for a provider", func(ctx SpecContext) {
		if len(providers.Simulated()) == 0 {
			Skip("no provider has a behaviour at the simulator")
		}
		for _, p := range providers.Simulated() {
			server := regexp.MustCompile(`- url: (https://[^/\s]+)`).FindSubmatch(p.Document)
			Expect(server).NotTo(BeNil(), p.Name)
			var out, errs output
			Expect(Run(ctx, []string{"-base", string(server[1])}, nil, &out, &errs)).To(Equal(2), p.Name)
			Expect(errs.String()).To(ContainSubstring("must not pass for it"))
		}
	}, SpecTimeout(time.Minute))

	It("takes an RSA key and no other", func() {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		Expect(err).NotTo(HaveOccurred())
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		Expect(err).NotTo(HaveOccurred())
		for _, path := range []string{pemFile("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), pemFile("PRIVATE KEY", pkcs8)} {
			got, err := readKey(path)
			Expect(err).NotTo(HaveOccurred())
			Expect(got.Equal(key)).To(BeTrue())
		}
		curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		Expect(err).NotTo(HaveOccurred())
		other, err := x509.MarshalPKCS8PrivateKey(curve)
		Expect(err).NotTo(HaveOccurred())
		_, err = readKey(pemFile("PRIVATE KEY", other))
		Expect(err).To(MatchError("holds a private key that is not RSA"))
		_, err = readKey(pemFile("CERTIFICATE", []byte("x")))
		Expect(err).To(MatchError("holds no private key"))
		text := filepath.Join(GinkgoT().TempDir(), "key.txt")
		Expect(os.WriteFile(text, []byte("no key"), 0o600)).To(Succeed())
		_, err = readKey(text)
		Expect(err).To(MatchError("is no PEM file"))
	})
})
