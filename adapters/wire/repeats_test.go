package wire_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"example.com/digilocker/adapters/wire"
)

// An HTTP/2 server has read a request, perhaps acted upon it, and gives the stream or the connection up in a way that
// net/http takes for leave to send it anew.
var _ = DescribeTable("A request over HTTP/2 that was given up by", func(ctx SpecContext,
	method string, giveUp func(*http2.Framer, uint32) error, times int,
) {
	address, roots, n := h2(giveUp)
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	DeferCleanup(transport.CloseIdleConnections)
	req, err := http.NewRequestWithContext(ctx, method, "https://"+address, strings.NewReader(`{"code":"7"}`))
	Expect(err).NotTo(HaveOccurred())
	resp, err := wire.Doer{Client: &http.Client{Transport: transport}}.Do(req)
	Expect(n.Load()).To(BeEquivalentTo(times), "times sent")
	Expect(req.GetBody).NotTo(BeNil(), "the caller's request is not changed")
	if times > 1 {
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
		return
	}
	Expect(err).To(And(MatchError(wire.ErrCut), HaveField("Unsent", false), HaveField("Status", 0)))
},
	Entry("an error of protocol is sent once if it is a POST", http.MethodPost, reset(http2.ErrCodeProtocol), 1),
	Entry("an error of protocol is sent once if it is a PATCH", http.MethodPatch, reset(http2.ErrCodeProtocol), 1),
	Entry("a refused stream is sent once if it is a POST", http.MethodPost, reset(http2.ErrCodeRefusedStream), 1),
	Entry("a server that goes is sent once if it is a POST", http.MethodPost, goAway, 1),
	Entry("an error of protocol is sent again by net/http if it is a PUT", http.MethodPut,
		reset(http2.ErrCodeProtocol), 2),
)

func reset(code http2.ErrCode) func(*http2.Framer, uint32) error {
	return func(f *http2.Framer, stream uint32) error { return f.WriteRSTStream(stream, code) }
}

// goAway says that nothing of the stream was looked at.
func goAway(f *http2.Framer, _ uint32) error { return f.WriteGoAway(0, http2.ErrCodeNo, nil) }

// h2 is where a server gives up the first request that it has read, and answers the next. It counts them.
func h2(giveUp func(*http2.Framer, uint32) error) (address string, roots *x509.CertPool, n *atomic.Int32) {
	GinkgoHelper()
	other := httptest.NewUnstartedServer(nil)
	other.StartTLS() // by which there is a certificate
	certificates, roots := other.TLS.Certificates, x509.NewCertPool()
	roots.AddCert(other.Certificate())
	other.Close()
	n = new(atomic.Int32)
	address = listen(func(plain net.Conn) {
		conn := tls.Server(plain, &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}})
		if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		f := http2.NewFramer(conn, conn)
		f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
		_ = f.WriteSettings()
		for {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			data, is := frame.(*http2.DataFrame)
			switch {
			case !is || !data.StreamEnded():
			case n.Add(1) == 1:
				_ = giveUp(f, data.StreamID)
			default:
				_ = f.WriteHeaders(http2.HeadersFrameParam{
					StreamID: data.StreamID, EndHeaders: true,
					BlockFragment: []byte{0x88}, // status 200
				})
				_ = f.WriteData(data.StreamID, true, []byte(`{}`))
			}
		}
	})
	return address, roots, n
}
