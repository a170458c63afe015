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

	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
)

// Skew is how far the time of a signed request may be from the callers' time, unless
// a provider has a limit of its own.
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

	// SignatureKey turns on the second factor of providers that have one: every call
	// must then carry a signature that this key decrypts.
	SignatureKey *rsa.PrivateKey

	// WebhookURL gets the webhooks of providers that send them, after the user's
	// decision and before the user is sent back. Default: none are sent.
	WebhookURL string

	// HTTPClient sends the webhooks. Default: one that gives up after 5 seconds.
	HTTPClient *http.Client

	// Logger is told of webhooks that nobody received. Default: slog.Default.
	Logger *slog.Logger
}

// Simulator is an [http.Handler] that stands for its providers. It is safe for
// concurrent use. Make one with New.
type Simulator struct {
	opts      Options
	services  []*Service
	mux       *http.ServeMux
	others    []*http.ServeMux // where mux does not know the path: see serveAll
	domains   []string         // below which it must not be reached
	ahead     atomic.Int64
	faults    faults
	exchanges exchangeLog
	signedUp  sync.Map // keys of people who had no account before
	signer    func() (*eaadhaartest.Signer, error)
	done      chan struct{}
	close     func()
}

// New returns a Simulator of these providers, of which there may be none. It is an
// error to give it a BaseURL that is none, or a provider's own host; two providers
// of one name; a provider without behaviour, or with behaviour for an operation that
// its document lacks; and a document that cannot be read.
func New(opts Options, providers ...Provider) (*Simulator, error) {
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
	s := &Simulator{opts: opts, mux: http.NewServeMux(), domains: []string{"digilocker.gov.in"}, done: make(chan struct{})}
	s.signer = sync.OnceValues(s.newSigner)
	s.close = sync.OnceFunc(func() { close(s.done) })
	for _, p := range providers {
		if err := s.add(p); err != nil {
			return nil, fmt.Errorf("simulator: %w", err)
		}
	}
	if opts.BaseURL != "" {
		u, err := url.Parse(opts.BaseURL)
		if err != nil || u.Hostname() == "" || u.Scheme+"://"+u.Host != opts.BaseURL ||
			u.Scheme != "http" && u.Scheme != "https" {
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

// Now is the simulator's clock, and the Date of its answers.
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
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat)) // of the journeys, as an adapter may go by it
	if s.foreign(r.Host) {
		http.Error(w, "This is a simulator. It does not answer under the name of a provider.", http.StatusMisdirectedRequest)
		return
	}
	mux := s.muxFor(r)
	if _, route := mux.Handler(r); route == "" {
		w = &signpost{ResponseWriter: w, says: s.ways(r)}
	}
	mux.ServeHTTP(w, r)
}

// ways is what somebody should know who asks for what is not there.
func (s *Simulator) ways(r *http.Request) string {
	base := s.base(r)
	var all []string
	for _, p := range s.services {
		all = append(all, base+"/"+p.name)
	}
	if len(all) == 0 {
		return fmt.Sprintf("There is nothing at %s. %s/ shows what there is; this simulator has no provider.\n",
			r.URL.EscapedPath(), base)
	}
	return fmt.Sprintf("There is nothing at %s. %s/ shows credentials, people and curl commands; "+
		"the base URLs of the providers are %s.\n", r.URL.EscapedPath(), base, strings.Join(all, ", "))
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
