// Package simulatortest gives a Go test a running simulator, and all that goes with it, in
// one call. The example is a whole journey, from Start to the verified document.
package simulatortest

import (
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// TB is what New needs of a *testing.T, a testing.TB or a GinkgoT().
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Options tunes a Server; its zero value is ready to use.
type Options struct {
	// Simulator are the options of the simulator itself: its clock, a URL for webhooks and so
	// on. BaseURL must be empty.
	Simulator simulator.Options
	// Providers are the ones to stand for. Default: all that this module knows. One without a
	// behaviour is left out.
	Providers []provider.Provider
	// TLS serves https, with a throw-away certificate that Client and Files trust. Plain http
	// will do for whole journeys.
	TLS bool
}

// Server is a simulator at work on a loopback address. Faults, the clock and the rest are
// those of the Simulator.
type Server struct {
	*simulator.Simulator
	// URL is scheme and host. In a browser it shows the front page, which lists credentials,
	// people and journeys.
	URL string
	// Client calls the simulator, for an adapter or a generated client.
	Client *http.Client
	// Files downloads the files that the simulator links to.
	Files wire.Downloader
	// Anchor is the certificate whose key signs the documents.
	Anchor eaadhaar.Anchor
	// Verifier has the Anchor, and allows the algorithms that DigiLocker was observed to use.
	Verifier *eaadhaar.Verifier
	// Checker has Files, Verifier and the simulator's clock. Its Verify can be an adapter's Options.Verify.
	Checker *signedfile.Checker

	tb        TB
	providers map[string]provider.Provider
}

// New starts a simulator of all providers, until the test ends.
func New(tb TB) *Server {
	tb.Helper()
	return NewWith(tb, Options{})
}

// NewWith is New with options. The test fails for those that make no sense.
func NewWith(tb TB, opts Options) *Server {
	tb.Helper()
	if opts.Providers == nil {
		opts.Providers = providers.All
	}
	sim, err := simulator.New(opts.Simulator, provider.Simulated(opts.Providers...)...)
	if err != nil {
		tb.Fatalf("simulatortest: %v", err)
		return nil
	}
	if opts.Simulator.BaseURL != "" {
		tb.Fatalf("simulatortest: Options.Simulator.BaseURL is set; leave it out, " +
			"as the address is found when the server starts")
		return nil
	}
	server := httptest.NewUnstartedServer(sim)
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	files := wire.Downloader{Allow: loopback}
	if opts.TLS {
		server.StartTLS()
		files.Roots = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	} else {
		server.Start()
	}
	tb.Cleanup(func() {
		sim.Close() // first: it ends the answers that a fault holds back
		server.Close()
	})
	s := &Server{
		Simulator: sim, URL: server.URL, Client: server.Client(), Files: files,
		tb: tb, providers: map[string]provider.Provider{},
	}
	for _, p := range opts.Providers {
		if p.Simulator != nil {
			s.providers[p.Name] = p
		}
	}
	if err := s.trust(); err != nil {
		tb.Fatalf("simulatortest: %v", err)
		return nil
	}
	return s
}

func (s *Server) trust() error {
	certificate, err := s.Certificate()
	if err != nil {
		return err
	}
	if s.Anchor, err = eaadhaar.ReadAnchor("simulator", certificate); err != nil {
		return err
	}
	s.Verifier, err = eaadhaar.NewVerifier([]eaadhaar.Anchor{s.Anchor}, eaadhaar.Options{
		Profile: eaadhaar.LegacySHA1, Now: s.Now,
	})
	s.Checker = &signedfile.Checker{Files: s.Files, Verifier: s.Verifier, Now: s.Now}
	return err
}

// BaseURL is that of the provider: "http://127.0.0.1:40123/setu".
func (s *Server) BaseURL(name string) string {
	s.tb.Helper()
	s.provider(name)
	return s.URL + "/" + name
}

// Account has the credentials that the simulator takes for the provider, by the names of its
// environment variables, such as "SETU_CLIENT_SECRET". They are no secrets.
func (s *Server) Account(name string) provider.Values {
	s.tb.Helper()
	return s.provider(name).Account.Simulated()
}

// Adapter is the provider's adapter, with an Account, sending through Client, and by the clock of the simulator.
func (s *Server) Adapter(name string) kyc.Provider {
	s.tb.Helper()
	p := s.provider(name)
	if p.Adapter == nil {
		s.tb.Fatalf("simulatortest: %s has no adapter; take BaseURL, Account and Client for a client of your own", name)
		return nil
	}
	adapter, err := p.Adapter.New(s.URL+"/"+name, s.Account(name), s.Client)
	if at := p.Adapter.NewAt; at != nil { // which says by its own clock what has run out
		adapter, err = at(s.URL+"/"+name, s.Account(name), s.Client, s.Now)
	}
	if err != nil {
		s.tb.Fatalf("simulatortest: %v", err)
	}
	return adapter
}

// Visitor is the invented person with that key, such as [simulator.Complete], at the consent
// page; [simulator.People] lists them.
func (s *Server) Visitor(key string) simulator.Visitor {
	s.tb.Helper()
	v := simulator.NewVisitor(key)
	if v.Number == "" {
		s.tb.Fatalf("simulatortest: nobody is called %q; there is %s", key, strings.Join(keys(), ", "))
	}
	v.Client = s.Client
	return v
}

func keys() []string {
	var all []string
	for _, p := range simulator.People() {
		all = append(all, p.Key)
	}
	return all
}

func (s *Server) provider(name string) provider.Provider {
	s.tb.Helper()
	p, ok := s.providers[name]
	if !ok {
		all := strings.Join(slices.Sorted(maps.Keys(s.providers)), ", ")
		s.tb.Fatalf("simulatortest: there is no provider %q; there is %s", name, cmp.Or(all, "none"))
	}
	return p
}
