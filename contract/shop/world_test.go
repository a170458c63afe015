package shop

import (
	"bytes"
	"cmp"
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
	"example.com/digilocker/contract/example"
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
	calls []string        // that the shop made to the provider: each by the method it was made for
	left  []time.Duration // that each of them might take, when it was made
	asked []kyc.Document  // of the provider by Fetch, which may make several calls
	fail  string          // the next call of that name meets an outage
	leave func(string)    // is told the name of each call whose answer has come to this machine; nil: nobody
	files int             // with which status the simulator refuses to hand out files; 0: it does not
	opens bool            // a record was fetched that is Unopened
}

// newWorld serves a shop of that provider; the changes are made to its Config.
func newWorld(p provider.Provider, changes ...func(*world, *Config)) *world {
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
	config, err := configure(p, w.sim, w.at, &http.Client{Transport: w}, w.roots)
	Expect(err).NotTo(HaveOccurred())
	config.Provider = named{config.Provider, w}
	config.Origin, config.Log = w.origin, slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config.Wait = kyc.Budget{First: time.Millisecond, Calls: 2}
	for _, change := range changes {
		change(w, &config)
	}
	w.shop = NewShop(config)
	handlers[0], handlers[1] = http.HandlerFunc(w.simulate), w.shop
	DeferCleanup(func() { Expect(known(w.log.String())).To(BeEmpty(), "in the log") })
	return w
}

// simulate is the simulator, but for files that it is not to hand out.
func (w *world) simulate(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	status := w.files
	w.mu.Unlock()
	if status != 0 && strings.HasPrefix(r.URL.Path, "/files/") {
		rw.WriteHeader(status)
		return
	}
	w.sim.ServeHTTP(rw, r)
}

// refuseFiles lets files be refused with that status, and handed out if it is 0.
func (w *world) refuseFiles(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = status
}

// RoundTrip notes what the shop asks of the provider.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	name, _ := r.Context().Value(callName{}).(string)
	w.mu.Lock()
	w.calls = append(w.calls, name)
	end, _ := r.Context().Deadline()
	w.left = append(w.left, time.Until(end))
	fails, leave := w.fail != "" && name == w.fail, w.leave // an Exchange has no name
	if fails {
		w.fail = ""
	}
	w.mu.Unlock()
	if fails {
		recorder := httptest.NewRecorder()
		recorder.WriteHeader(http.StatusBadGateway)
		return recorder.Result(), nil
	}
	resp, err := w.client.Transport.RoundTrip(r)
	if err == nil && leave != nil {
		if leave(name); r.Context().Err() != nil { // nobody reads the answer
			return nil, cmp.Or(resp.Body.Close(), r.Context().Err())
		}
	}
	return resp, err
}

// noted keeps in mind whether a record came Unopened.
func (w *world) noted(record *kyc.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opens = w.opens || record.Unopened
}

// readsFiles says whether the shop has read a document in its signed file, since the provider says nothing of it.
func (w *world) readsFiles() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opens
}

// made are the calls so far, which are then forgotten.
func (w *world) made() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls, w.left = nil, nil
	return calls
}

