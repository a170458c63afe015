package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/contract/examples"
)

// The simulator's credentials. They are no secrets and open nothing else.
const (
	CashfreeClientID      = "simulator-client"
	CashfreeClientSecret  = "cashfree-simulator-secret-opens-nothing" // webhooks are signed with it
	EkoDeveloperKey       = "simulator-developer-key"
	EkoAccessKey          = "eko-simulator-secret-opens-nothing"
	EkoInitiatorID        = "9962981729" // published; any ten digits will do
	SetuClientID          = "simulator-client"
	SetuClientSecret      = "setu-simulator-secret-opens-nothing"
	SetuProductInstanceID = "00000000-0000-4000-8000-000000000000"
)

// Skew is how far the time of a signed request may be from the simulator's clock.
// Cashfree publishes it for x-cf-signature; Eko publishes none.
const Skew = 5 * time.Minute

// DefaultLimit is how many journeys are kept for each provider.
const DefaultLimit = 10_000

// Options tunes a Simulator; its zero value is ready to use.
type Options struct {
	// BaseURL is scheme and host under which users and callers reach the handler,
	// for the links that it hands out. Default: what each request says.
	BaseURL string

	// Now is the clock, on top of which Advance counts. Default: time.Now.
	Now func() time.Time

	// Random is where ids and links come from; with a fixed one and a fixed
	// Now, the same requests get the same answers. It must be safe for concurrent
	// use if the Simulator is used so. Default: crypto/rand.
	Random io.Reader

	// Limit is how many journeys, and how many account checks, are kept for each
	// provider: the oldest one is forgotten first. Default: DefaultLimit.
	Limit int

	// SignatureKey turns on Cashfree's second factor: every call must then carry an
	// x-cf-signature that this key decrypts.
	SignatureKey *rsa.PrivateKey

	// WebhookURL gets Cashfree's webhooks, after the user's decision and before
	// the user is sent back. Default: none are sent.
	WebhookURL string

	// HTTPClient sends the webhooks. Default: one that gives up after 5 seconds.
	HTTPClient *http.Client

	// Logger is told of webhooks that nobody received. Default: slog.Default.
	Logger *slog.Logger
}

// Simulator is an [http.Handler] that stands for all providers. It is safe for
// concurrent use. Make one with New.
type Simulator struct {
	opts      Options
	providers []*provider
	mux       *http.ServeMux
	domains   []string // below which it must not be reached
	ahead     atomic.Int64
	faults    faults
	signedUp  sync.Map // keys of people who had no account before
	signer    func() (*eaadhaartest.Signer, error)
	done      chan struct{}
	close     func()
}

// New returns a Simulator. It is an error to give it a BaseURL that is none, or a
// provider's own host.
func New(opts Options) (*Simulator, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Random == nil {
		opts.Random = rand.Reader
	}
	if opts.Limit == 0 {
		opts.Limit = DefaultLimit
	}
	if opts.Limit < 0 {
		return nil, fmt.Errorf("simulator: Limit is %d; it cannot be negative", opts.Limit)
	}
	if opts.HTTPClient == nil {
		opts.HTTPClient = &http.Client{Timeout: 5 * time.Second}
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	docs, err := documents()
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Simulator{opts: opts, mux: http.NewServeMux(), domains: []string{"digilocker.gov.in"}, done: make(chan struct{})}
	s.signer = sync.OnceValues(s.newSigner)
	s.close = sync.OnceFunc(func() { close(s.done) })
	for _, d := range docs {
		s.domains = append(s.domains, d.domains...)
		s.providers = append(s.providers, s.serve(d))
	}
	if opts.BaseURL != "" {
		u, err := url.Parse(opts.BaseURL)
		if err != nil || u.Hostname() == "" || u.Scheme+"://"+u.Host != opts.BaseURL || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("simulator: BaseURL must be scheme and host, such as http://127.0.0.1:8700")
		}
		if s.foreign(u.Host) {
			return nil, fmt.Errorf("simulator: BaseURL is the host of a provider; a simulator must not pass for it")
		}
	}
	s.pages()
	s.control()
	return s, nil
}

// documented is a provider's effective document, taken apart once for all
// simulators.
type documented struct {
	*examples.Document
	answers map[string]*answer // responses, by id without the provider: createURL/200/success
	others  map[string]*answer // webhooks and redirects
	sources []string           // the publications that show what the provider sends, sorted
	domains []string           // of its servers
}

// documents are those that the program was built with.
var documents = sync.OnceValues(func() ([]*documented, error) {
	docs, err := examples.Embedded()
	if err != nil {
		return nil, err
	}
	var all []*documented
	for _, d := range docs {
		one := &documented{Document: d, answers: map[string]*answer{}, others: map[string]*answer{}}
		for _, server := range d.Servers() {
			u, err := url.Parse(server)
			if err != nil {
				return nil, err
			}
			if _, domain, ok := strings.Cut(u.Hostname(), "."); ok { // api.cashfree.com has its pages beside it
				one.domains = append(one.domains, domain)
			}
		}
		for _, e := range d.Entries {
			t, err := parse(e.Value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.ID, err)
			}
			a := &answer{Entry: e, sample: t, status: d.StatusOf(e)}
			id := strings.TrimPrefix(e.ID, d.Provider+"/")
			if e.Direction != examples.Request {
				one.sources = append(one.sources, e.Source)
			}
			if e.Direction != examples.Response {
				one.others[id] = a
				continue
			}
			one.answers[id] = a
		}
		slices.Sort(one.sources)
		one.sources = slices.Compact(one.sources)
		all = append(all, one)
	}
	return all, nil
})

