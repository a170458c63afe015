package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

func TestShop(t *testing.T) {
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(time.Minute)
	RunSpecs(t, "shop")
}

// world is a simulator and a shop, both behind TLS.
type world struct {
	sim    *simulator.Simulator
	at     string // the simulator
	shop   *Shop
	origin string // the shop's
	client *http.Client
	roots  *x509.CertPool
	log    *buffer

	mu    sync.Mutex
	calls []string        // that the shop made to the provider: the last part of each path
	left  []time.Duration // that each of them might take, when it was made
	fail  string          // the next call of that name meets an outage
}

// newWorld serves a shop; the changes are made to its Config.
func newWorld(provider string, changes ...func(*world, *Config)) *world {
	w := &world{log: new(buffer)}
	var handlers [2]http.Handler
	var origins [2]string
	for i := range handlers {
		server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handlers[i].ServeHTTP(rw, r) }))
		DeferCleanup(server.Close)
		origins[i], w.client = server.URL, server.Client()
	}
	w.at, w.origin = origins[0], origins[1]
	w.roots = w.client.Transport.(*http.Transport).TLSClientConfig.RootCAs
	options := simulator.Options{HTTPClient: w.client, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if slices.Contains(CurrentSpecReport().Labels(), "webhook") {
		options.WebhookURL = w.origin + "/webhook"
	}
	var err error
	w.sim, err = simulator.New(options, providers.Simulated()...)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.sim.Close)
	config, err := configure(described(provider), w.sim, w.at, &http.Client{Transport: w}, w.roots)
	Expect(err).NotTo(HaveOccurred())
	config.Origin, config.Log = w.origin, slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config.Wait = kyc.Budget{First: time.Millisecond, Calls: 2}
	for _, change := range changes {
		change(w, &config)
	}
	w.shop = NewShop(config)
	handlers[0], handlers[1] = w.sim, w.shop
	DeferCleanup(func() { Expect(known(w.log.String())).To(BeEmpty(), "in the log") })
	return w
}

// RoundTrip notes what the shop asks of the provider.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	name := r.URL.Path[strings.LastIndex(strings.TrimSuffix(r.URL.Path, "/"), "/")+1:]
	w.mu.Lock()
	w.calls = append(w.calls, name)
	end, _ := r.Context().Deadline()
	w.left = append(w.left, time.Until(end))
	fails := name == w.fail
	if fails {
		w.fail = ""
	}
	w.mu.Unlock()
	if fails {
		recorder := httptest.NewRecorder()
		recorder.WriteHeader(http.StatusBadGateway)
		return recorder.Result(), nil
	}
	return w.client.Transport.RoundTrip(r)
}

// made are the calls so far, which are then forgotten.
func (w *world) made() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls, w.left = nil, nil
	return calls
}

// known are the names and numbers of invented people that text has.
func known(text string) (found []string) {
	for _, person := range simulator.People() {
		for _, secret := range []string{person.Name, person.Mobile, person.Aadhaar} {
			if secret != "" && strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
				found = append(found, secret)
			}
		}
	}
	return append(found, regexp.MustCompile(`AAAPA\d{4}A|XX00\d+|\d{2}-\d{2}-\d{4}|/consent/|/files/`).FindAllString(text, -1)...)
}

// browser is one user's.
type browser struct {
	*world
	http http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	Expect(err).NotTo(HaveOccurred())
	return &browser{w, http.Client{
		Transport: w.client.Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is a page, its text without tags.
type answer struct {
	Status   int
	Text     string
	Header   http.Header
	Refresh  bool
	Location string
}

func (b *browser) send(r *http.Request) answer {
	GinkgoHelper()
	resp, err := b.http.Do(r)
	Expect(err).NotTo(HaveOccurred())
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(body), " "))
	return answer{resp.StatusCode, strings.Join(strings.Fields(text), " "), resp.Header, bytes.Contains(body, []byte(`http-equiv="refresh"`)), resp.Header.Get("Location")}
}

func (b *browser) get(address string) answer {
	GinkgoHelper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	Expect(err).NotTo(HaveOccurred())
	return b.send(r)
}

// press presses the shop's button.
func (b *browser) press() answer {
	GinkgoHelper()
	r, err := http.NewRequest(http.MethodPost, b.origin+"/start", nil)
	Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// begin presses the button and returns where the consent page is.
func (b *browser) begin() string {
	GinkgoHelper()
	sent := b.press()
	Expect(sent.Status).To(Equal(http.StatusSeeOther), sent.Text)
	Expect(sent.Location).To(HavePrefix(b.at + "/consent/"))
	return sent.Location
}

// allow walks the consent page and returns the address of the way back.
func (b *browser) allow(ctx context.Context, person, consentURL string) string {
	GinkgoHelper()
	return b.decide(b.visitor(person).Allow(ctx, consentURL))
}

// deny refuses at the consent page and returns the address of the way back.
func (b *browser) deny(ctx context.Context, person, consentURL string) string {
	GinkgoHelper()
	return b.decide(b.visitor(person).Deny(ctx, consentURL))
}

func (b *browser) visitor(person string) simulator.Visitor {
	v := simulator.NewVisitor(person)
	v.Client = b.client
	return v
}

func (b *browser) decide(back *url.URL, err error) string {
	GinkgoHelper()
	Expect(err).NotTo(HaveOccurred())
	Expect(back.String()).To(HavePrefix(b.origin + "/back"))
	return back.String()
}

// walk is a whole journey of that person.
func (b *browser) walk(ctx context.Context, person string) answer {
	GinkgoHelper()
	return b.get(b.allow(ctx, person, b.begin()))
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// described is the provider of that name.
func described(name string) provider.Provider {
	GinkgoHelper()
	p, err := provider.Find(providers.All, name)
	Expect(err).NotTo(HaveOccurred())
	return p
}