// fetched are the documents that Fetch was asked for so far.
func (w *world) fetched() []kyc.Document {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
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
	body = regexp.MustCompile(`(?s)<header>.*</header>|<footer>.*</footer>`).ReplaceAll(body, nil) // the same on each page
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

// begin presses the button and returns where the consent page is, or the provider's own page that leads there.
func (b *browser) begin() string {
	GinkgoHelper()
	sent := b.press()
	Expect(sent.Status).To(Equal(http.StatusSeeOther), sent.Text)
	Expect(sent.Location).To(HavePrefix(b.at + "/"))
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

// The providers that the specs are about.
var (
	// usable are those that a shop can be set up for.
	usable = supported(providers.All)
	// acme is one of which nobody has more than the document.
	acme = provider.Provider{Name: "acme", Document: []byte(`
openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /journeys:
    post: {operationId: startJourney, responses: {"200": {description: A journey.}}}
`)}
)

// quality reports whether the description of a provider says something.
type quality func(provider.Provider) bool

// first is the first usable provider with those qualities. A spec is skipped if there is none.
func first(qualities ...quality) provider.Provider {
	GinkgoHelper()
	all := those(qualities...)
	if len(all) == 0 {
		Skip("no provider is described like that")
	}
	return all[0]
}

// each is an entry for each usable provider with those qualities.
func each(qualities ...quality) []TableEntry {
	var all []TableEntry
	for _, p := range those(qualities...) {
		all = append(all, Entry("at "+p.Named(), p))
	}
	return all
}

func those(qualities ...quality) []provider.Provider {
	return slices.DeleteFunc(slices.Clone(usable), func(p provider.Provider) bool {
		return slices.ContainsFunc(qualities, func(has quality) bool { return !has(p) })
	})
}

// handsOutLinks says whether files are behind links, which can be gone, and do not come with the record.
func handsOutLinks(p provider.Provider) bool { return !can(kyc.CanExchange)(p) }

// callsAtStart says whether Start calls the provider, or only writes the address of its page.
func callsAtStart(p provider.Provider) bool {
	return !slices.Contains(p.Adapter.Uncalled, kyc.MethodStart)
}

func can(c kyc.Capability) quality {
	return func(p provider.Provider) bool { return slices.Contains(p.Adapter.Can, c) }
}

func cannot(c kyc.Capability) quality {
	return func(p provider.Provider) bool { return !can(c)(p) }
}

// handsOutFiles says that there is a signed file with each document.
func handsOutFiles(p provider.Provider) bool { return p.Simulator.Paper != nil }

// handsOutOnce says that there is a document which is handed out once in a journey, with its file.
func handsOutOnce(p provider.Provider) bool { return handsOutFiles(p) && len(single(p)) > 0 }

// single are the documents that the provider hands out once in a journey.
func single(p provider.Provider) []kyc.Document {
	GinkgoHelper()
	a, err := p.Adapter.New("https://127.0.0.1:1", p.Account.Simulated(), http.DefaultClient)
	Expect(err).NotTo(HaveOccurred())
	if fetcher, ok := kyc.As[kyc.OnceFetcher](a); ok {
		return fetcher.FetchesOnce()
	}
	return nil
}

// tellsRefusals says that Status knows when a user has refused.
func tellsRefusals(p provider.Provider) bool {
	return p.Adapter.Outcomes[provider.Denied].State == kyc.Denied
}

// tellsMismatches says that the provider has a word for documents that differ from one another.
func tellsMismatches(p provider.Provider) bool {
	GinkgoHelper()
	return documents(p, func(_ example.Entry, c example.Case) bool { return c.Error() == "mismatch" })
}

// checksWhatIsGranted says that a document may still be checked when the consent is granted: Fetch says so then.
func checksWhatIsGranted(p provider.Provider) bool {
	GinkgoHelper()
	return documents(p, func(e example.Entry, c example.Case) bool {
		return p.Adapter.Calls[e.Operation] == kyc.MethodFetch && e.Status == http.StatusAccepted &&
			c.Error() == "pending"
	})
}

// documents says whether the provider documents such an example.
func documents(p provider.Provider, is func(example.Entry, example.Case) bool) bool {
	GinkgoHelper()
	document, err := p.Parse()
	Expect(err).NotTo(HaveOccurred())
	cases, err := p.Cases()
	Expect(err).NotTo(HaveOccurred())
	return slices.ContainsFunc(document.Entries, func(e example.Entry) bool {
		c, err := cases.Of(e.ID)
		return err == nil && is(e, c)
	})
}

// readsAll says that the adapter reads every kind of document that the simulator's people have.
func readsAll(p provider.Provider) bool {
	return slices.Equal(p.Adapter.Documents, []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence})
}

// fetches are the calls that read all documents of a provider.
func fetches(p provider.Provider) []string {
	var all []string
	for _, doc := range p.Adapter.Documents {
		all = append(all, "Fetch "+string(doc))
	}
	return all
}

// callName is the key under which the context of a request has the name of the call.
type callName struct{}

// named tells the requests which call they are made for.
type named struct {
	kyc.Provider
	*world
}

func (n named) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	return n.Provider.Start(context.WithValue(ctx, callName{}, "Start"), req)
}

func (n named) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	return n.Provider.Status(context.WithValue(ctx, callName{}, "Status"), ref)
}

func (n named) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	n.mu.Lock()
	n.asked = append(n.asked, doc)
	n.mu.Unlock()
	record, err := n.Provider.Fetch(context.WithValue(ctx, callName{}, "Fetch "+string(doc)), ref, doc)
	if err == nil {
		n.noted(record)
	}
	return record, err
}

// Unwrap is for the parsers, which make no calls.
func (n named) Unwrap() kyc.Provider { return n.Provider }

// cookies are those that the shop gave the browser.
func (b *browser) cookies() []*http.Cookie {
	GinkgoHelper()
	origin, err := url.Parse(b.origin)
	Expect(err).NotTo(HaveOccurred())
	return b.http.Jar.Cookies(origin)
}

// ref is that of the browser's journey.
func (b *browser) ref() kyc.Ref {
	GinkgoHelper()
	cookies := b.cookies()
	Expect(cookies).To(HaveLen(1))
	b.shop.mu.Lock()
	defer b.shop.mu.Unlock()
	return b.shop.sessions[cookies[0].Value].ref
}

// parse is what the adapter reads in an address to which the user returns.
func (b *browser) parse(address string) (kyc.Return, error) {
	GinkgoHelper()
	u, err := url.Parse(address)
	Expect(err).NotTo(HaveOccurred())
	parser, ok := kyc.As[kyc.ReturnParser](b.shop.Provider)
	Expect(ok).To(BeTrue())
	return parser.ParseReturn(b.ref(), u)
}
