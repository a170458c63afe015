// Package serve is the verb simulator: it serves the simulator of all providers until
// it is interrupted.
//
//	digilocker simulator [-addr 127.0.0.1:8700] [-base URL] [-limit N] [-webhook URL] [-key FILE]
//
// An empty address means the default one. Other machines can reach the simulator only where the
// address names a host that they can reach, such as 0.0.0.0.
//
// Its exit status is 0 after an interrupt, 1 when it could not serve or not say so, and 2 when
// it was called wrongly.
package serve

import (
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"example.com/digilocker/contract/internal/serving"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// defaultAddress is where the simulator listens if nobody names another address.
const defaultAddress = "127.0.0.1:8700"

// Run runs the command with those arguments until ctx ends, and returns its exit status. It
// reads nothing.
func Run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) int {
	return run(ctx, providers.All, args, stdout, stderr)
}

func run(ctx context.Context, all []provider.Provider, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: digilocker simulator [flags]\n\n"+
			"It serves all providers until it is interrupted. Its first page, which it names when it listens,\n"+
			"has their addresses and credentials, how a journey starts, and the people who can consent.\n\n")
		flags.PrintDefaults()
	}
	addr := flags.String("addr", defaultAddress, "`address` to listen on")
	base := flags.String("base", "", "scheme and host that callers and users know it by, such as `http://simulator:8700`; "+
		"default: what each request says")
	limit := flags.Int("limit", simulator.DefaultLimit, "how many `journeys` to keep for each provider")
	webhook := flags.String("webhook", "", "`URL` that gets the webhooks of providers that send them; none are sent without it")
	key := flags.String("key", "", "PEM `file` of an RSA private key: turns on the second factor of providers that have one")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "simulator: %q means nothing here; -addr says where to listen, such as -addr %s\n",
			flags.Arg(0), defaultAddress)
		return 2
	}
	*addr = cmp.Or(*addr, defaultAddress)
	if err := serving.Address(*addr, defaultAddress); err != nil {
		fmt.Fprintln(stderr, "simulator:", err)
		return 2
	}
	if host, port, err := net.SplitHostPort(*addr); err == nil && host == "" {
		fmt.Fprintf(stderr, "simulator: -addr %s names no host, which means all of them; say 127.0.0.1:%s, or "+
			"0.0.0.0:%[2]s to let other machines in\n", *addr, port)
		return 2
	}
	opts := simulator.Options{BaseURL: *base, Limit: *limit, WebhookURL: *webhook}
	if *limit < 1 {
		fmt.Fprintf(stderr, "simulator: -limit is %d; at least one journey must be kept\n", *limit)
		return 2
	}
	if u, err := url.Parse(*webhook); *webhook != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		fmt.Fprintln(stderr, "simulator: -webhook must be a URL, such as http://127.0.0.1:8080/webhook")
		return 2
	}
	if *key != "" {
		private, err := readKey(*key)
		if err != nil {
			fmt.Fprintf(stderr, "simulator: -key %s: %v\n", *key, err)
			return 2
		}
		opts.SignatureKey = private
	}
	s, err := simulator.New(opts, provider.Simulated(all...)...)
	if err != nil {
		fmt.Fprintln(stderr, strings.Replace(err.Error(), "BaseURL", "-base", 1)) // as it is called here
		return 2
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *addr)
	if err != nil {
		fmt.Fprintln(stderr, "simulator:", explain(*addr, err))
		return 1
	}
	if host, _, _ := net.SplitHostPort(listener.Addr().String()); !net.ParseIP(host).IsLoopback() {
		fmt.Fprintf(stderr, "simulator: listening on %s, which other machines can reach; nothing here is secret, and nothing is protected\n", host)
	}
	if err := serving.Say(stdout, "The simulator is at http://%s (Ctrl-C stops it).\n", listener.Addr()); err != nil {
		_ = listener.Close() // which nobody would find
		fmt.Fprintln(stderr, "simulator:", err)
		return 1
	}
	server := s.Server("")
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if server.Shutdown(last) != nil {
			_ = server.Close() // a caller who does not end its request is left
		}
		err = nil
	}
	if err == nil || errors.Is(err, http.ErrServerClosed) {
		err = serving.Say(stdout, "The simulator has stopped. Its journeys are forgotten.\n")
	}
	if err != nil {
		fmt.Fprintln(stderr, "simulator:", err)
		return 1
	}
	return 0
}

// explain says what to do about an address that cannot be listened on.
func explain(addr string, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("%s is taken, perhaps by another simulator; take another port: "+
			"-addr 127.0.0.1:0 (ADDR of make) finds a free one", addr)
	case errors.Is(err, syscall.EACCES):
		return addr + " is not for everybody; take a port above 1023"
	default:
		return fmt.Sprintf("cannot listen on %s (%v); -addr is host and port, such as %s", addr, err, defaultAddress)
	}
}

// readKey reads a PKCS #8 or PKCS #1 key.
func readKey(path string) (*rsa.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("is no PEM file")
	}
	if private, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return private, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("holds no private key")
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("holds a private key that is not RSA")
	}
	return private, nil
}