// answer is a documented example that can be given.
type answer struct {
	examples.Entry
	*sample
	status int // of Entry, or one that its operation does not document
}

// Now is the simulator's clock.
func (s *Simulator) Now() time.Time { return s.opts.Now().Add(time.Duration(s.ahead.Load())) }

// Advance moves the clock forward by d; a negative d is taken for zero, as what
// has expired stays so. Signatures, made by the caller or for the caller, go by
// Options.Now all the same: time passes for journeys, not for the callers.
func (s *Simulator) Advance(d time.Duration) {
	for {
		old := s.ahead.Load()
		if s.ahead.CompareAndSwap(old, old+min(max(int64(d), 0), int64(farthest)-old)) {
			return
		}
	}
}

// farthest is how far the clock goes, which nothing here outlives.
const farthest = 100 * 365 * 24 * time.Hour

// Close ends the answers that a fault holds back. Nothing else needs it: a
// Simulator has no goroutine of its own.
func (s *Simulator) Close() { s.close() }

// Server returns a server for s at addr, with limits of time that keep slow and
// idle clients from filling it. Its Shutdown closes s.
func (s *Simulator) Server(addr string) *http.Server {
	server := &http.Server{
		Addr: addr, Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 64 << 10,
	}
	server.RegisterOnShutdown(s.Close)
	return server
}

// notice is the header that every answer has.
const notice = "X-Simulator"

// ServeHTTP implements [http.Handler].
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(notice, "not a provider: every person and document is invented")
	if s.foreign(r.Host) {
		http.Error(w, "This is a simulator. It does not answer under the name of a provider.", http.StatusMisdirectedRequest)
		return
	}
	if _, route := s.mux.Handler(r); route == "" {
		w = &signpost{ResponseWriter: w, says: s.ways(r)}
	}
	s.mux.ServeHTTP(w, r)
}

// ways is what somebody should know who asks for what is not there.
func (s *Simulator) ways(r *http.Request) string {
	base := s.base(r)
	var all []string
	for _, p := range s.providers {
		all = append(all, base+"/"+p.Provider)
	}
	return fmt.Sprintf("There is nothing at %s. %s/ shows credentials, people and curl commands; the base URLs of the providers are %s.\n",
		r.URL.EscapedPath(), base, strings.Join(all, ", "))
}

// signpost says the ways in the place of a 404, and passes on any other answer.
type signpost struct {
	http.ResponseWriter
	says string
	said bool
}

func (s *signpost) WriteHeader(status int) {
	s.ResponseWriter.WriteHeader(status)
	if status == http.StatusNotFound {
		_, _ = io.WriteString(s.ResponseWriter, s.says)
		s.said = true
	}
}

func (s *signpost) Write(p []byte) (int, error) {
	if s.said {
		return len(p), nil
	}
	return s.ResponseWriter.Write(p)
}

// newSigner makes a signer whose certificate is valid around the clock of the
// callers, who judge it by that.
func (s *Simulator) newSigner() (*eaadhaartest.Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	now := s.opts.Now()
	return eaadhaartest.WithKey(key, now.AddDate(-1, 0, 0), now.AddDate(2, 0, 0))
}

// token is a text that nobody can guess, if Random is so.
func (s *Simulator) token() string {
	var b [16]byte
	if _, err := io.ReadFull(s.opts.Random, b[:]); err != nil {
		panic(fmt.Sprintf("simulator: Options.Random: %v", err))
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}

// uuid is a random UUID.
func (s *Simulator) uuid() uuid.UUID {
	id, err := uuid.NewRandomFromReader(s.opts.Random)
	if err != nil {
		panic(fmt.Sprintf("simulator: Options.Random: %v", err))
	}
	return id
}

// member says whether the person has an account by now.
func (s *Simulator) member(p *Person) bool {
	_, signedUp := s.signedUp.Load(p.Key)
	return p.account || signedUp
}

// foreign says whether host is one of a provider or of DigiLocker, or none that
// there can be.
func (s *Simulator) foreign(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if len(host) > 255 {
		return true
	}
	host = "." + strings.TrimSuffix(strings.ToLower(host), ".")
	return slices.ContainsFunc(s.domains, func(domain string) bool { return strings.HasSuffix(host, "."+domain) })
}

// base is scheme and host by which r knows the simulator.
func (s *Simulator) base(r *http.Request) string {
	switch {
	case s.opts.BaseURL != "":
		return s.opts.BaseURL
	case r.TLS != nil:
		return "https://" + r.Host
	default:
		return "http://" + r.Host
	}
}
