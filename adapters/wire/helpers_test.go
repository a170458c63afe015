package wire_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	neturl "net/url"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/wire"
)

type url = neturl.URL

// quiet takes the log of servers whose clients are meant to fail.
var quiet = log.New(io.Discard, "", 0)

// nobody is a URL at which nothing listens. A port that was just closed is none:
// another test's server may get it.
func nobody() string { return "http://127.0.0.1:1" }

func verification(err error) error { return &tls.CertificateVerificationError{Err: err} }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func through(f roundTripper) wire.Doer { return wire.Doer{Client: &http.Client{Transport: f}} }

// resolver asks a DNS server that gives the next of addresses to each question
// for an IPv4 address, the last one again and again, and knows no other name.
func resolver(addresses []net.IP) *net.Resolver {
	GinkgoHelper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	var running sync.WaitGroup
	running.Go(func() {
		question := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(question)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(resolve(question[:n], &addresses), from)
		}
	})
	DeferCleanup(func() {
		_ = server.Close()
		running.Wait()
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// resolve answers one question, by RFC 1035, section 4.1.
func resolve(question []byte, addresses *[]net.IP) []byte {
	const header = 12
	end := header
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5 // root, type, class
	answer := append([]byte(nil), question[:end]...)
	clear(answer[6:header])
	binary.BigEndian.PutUint16(answer[2:], 0x8180) // an answer, recursion available
	if len(*addresses) == 0 {
		answer[3] |= 3 // no such name
		return answer
	}
	if binary.BigEndian.Uint16(question[end-4:]) != 1 { // not A
		return answer
	}
	answer[7] = 1
	answer = append(answer, 0xc0, header, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
	answer = append(answer, (*addresses)[0].To4()...)
	if len(*addresses) > 1 {
		*addresses = (*addresses)[1:]
	}
	return answer
}
