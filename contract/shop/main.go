package shop

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/internal/serving"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// defaultAddress is where the shop listens if nobody names another address.
const defaultAddress = "127.0.0.1:8443"

// Run runs the command with those arguments until ctx ends, and returns its exit status. It
// reads nothing.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	return run(ctx, providers.All, args, stdout, stderr)
}

func run(ctx context.Context, all []provider.Provider, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("shop", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: digilocker shop [flags]\n\n"+
			"It serves a web application that verifies its users, and a simulated provider,\n"+
			"until it is interrupted. It names the page to open when it listens.\n\n")
		flags.PrintDefaults()
	}
	addr := flags.String("addr", defaultAddress, "loopback `address` to listen on")
	usable := supported(all)
	names := strings.Join(provider.Names(usable), ", ")
	name := flags.String("provider", "", "`name` of the provider to ask, one of "+names+"; the first if empty")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "shop: %q means nothing here; -provider names a provider, and -addr says where to listen, "+
			"such as -addr %s\n", flags.Arg(0), defaultAddress)
		return 2
	}
	if err := serving.Address(*addr, defaultAddress); err != nil {
		fmt.Fprintln(stderr, "shop:", err)
		return 2
	}
	if len(usable) == 0 {
		fmt.Fprintln(stderr, "shop: no provider has an adapter that reads documents and a behaviour at the simulator, so that there is nobody to ask")
		return 2
	}
	if slices.Contains(provider.Names(all), *name) && !slices.Contains(provider.Names(usable), *name) {
		fmt.Fprintf(stderr, "shop: %s lacks an adapter that reads documents, or a behaviour at the simulator; choose one of %s\n", *name, names)
		return 2
	}
	p, err := provider.Find(usable, cmp.Or(*name, usable[0].Name))
	if err != nil {
		fmt.Fprintln(stderr, "shop:", err)
		return 2
	}
	err = demonstrate(ctx, *addr, all, p, stdout, stderr)
	if open := (*openError)(nil); errors.As(err, &open) {
		fmt.Fprintln(stderr, "shop:", err)
		return 2
	}
	if err == nil {
		err = serving.Say(stdout, "The shop has stopped. Its journeys are forgotten.\n")
	}
	if err != nil {
		fmt.Fprintln(stderr, "shop:", err)
		return 1
	}
	return 0
}

// demonstrate serves a shop of p at addr, and a simulator of all providers beside it, until
// ctx ends.
func demonstrate(ctx context.Context, addr string, all []provider.Provider, p provider.Provider, stdout, stderr io.Writer) error {
	listener, err := listen(ctx, addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	behind, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { _ = behind.Close() }()
	identity, roots, err := throwAway()
	if err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	log := slog.New(slog.NewTextHandler(stderr, nil))

	origin := "https://" + listener.Addr().String()
	opts := simulator.Options{HTTPClient: client, Logger: log}
	if slices.Contains(p.Adapter.Can, kyc.CanParseWebhook) { // the shop would take no others
		opts.WebhookURL = origin + "/webhook"
	}
	sim, err := simulator.New(opts, provider.Simulated(all...)...)
	if err != nil {
		return err
	}
	config, err := configure(p, sim, "https://"+behind.Addr().String(), client, roots)
	if err != nil {
		return err
	}
	config.Origin, config.Log = origin, log

	shop := &http.Server{Handler: NewShop(config), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute}
	behindIt := sim.Server("")
	shop.TLSConfig = &tls.Config{Certificates: []tls.Certificate{identity}, MinVersion: tls.VersionTLS12}
	behindIt.TLSConfig = shop.TLSConfig.Clone() // as each server adds to its own
	served := make(chan error, 2)
	go func() { served <- shop.ServeTLS(listener, "", "") }()
	go func() { served <- behindIt.ServeTLS(behind, "", "") }()
	defer stop(shop, behindIt)
	if err := serving.Say(stdout, `Open %s in a browser. The shop verifies you through a simulated %s,
which runs at https://%s and lists the invented people to sign in as.
The browser warns of a certificate once for each address: it was made for this run.
Ctrl-C stops both.
`, origin, p.Named(), behind.Addr()); err != nil {
		return err
	}
	select {
	case err = <-served:
		return err
	case <-ctx.Done():
		return nil
	}
}

// stop lets those who are being served finish.
func stop(servers ...*http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, server := range servers {
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
	}
}

// listen refuses addresses that other machines can reach: what runs here protects
// nothing.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken, perhaps by another shop; -addr 127.0.0.1:0 finds a free port", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s (%w); -addr is host and port, such as %s",
			addr, err, defaultAddress)
	}
	if at, err := netip.ParseAddrPort(listener.Addr().String()); err != nil || !at.Addr().IsLoopback() {
		_ = listener.Close()
		return nil, &openError{addr}
	}
	return listener, nil
}

// openError says of an address that others than this machine could reach it.
type openError struct{ addr string }

func (e *openError) Error() string {
	return fmt.Sprintf("%s can be reached from outside; take a loopback address, such as %s", e.addr, defaultAddress)
}

// supported are those of the providers that the shop can be set up for: they have an
// adapter that reads documents, and a behaviour at the simulator.
func supported(all []provider.Provider) []provider.Provider {
	return slices.DeleteFunc(slices.Clone(all), func(p provider.Provider) bool {
		return p.Adapter == nil || len(p.Adapter.Documents) == 0 || p.Simulator == nil
	})
}

// configure is what a shop needs for the provider at sim, which is reached at address. A
// real one has the provider's own address, credentials from its vault, and the
// certificate of DigiLocker's signer.
func configure(p provider.Provider, sim *simulator.Simulator, address string, client *http.Client, roots *x509.CertPool) (c Config, err error) {
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	c = Config{
		Checker:   &signedfile.Checker{Files: wire.Downloader{Allow: loopback, Roots: roots}, Accept: accepted},
		Documents: p.Adapter.Documents,
		Wait:      kyc.Budget{First: time.Second, Calls: 3},
		Limits:    wire.Limits{Timeout: 10 * time.Second},
	}
	if at := p.Adapter.NewAt; at != nil { // by the clock of the simulator
		c.Provider, err = at(address+"/"+p.Name, p.Account.Simulated(), client, sim.Now)
	} else {
		c.Provider, err = p.Adapter.New(address+"/"+p.Name, p.Account.Simulated(), client)
	}
	if err != nil {
		return c, err
	}
	certificate, err := sim.Certificate()
	if err != nil {
		return c, err
	}
	anchor, err := eaadhaar.ReadAnchor("simulator", certificate)
	if err != nil {
		return c, err
	}
	c.Checker.Verifier, err = eaadhaar.NewVerifier([]eaadhaar.Anchor{anchor},
		eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	return c, err
}

// throwAway makes a certificate for loopback addresses, and the pool that trusts it.
func throwAway() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "throw-away certificate of the example shop"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, nil
}
